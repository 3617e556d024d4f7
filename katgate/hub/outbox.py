"""Outbox: one browser's place in a stream. Nothing is copied for it.

While the browser takes what it is given it gets every frame of the ring. Paused, it keeps its place; if the
ring has moved on by the time it is resumed, it gets the newest reading of each sensor that changed instead.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple, Protocol

__all__ = ["Browser", "Frame", "Frames", "Outbox", "Place"]


class Frame(NamedTuple):
    """One message of a stream.

    `seq` is the number of the last frame of readings up to here (its own, if it `is_readings`), `total` the
    number of readings sent by the stream up to here.
    """

    payload: bytes
    seq: int
    total: int
    is_readings: bool


class Place(NamedTuple):
    """A place in a stream: what a browser has had when the frame at `position` is the next it needs."""

    position: int
    seq: int
    total: int


class Frames(Protocol):
    """What an outbox needs of its stream: see `katgate.hub.stream.Stream`."""

    @property
    def head(self) -> int:
        """The position after the last frame."""
        ...

    @property
    def seq(self) -> int:
        """The number of the last frame of readings."""
        ...

    @property
    def total(self) -> int:
        """How many readings were sent in all."""
        ...

    def frame_at(self, position: int) -> Frame | None:
        """Return the frame at a position, or None if the ring has moved on."""
        ...

    def conflated(self, position: int, seq: int, total: int) -> Iterable[bytes]:
        """Return what brings a browser from there to the head."""
        ...


class Browser(Protocol):
    """Who reads a stream."""

    @property
    def is_paused(self) -> bool:
        """Whether it has enough for now."""
        ...

    def send(self, payload: bytes) -> None:
        """Send one message; may pause."""

    def fell_behind(self) -> None:
        """It is about to be sent the newest readings in place of all that it missed."""


class Outbox:
    """What one browser is sent next of one stream."""

    def __init__(self, frames: Frames, browser: Browser, place: Place | None = None) -> None:
        self._frames = frames
        self._browser = browser
        self._pages: deque[bytes] = deque()
        self.position, self._seq, self._total = place or Place(frames.head, frames.seq, frames.total)

    def start(self, snapshot: Iterable[bytes]) -> None:
        """Send the pages of a snapshot taken now, then what follows. Also for one that has lost its way."""
        self._stand_at_head()
        self._pages = deque(snapshot)
        self.pump()

    @property
    def waiting(self) -> int:
        """How many messages are due to the browser (fewer, if it falls out of the ring)."""
        return len(self._pages) + self._frames.head - self.position

    def has_reached(self, place: int) -> bool:
        """Return whether the browser has been sent all that came before a position of the stream."""
        return not self._pages and self.position >= place

    def pump(self) -> None:
        """Send what waits, as long as the browser takes it."""
        while not self._browser.is_paused and self._pages:
            self._browser.send(self._pages.popleft())
        while not self._browser.is_paused and self.position < self._frames.head:
            frame = self._frames.frame_at(self.position)
            if frame is None:
                self._catch_up()
                continue
            self.position += 1
            self._seq, self._total = frame.seq, frame.total
            self._browser.send(frame.payload)

    def _catch_up(self) -> None:
        payloads = list(self._frames.conflated(self.position, self._seq, self._total))
        self._stand_at_head()
        self._browser.fell_behind()
        for payload in payloads:
            self._browser.send(payload)

    def _stand_at_head(self) -> None:
        self.position = self._frames.head
        self._seq = self._frames.seq
        self._total = self._frames.total
