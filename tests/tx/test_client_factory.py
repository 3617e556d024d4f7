"""KatCPClientFactory: connected again and again, over endpoints and over `reactor.connectTCP`."""

from random import Random
from typing import Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure

from katgate.tx import ClientKatCPProtocol, KatCPClientFactory, run_client
from tests.support import V5, FakeEndpoint, Wire, outcome

ADDRESS = IPv4Address("TCP", "10.0.0.1", 7147)


class Watching(KatCPClientFactory):
    """Notes what it is told."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(reactor=clock, random=Random(1))
        self.protocol = lambda: ClientKatCPProtocol(clock)
        self.told: list[str] = []

    def connected(self, client: ClientKatCPProtocol) -> None:
        self.told.append("connected")
        client.send_request("watchdog").addErrback(lambda failure: None)

    def disconnected(self) -> None:
        self.told.append("disconnected")


class FakeConnector:
    """What `reactor.connectTCP` makes: it drives the factory, and the test drives it."""

    def __init__(self, factory: Watching) -> None:
        self.factory: Any = factory
        self.state = "disconnected"
        self.attempts = 0
        self.wire: Wire | None = None
        self.connect()

    def getDestination(self) -> IPv4Address:
        return ADDRESS

    def connect(self) -> None:
        assert "disconnected" == self.state
        self.state = "connecting"
        self.attempts += 1
        self.factory.startedConnecting(self)

    def stopConnecting(self) -> None:
        self.fail()

    def fail(self) -> None:
        self.state = "disconnected"
        self.factory.clientConnectionFailed(self, Failure(ConnectionRefusedError()))

    def succeed(self) -> Wire:
        protocol = self.factory.buildProtocol(ADDRESS)
        self.state = "connected"
        self.wire = Wire(protocol)
        return self.wire

    def lose(self) -> None:
        assert self.wire is not None
        self.wire.cut()
        self.state = "disconnected"
        self.factory.clientConnectionLost(self, Failure(ConnectionRefusedError()))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def factory(clock: Clock) -> Watching:
    return Watching(clock)


def test_it_connects_again(factory: Watching, clock: Clock) -> None:
    """After a loss and after a refusal; the user is told of each connection once it is negotiated."""
    endpoint = FakeEndpoint()
    factory.connect(endpoint)
    wire = endpoint.accept()
    assert ([], None) == (factory.told, factory.client)
    wire.say(V5)
    assert (["connected"], wire.protocol) == (factory.told, factory.client)
    assert ["?watchdog[1]"] == wire.heard()
    assert factory is wire.protocol.factory
    wire.cut()
    assert (["connected", "disconnected"], None) == (factory.told, factory.client)
    clock.advance(0.5)
    endpoint.refuse(ConnectionRefusedError())
    clock.advance(1)
    endpoint.accept().say(V5)
    assert ["connected", "disconnected", "connected"] == factory.told
    assert [None] == outcome(factory.stop())
    assert "disconnected" == factory.told[-1]
    assert [] == clock.getDelayedCalls()


def test_one_factory_keeps_one_connection(factory: Watching) -> None:
    """A second device needs a second factory."""
    factory.connect(FakeEndpoint())
    with pytest.raises(RuntimeError, match="one factory, one device"):
        factory.connect(FakeEndpoint())


def test_stop_of_a_factory_that_never_began(factory: Watching) -> None:
    """There is nothing to stop."""
    assert [None] == outcome(factory.stop())


def test_with_a_connector_of_the_reactor(factory: Watching, clock: Clock) -> None:
    """`reactor.connectTCP(host, port, factory)`, as code for katcp.tx has it."""
    connector = FakeConnector(factory)
    assert 1 == connector.attempts
    connector.fail()
    clock.advance(0.5)
    assert 2 == connector.attempts
    connector.succeed().say(V5)
    assert ["connected"] == factory.told
    connector.lose()
    clock.advance(0.5)
    assert 3 == connector.attempts
    connector.succeed().say(V5)
    assert ["connected", "disconnected", "connected"] == factory.told


def test_connector_that_has_not_closed_yet(factory: Watching, clock: Clock) -> None:
    """The next attempt begins when the last transport is gone, not before."""
    connector = FakeConnector(factory)
    wire = connector.succeed()
    wire.cut()
    clock.advance(0.5)
    assert 1 == connector.attempts
    connector.lose()
    assert 2 == connector.attempts


def test_stop_while_a_connector_connects(factory: Watching, clock: Clock) -> None:
    """The attempt is given up, and there is no other."""
    connector = FakeConnector(factory)
    assert [None] == outcome(factory.stop())
    assert ("disconnected", 1) == (connector.state, connector.attempts)
    assert [] == clock.getDelayedCalls()


def test_run_client() -> None:
    """Connected once, with arguments; or the errback, with its own."""
    endpoint = FakeEndpoint()
    called: list[object] = []
    protocol = lambda: ClientKatCPProtocol(Clock())  # noqa: E731
    run_client(endpoint, protocol, lambda *a: called.append(a), (1, 2))
    wire = endpoint.accept()
    wire.say(V5)
    assert [(wire.protocol, 1, 2)] == called
    run_client(
        endpoint, protocol, called.append, errback=lambda f, x: called.append((f.type, x)), errback_args=(3,)
    )
    endpoint.refuse(ConnectionRefusedError())
    assert (ConnectionRefusedError, 3) == called[-1]
    plain = outcome(run_client(endpoint, protocol))
    wire = endpoint.accept()
    wire.say(V5)
    assert [wire.protocol] == plain


def test_run_client_without_an_errback_logs_the_failure(logged: list[Any]) -> None:
    """A device that is not there is no silent matter."""
    endpoint = FakeEndpoint()
    run_client(endpoint, lambda: ClientKatCPProtocol(Clock()), print)
    endpoint.refuse(ConnectionRefusedError())
    assert 1 == len([e for e in logged if "no connection to the device" in str(e.get("log_format"))])


def test_address_as_host_and_port() -> None:
    """A tuple is resolved and connected to on this reactor."""
    reactor = MemoryReactorClock()
    factory = Watching(reactor)
    factory.connect(("127.0.0.1", 7147))
    assert [("127.0.0.1", 7147)] == [client[:2] for client in reactor.tcpClients]


def test_hook_that_breaks_keeps_the_connection(factory: Watching, clock: Clock, logged: list[Any]) -> None:
    """A defect of the user's is no reason to hammer the device; a coroutine is run, and its failure is logged."""

    async def broken(client: ClientKatCPProtocol) -> None:
        raise OSError("in a hook")

    factory.connected = broken  # type: ignore[method-assign, assignment]
    endpoint = FakeEndpoint()
    factory.connect(endpoint)
    wire = endpoint.accept()
    wire.say(V5)
    assert not wire.is_cut
    assert ["in a hook"] == [e["log_failure"].getErrorMessage() for e in logged if "log_failure" in e]


