"""SlowlyAccepting: a port on which a thousand browsers may arrive at once, and nobody else waits for them."""

from typing import Final

from twisted.internet.tcp import Port

__all__ = ["SlowlyAccepting"]

#: How many connections are accepted before the others are looked after. Each is a few milliseconds of work: the
#: hand-shake, the first subscriptions.
_AT_ONCE: Final = 5


class SlowlyAccepting(Port):
    """Twisted's own port accepts a hundred and more at once."""

    @property
    def numberAccepts(self) -> int:
        """Return how many."""
        return _AT_ONCE

    @numberAccepts.setter
    def numberAccepts(self, number: int) -> None:
        """Twisted would change it by how many came at once."""
