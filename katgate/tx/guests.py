"""Guests: device servers that live in a program that is not theirs alone.

A host is there for all servers that are made within `with hosted_by(host)`, however deep in a constructor: so
subclasses need not know of it, nor take a `reactor`. It gives them the reactor, and is told of what would end a
program of their own, or would be seen in its log alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from twisted.python.failure import Failure
from zope.interface import directlyProvides, providedBy

if TYPE_CHECKING:
    from katgate.tx.server import KatCPServer

__all__ = ["GuestReactor", "Host", "hosted_by", "present_host"]


class Host(Protocol):
    """Who runs servers in a program of its own."""

    @property
    def reactor(self) -> Any:
        """What its servers use where they are given no other."""

    def halted(self, server: "KatCPServer") -> None:
        """The server was halted and has stopped. This stands for the end of the program, `production` or not."""

    def service_failed(self, failure: Failure) -> None:
        """A service of one of its servers failed; it is logged already."""


_present: ContextVar[Host | None] = ContextVar("host", default=None)


@contextmanager
def hosted_by(host: Host) -> Iterator[None]:
    """Let servers that are made within belong to a host; those too that coroutines begun within make later."""
    token = _present.set(host)
    try:
        yield
    finally:
        _present.reset(token)


def present_host() -> Host | None:
    """Return to whom a server belongs that is made now; None where it is the program's own."""
    return _present.get()


class GuestReactor:
    """The reactor as guests have it: `stop` and `crash` call `stopped` instead. The rest is the reactor's.

    This keeps apart who means no harm. A server that imports the global reactor and stops that ends the program:
    its code is the program's, and can do whatever the program can.
    """

    def __init__(self, reactor: Any, stopped: Callable[[], None]) -> None:
        self._reactor = reactor
        self._stopped = stopped
        directlyProvides(self, providedBy(reactor))

    def stop(self) -> None:
        """End the guest."""
        self._stopped()

    def crash(self) -> None:
        """End the guest."""
        self._stopped()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)