def test_factory_that_is_stopped_may_connect_anew(factory: Watching, clock: Clock) -> None:
    """To the same device or another, by endpoint or by connector."""
    for _ in range(2):
        endpoint = FakeEndpoint()
        factory.connect(endpoint)
        endpoint.accept().say(V5)
        assert [None] == outcome(factory.stop())
    connector = FakeConnector(factory)
    connector.succeed().say(V5)
    assert ["connected", "disconnected"] * 2 + ["connected"] == factory.told


def test_clock_of_the_factory_is_its_clients(clock: Clock) -> None:
    """Their timers are where the test, or the program, looks for them."""
    factory = KatCPClientFactory(reactor=clock)
    endpoint = FakeEndpoint()
    factory.connect(endpoint)
    wire = endpoint.accept()
    assert 2 == len(clock.getDelayedCalls())
    wire.cut()


def test_run_client_that_is_given_up_leaves_no_connection() -> None:
    """Nobody else would end it."""
    clock = Clock()
    endpoint = FakeEndpoint()
    done = run_client(endpoint, lambda: ClientKatCPProtocol(clock))
    wire = endpoint.accept()
    seen = outcome(done)
    done.cancel()
    assert 1 == len(seen)
    assert wire.is_cut
    assert [] == clock.getDelayedCalls()
