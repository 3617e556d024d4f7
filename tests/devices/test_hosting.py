"""Hosting: device servers inside this process."""

from twisted.internet.testing import MemoryReactorClock

from katgate.devices.hosting import Hosting
from katgate.tx import DeviceServer


def test_hosted_server_never_stops_the_reactor() -> None:
    """A server written to be a program of its own (`production`) is a guest here."""
    reactor = MemoryReactorClock()
    server = DeviceServer(7147, "127.0.0.1", reactor=reactor)
    server.production = True
    hosting = Hosting()
    assert 7147 == hosting.add(server)[1]
    reactor.running = True
    server.halt()
    reactor.advance(0)
    assert not reactor.hasStopped
    hosting.stop()
    reactor.advance(0)
    assert [] == reactor.getDelayedCalls()
