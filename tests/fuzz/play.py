"""Play: bad input for one side of a conversation, cut in several ways, and what must hold in all of them.

`test_bad_input.py` plays what hypothesis thinks of, `target.py` what atheris finds. The sides themselves, and
what each must do about what it was told, are in `server_side.py`, `client_side.py` and `mirror_side.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from twisted.internet.interfaces import IReactorTime
from twisted.logger import LogEvent, LogLevel, formatEvent, globalLogPublisher

from katgate.tx import KatCP
from tests.support import Wire

__all__ = [
    "MAX_LINE_LENGTH",
    "Piece",
    "Side",
    "latest_mid",
    "no_calls_left",
    "nothing_of_ours_logged",
    "play",
]

#: Bytes that come in, and the seconds that pass then. `[M]` stands for the id of the request written last.
Piece = tuple[bytes, float]

#: Small, so that lines over the limit are met.
MAX_LINE_LENGTH: Final = 200

#: The same bytes whole, one at a time, and a few at a time.
_SIZES: Final = (1_000_000, 1, 7)

#: Complaints are counted by what they are about: a handful of sentences.
_MOST_COMPLAINTS: Final = 16


class Side(ABC):
    """One side on a fake wire. `heard` is all that it has written, line by line."""

    def __init__(self, wire: Wire, clock: Any) -> None:
        self.wire = wire
        self.clock = clock
        self.heard: list[bytes] = []

    def hear(self) -> list[bytes]:
        """Return the lines written since the last call, which are added to `heard`. Empty ones are no message."""
        *lines, rest = self.wire.transport.value().split(b"\n")
        assert b"" == rest, "half a line was written"
        self.wire.transport.clear()
        lines = [line for line in lines if line.strip()]
        self.heard += lines
        return lines

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)

    @abstractmethod
    def result(self) -> object:
        """Return what came of it all, which may not depend on how the bytes were cut."""

    @abstractmethod
    def check(self, said: bytes) -> None:
        """Assert that all of `said` was dealt with as it should, that the side lives, and leaves nothing."""

    def check_bounds(self) -> None:
        """Assert that nothing was kept that grows with what a peer says."""
        protocol: KatCP = self.wire.protocol
        assert len(protocol._complaints) <= _MOST_COMPLAINTS
        assert protocol._backlog_bytes <= protocol.max_unsent
        assert protocol._parser._codec.buffer_size <= protocol.max_line_length


def play(build: Callable[[], Side], pieces: Sequence[Piece]) -> None:
    """Let a new side have these pieces, cut in each way. Raises AssertionError, or what escaped."""
    with nothing_of_ours_logged():
        whole, *others = [_played(build(), pieces, size) for size in _SIZES]
    for size, other in zip(_SIZES[1:], others, strict=True):
        assert whole == other, f"what came of it whole is not what came of it {size} bytes at a time: {other}"


def _played(side: Side, pieces: Sequence[Piece], size: int) -> str:
    said = []
    for text, seconds in [*_cut_after_hellos(pieces), (b"\n", 0.0)]:
        side.hear()
        text = text.replace(b"[M]", latest_mid(side.heard))
        said.append(text)
        side.wire.say(*(text[at : at + size] for at in range(0, len(text), size)))
        if seconds:
            side.pass_time(seconds)
    side.hear()
    result = repr(side.result())
    side.check_bounds()
    side.check(b"".join(said))
    return result


def _cut_after_hellos(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Let what follows a hello come in by itself: a device is asked then, and a reply that came together with the
    hello would answer nothing when whole, and a request when one byte came at a time.
    """
    for text, seconds in pieces:
        *lines, rest = text.splitlines(keepends=True) or [b""]
        part = b""
        for line in lines:
            part += line
            if line.startswith(b"#version"):
                yield part, 0.0
                part = b""
        yield part + rest, seconds


def latest_mid(heard: list[bytes]) -> bytes:
    """Return the id of the last line, as `[7]`; nothing if it has none."""
    words = heard[-1].split(b" ", 1)[0] if heard else b""
    return words[words.index(b"[") :] if b"[" in words else b""


def no_calls_left(clock: IReactorTime) -> None:
    """Assert that nothing is left to be called later."""
    assert [] == list(clock.getDelayedCalls())


@contextmanager
def nothing_of_ours_logged() -> Iterator[None]:
    """Assert that nothing in the log is about ourselves: no failure, no error, and no Deferred's lost failure."""
    ours: list[LogEvent] = []

    def observe(event: LogEvent) -> None:
        if "log_failure" in event or event.get("log_level") in (LogLevel.error, LogLevel.critical):
            ours.append(event)

    publisher: Any = globalLogPublisher  # a plain function is an observer too, which its types do not say
    publisher.addObserver(observe)
    try:
        yield
    finally:
        publisher.removeObserver(observe)
    assert [] == ours, [formatEvent(event) for event in ours]
