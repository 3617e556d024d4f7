"""What a bad peer says, as hypothesis strategies: lines that are nearly KATCP, bent ones, and plain bytes."""

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.fuzz.lines import WORDS
from tests.fuzz.play import Piece

__all__ = ["scripts"]

_MIDS = [b"", b"", b"[M]", b"[1]", b"[2]", b"[3]", b"[4]", b"[5]", b"[6]", b"[2147483647]"]
_BAD_MIDS = [b"[0]", b"[01]", b"[2147483648]", b"[]", b"[-1]", b"[abc]", b"[1", b"1]", b"[1][1]", b"[M]x"]
_SPACES = [b" ", b" ", b" ", b"  ", b"\t", b" \t ", b""]
_ENDS = [b"\n", b"\n", b"\n", b"\r", b"\r\n", b" \n", b"\t\r", b"\n \n", b""]
_ODD_NAMES = [b"", b"-x", b"x--y", b"9", b"WATCHDOG", b"sensor_list", b"\xc3\xa9", b"x" * 150, b"x" * 250]

_numbers = (st.integers() | st.floats()).map(lambda number: str(number).encode())
_regexes = st.text("ab.t(|)*+?[]{}^$\\0123,-", max_size=20).map(lambda text: b"/" + text.encode() + b"/")
_words = st.sampled_from(WORDS)
_arguments = _words | _words | _words | _numbers | _regexes | st.binary(max_size=12)


def scripts(real: Sequence[bytes]) -> st.SearchStrategy[list[Piece]]:
    """Return scripts for one side; `real` are lines that it is really told."""
    said = st.lists(_lines(real), min_size=2, max_size=10).map(b"".join)
    waits = st.sampled_from([0.0, 0.0, 0.11, 2.1, 31.0])
    return st.lists(st.tuples(said, waits), min_size=1, max_size=5)


def _lines(real: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    whole = st.sampled_from(real).map(lambda line: line + b"\n")
    edits = st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 2), st.lists(_arguments, max_size=2)), max_size=2
    )
    reworded = st.builds(_reword, st.sampled_from(real), edits)
    bent = st.builds(_bend, whole, st.integers(0, 60), st.integers(0, 4), st.binary(max_size=4))
    long = st.builds(
        lambda line, count: line + b" x" * count + b"\n", st.sampled_from(real), st.integers(0, 200)
    )
    return st.one_of(whole, reworded, reworded, reworded, _nearly(real), bent, long, st.binary(max_size=40))


def _nearly(real: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return lines of the right parts, which have nothing to do with each other."""
    names = sorted({line[1:].split(b" ", 1)[0].split(b"[", 1)[0] for line in real})
    return st.tuples(
        st.sampled_from([b"?", b"!", b"#", b"?", b"!", b"#", b"", b" ?", b"??"]),
        st.sampled_from(names + names + _ODD_NAMES),
        st.sampled_from(_MIDS + _MIDS + _BAD_MIDS),
        st.lists(st.tuples(st.sampled_from(_SPACES), _arguments).map(b"".join), max_size=6).map(b"".join),
        st.sampled_from(_ENDS),
    ).map(b"".join)


def _reword(line: bytes, edits: list[tuple[int, int, list[bytes]]]) -> bytes:
    """Put other words in the place of some; the first is left as it is."""
    words = line.split(b" ")
    for at, gone, put in edits:
        words[at : at + gone] = put
    return b" ".join(words) + b"\n"


def _bend(line: bytes, at: int, gone: int, put: bytes) -> bytes:
    at %= len(line)
    return line[:at] + put + line[at + gone :]
