"""Pages: what one browser is told of one moment of a stream, in messages that are made when it takes them.

A thousand browsers that come back at once, each for ten thousand sensors, would fill the memory with messages
that they have not taken yet.
"""

from collections.abc import Iterator

from katgate.hub.past import Past

__all__ = ["Pages"]


class Pages:
    """The messages that are still to be sent. Call `end` if not all of them are taken.

    `pages` makes them of what `past` says of `moment`, which is now; without these, of nothing that changes.
    """

    def __init__(
        self, pages: Iterator[bytes], past: Past | None = None, moment: int = 0, *, replaced: int = 0
    ) -> None:
        self._pages = pages
        self._past = past
        self._moment = moment
        self._is_ended = False
        #: How many readings these stand for that are not told.
        self.replaced = replaced
        #: Whether more readings came meanwhile than can be kept apart: the last pages then showed the present.
        self.is_lost = False
        if past is not None:
            past.begin(moment)
        # One ahead: a defect shows before anything is sent, and the end is known in time.
        try:
            self._next = next(pages, None)
        except BaseException:
            self.end()
            raise
        if self._next is None:
            self.end()

    @property
    def are_taken(self) -> bool:
        """Whether nothing is left."""
        return self._next is None

    def take(self) -> bytes:
        """Return the next message. There must be one."""
        page = self._next
        assert page is not None
        self._next = next(self._pages, None)
        if self._next is None:
            self.end()
        return page

    def end(self) -> None:
        """Take no more."""
        if self._is_ended:
            return
        self._is_ended = True
        self._next = None
        if self._past is not None:
            self.is_lost = self._past.is_lost(self._moment)
            self._past.end(self._moment)
