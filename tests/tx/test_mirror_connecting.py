"""Mirror: how long an attempt to connect to a host and port may take."""

from twisted.internet.error import TimeoutError
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure

from katgate.tx.mirror import Mirror


def attempts(reactor: MemoryReactorClock) -> list[tuple[int, float]]:
    """Return the port and the timeout of each attempt so far."""
    return [(port, timeout) for _, port, _, timeout, _ in reactor.tcpClients]


def test_connect_timeout() -> None:
    """As it was given; another counts from the next attempt on."""
    reactor = MemoryReactorClock()
    mirror = Mirror("cbf", ("cbf.example.org", 7147), connect_timeout_s=3.0, reactor=reactor)
    mirror.start()
    assert [(7147, 3.0)] == attempts(reactor)
    mirror.connect_timeout_s = 7.0
    factory, connector = reactor.tcpClients[0][2], reactor.connectors[0]
    factory.clientConnectionFailed(connector, Failure(TimeoutError()))
    reactor.pump([0.5] * 4)  # other addresses, of which there are none, and then the pause
    assert [(7147, 3.0), (7147, 7.0)] == attempts(reactor)[:2]
    mirror.stop()
