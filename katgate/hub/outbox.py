"""Outbox: one browser's place in a stream. Nothing is copied for it.

While the browser takes what it is given it gets every frame of the ring. Paused, it keeps its place; if the
ring has moved on by the time it is resumed, it gets the newest reading of each sensor that changed instead.
"""

from typing import Protocol

from katgate.hub.pages import Pages
from katgate.hub.ring import Frame, Place

__all__ = ["Browser", "Frames", "Outbox"]


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

    def conflated(self, position: int, seq: int, total: int) -> Pages:
        """Return what brings a browser from there to the present head."""
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

    def __init__(self, frames: Frames, browser: Browser, place: Place) -> None:
        self._frames = frames
        self._browser = browser
        self._pages: Pages | None = None
        # Whether the frames that follow in the ring may tell it of readings that it has had already.
        self._is_lost = False
        # The position up to which it has been sent everything.
        self._told = -1
        self.position, self._seq, self._total = place
        #: How many readings were replaced by newer ones because the browser was slow.
        self.conflated = 0
        # How many of the stream's readings it has not been sent one by one.
        self._skipped = self._total

    def start(self, snapshot: Pages) -> None:
        """Send the pages of a snapshot taken now, then what follows. Also for one that asks anew."""
        self.close()
        self._skipped += self._frames.total - self._total
        self._begin(snapshot)
        self._told = -1
        self.pump()

    def go_on(self, pages: Pages) -> None:
        """Send these first, then what follows from the place on."""
        self._pages = pages
        self._told = self.position
        self.pump()

    def close(self) -> None:
        """Send nothing more of what was begun."""
        if self._pages is not None:
            self._pages.end()
            self._pages = None

    @property
    def readings(self) -> int:
        """How many readings it has been sent, besides those of snapshots: known by its place, so it costs nothing."""
        return self._total - self._skipped

    @property
    def waiting(self) -> int:
        """How many messages are due to the browser: a snapshot counts as one, fewer if it falls out of the ring."""
        return (self._pages is not None) + self._frames.head - self.position

    def has_reached(self, place: int) -> bool:
        """Return whether the browser has been sent all that came before a position of the stream."""
        return self._told >= place

    def pump(self) -> None:
        """Send what waits, as long as the browser takes it."""
        while not self._browser.is_paused:
            if self._pages is not None:
                self._send_page(self._pages)
            elif self.position < self._frames.head:
                self._send_frame()
            else:
                break

    def _send_page(self, pages: Pages) -> None:
        page = None if pages.are_taken else pages.take()
        if pages.are_taken:
            self._pages = None
            self._is_lost = pages.is_lost
            self._told = self.position
        if page is not None:
            self._browser.send(page)

    def _send_frame(self) -> None:
        frame = None if self._is_lost else self._frames.frame_at(self.position)
        if frame is None:
            conflated = self._frames.conflated(self.position, self._seq, self._total)
            self._begin(conflated)
            self._skipped += conflated.replaced
            self.conflated += conflated.replaced
            if conflated.replaced:
                self._browser.fell_behind()
            return
        self.position += 1
        self._told = self.position
        self._seq, self._total = frame.seq, frame.total
        self._browser.send(frame.payload)

    def _begin(self, pages: Pages) -> None:
        """Stand at the head, which the browser has reached once it has had these pages."""
        self._pages = pages
        self._is_lost = False
        self.position = self._frames.head
        self._seq = self._frames.seq
        self._total = self._frames.total
