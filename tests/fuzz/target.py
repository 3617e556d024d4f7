"""A fuzz target for atheris: the same three sides, and what must hold of them, as in `tests/tx/test_bad_input.py`.

    pip install -e '.[test,fuzz]'
    python tests/fuzz/target.py -max_total_time=60
    python tests/fuzz/target.py --side=server -max_total_time=300

`--side` is server, client or mirror; without it an input's first byte says which. All else is libFuzzer's. A crash
is left in a file; with that as the argument, and the same `--side`, it is run again. The first inputs are made of
`lines.py`; those found to be of interest join them in `tests/fuzz/corpus`, from where the next run goes on.
"""

import gc
import re
import sys
from collections.abc import Callable
from pathlib import Path

#: Bytes that no UTF-8 has stand between two pieces: then so many seconds pass.
_WAITS = {b"\xf8": 0.0, b"\xf9": 0.11, b"\xfa": 2.1, b"\xfb": 31.0}

#: Only the collector finds some lost failures, and it takes longer than the rest.
_COLLECT_EVERY = 200


def main(arguments: list[str]) -> None:
    """Fuzz until a crash, or as long as the arguments say."""
    import atheris

    sys.path.insert(0, str(Path(__file__).parents[2]))
    with atheris.instrument_imports(include=["katgate"]):
        from tests.fuzz.client_side import ClientSide
        from tests.fuzz.mirror_side import MirrorSide, Start
        from tests.fuzz.server_side import ServerSide
    from tests.fuzz.play import Piece, Side, nothing_of_ours_logged, play
    from tests.support import V5, V5_WITHOUT_IDS

    sides: dict[str, list[Callable[[], Side]]] = {
        "server": [ServerSide],
        "client": [
            lambda: ClientSide(V5),
            lambda: ClientSide(V5_WITHOUT_IDS),
            lambda: ClientSide(b""),
        ],
        "mirror": [
            lambda: MirrorSide(V5),
            lambda: MirrorSide(V5_WITHOUT_IDS),
            lambda: MirrorSide(V5, Start.NEGOTIATED),
            lambda: MirrorSide(V5_WITHOUT_IDS, Start.NEGOTIATED),
            lambda: MirrorSide(V5, Start.CONNECTED),
        ],
    }
    wanted = [a.removeprefix("--side=") for a in arguments if a.startswith("--side=")] or list(sides)
    builds = [build for name in wanted for build in sides[name]]
    runs = 0

    def pieces_of(data: bytes) -> list[Piece]:
        parts = [*re.split(b"([\xf8-\xfb])", data), b"\xf8"]
        return [(text, _WAITS[wait]) for text, wait in zip(parts[::2], parts[1::2], strict=True)]

    def take(data: bytes) -> None:
        nonlocal runs
        runs += 1
        with nothing_of_ours_logged():
            play(builds[data[0] % len(builds) if data else 0], pieces_of(data[1:]))
            if runs % _COLLECT_EVERY == 0:
                gc.collect()

    options = [argument for argument in arguments if not argument.startswith("--side=")]
    is_repeated = any(Path(option).is_file() for option in options[1:])
    atheris.Setup(options if is_repeated else [*options, *_beginning("-".join(wanted))], take)
    atheris.Fuzz()


def _beginning(name: str) -> list[str]:
    """Write a dictionary and the first inputs; return the arguments that name them."""
    from tests.fuzz.lines import SAID_BY_CLIENTS, SAID_BY_DEVICES, WORDS

    corpus = Path(__file__).parent / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    lines = [*SAID_BY_CLIENTS, *SAID_BY_DEVICES]
    for number, line in enumerate(lines):
        (corpus / f"line-{number}").write_bytes(bytes([number % 9]) + line + b"\n")
    for number, said in enumerate([SAID_BY_CLIENTS, SAID_BY_DEVICES] * 5):
        (corpus / f"all-{number}").write_bytes(bytes([number]) + b"\n\xfa".join(said) + b"\n")
    words = [*lines, *WORDS, *_WAITS, b"[M]"]
    quoted = ["".join(f"\\x{byte:02x}" for byte in word) for word in words]
    dictionary = corpus.with_suffix(".dict")
    dictionary.write_text("".join(f'"{word}"\n' for word in quoted))
    return [f"-dict={dictionary}", str(corpus)]


if __name__ == "__main__":
    main(sys.argv)
