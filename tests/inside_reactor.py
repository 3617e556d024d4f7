"""A reactor for servers and clients of one process, without sockets."""

from typing import Any

from twisted.internet.address import UNIXAddress
from twisted.internet.testing import MemoryReactorClock

from tests.support import Wire

__all__ = ["InsideReactor"]


class InsideReactor(MemoryReactorClock):
    """Adopts a socket by joining its protocol to a wire of its own: what one says the other hears if the test says
    it. Keeps the wires, of each pair the server's first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wires: list[Wire] = []

    def adoptStreamConnection(self, fileDescriptor: int, addressFamily: int, factory: Any) -> None:
        """As the reactor's."""
        self.wires.append(Wire(factory.buildProtocol(None), peer=UNIXAddress(None)))
