"""Outbox: one browser's place in a stream. Nothing is copied for it.

While the browser takes what it is given it gets every frame of the ring. Paused, it keeps its place; if the
ring has moved on by the time it is resumed, it gets the newest reading of each sensor that changed instead.
"""

from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from katgate.hub.stream import Stream

__all__ = ["Browser", "Outbox"]


class Browser(Protocol):
    """Who reads a stream."""

    @property
    def is_paused(self) -> bool:
        """Whether it has enough for now."""
        ...

    def send(self, payload: bytes) -> None:
        """Send one message; may pause."""


class Outbox:
    """What one browser is sent next of one stream."""

    def __init__(self, stream: "Stream", browser: Browser) -> None:
        self.stream = stream
        self.position = stream.head
        self._browser = browser
        self._seq = stream.seq
        self._total = stream.total
        self._pages: deque[bytes] = deque()

    def snapshot(self) -> None:
        """Send what the sensors show now, then what follows. Also for one that has lost its way."""
        self._stand_at_head()
        self._pages = deque(self.stream.snapshot())
        self.pump()

    def pump(self) -> None:
        """Send what waits, as long as the browser takes it."""
        while not self._browser.is_paused and self._pages:
            self._browser.send(self._pages.popleft())
        while not self._browser.is_paused and self.position < self.stream.head:
            frame = self.stream.frame_at(self.position)
            if frame is None:
                self._catch_up()
                continue
            self.position += 1
            self._seq, self._total = frame.seq, frame.total
            self._browser.send(frame.payload)

    def leave(self) -> None:
        """Give the place up."""
        self._pages.clear()
        self.stream.leave(self)

    def _catch_up(self) -> None:
        payloads = list(self.stream.conflated(self.position, self._seq, self._total))
        self._stand_at_head()
        for payload in payloads:
            self._browser.send(payload)

    def _stand_at_head(self) -> None:
        self.position = self.stream.head
        self._seq = self.stream.seq
        self._total = self.stream.total
