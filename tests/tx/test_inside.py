"""InsideEndpoint: a server and its client in one process."""

from typing import Any

import pytest
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.error import CannotListenError, ConnectionRefusedError
from twisted.internet.protocol import Factory

from katgate.tx import ClientKatCPProtocol, DeviceServer
from katgate.tx.inside import InsideEndpoint
from tests.inside_reactor import InsideReactor
from tests.support import outcome


class TakenReactor(InsideReactor):
    def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> Any:
        raise CannotListenError(interface, port, OSError("taken"))


def inside(reactor: Any, *, has_port: bool = False) -> tuple[InsideEndpoint, DeviceServer]:
    port = TCP4ServerEndpoint(reactor, 7147, interface="127.0.0.1") if has_port else None
    endpoint = InsideEndpoint(reactor, lambda: port, client_name="katgate", server_name="hosted lamp")
    return endpoint, DeviceServer(endpoint=endpoint, reactor=reactor)


def client_factory(reactor: Any) -> Any:
    return Factory.forProtocol(lambda: ClientKatCPProtocol(reactor))


@pytest.mark.parametrize("reactor", [InsideReactor(), TakenReactor()])
@pytest.mark.parametrize("has_port", [False, True])
def test_client_inside(reactor: InsideReactor, has_port: bool) -> None:
    """It is let in whether there is a port, or none, or one that another has; each side knows the other by name."""
    reactor.wires.clear()
    endpoint, server = inside(reactor, has_port=has_port)
    server.start()
    [client] = outcome(endpoint.connect(client_factory(reactor)))
    assert isinstance(client, ClientKatCPProtocol)
    assert "hosted lamp" == client.peer
    assert ["katgate"] == list(server.clients)
    [ours, theirs] = reactor.wires
    theirs.say("\n".join(ours.heard()).encode() + b"\n")
    assert client.flags is not None
    for wire in reactor.wires:
        wire.cut()
    server.stop()
    reactor.advance(0)
    assert [] == reactor.getDelayedCalls()


def test_port_that_another_has() -> None:
    """The reason is kept for who asks; the address is one that nobody has."""
    endpoint, server = inside(TakenReactor(), has_port=True)
    host: Any = server.start().getHost()
    assert 0 == host.port
    assert endpoint.port is None
    assert "taken" == str(endpoint.port_error and endpoint.port_error.socketError)


def test_port() -> None:
    """It is listened at, and closed with the server."""
    reactor = InsideReactor()
    endpoint, server = inside(reactor, has_port=True)
    host: Any = server.start().getHost()
    assert 7147 == host.port
    assert 7147 == endpoint.port.port
    assert 1 == len(reactor.tcpServers)
    server.stop()
    assert endpoint.port is None


def test_nobody_listens() -> None:
    """Before the server has started, and after it has stopped, a client is refused as at any port."""
    reactor = InsideReactor()
    endpoint, server = inside(reactor)
    before = outcome(endpoint.connect(client_factory(reactor)))
    server.start()
    server.stop()
    after = outcome(endpoint.connect(client_factory(reactor)))
    reactor.advance(0)
    assert [ConnectionRefusedError] * 2 == [type(error) for error in before + after]


def test_one_server_at_a_time() -> None:
    """A second must not take the clients of the first."""
    reactor = InsideReactor()
    endpoint, server = inside(reactor)
    server.start()
    with pytest.raises(CannotListenError):
        DeviceServer(endpoint=endpoint, reactor=reactor).start()


def test_restart_listens_again_inside() -> None:
    """By `start`, which a subclass may have overridden."""
    reactor = InsideReactor()
    started: list[str] = []

    class Lamp(DeviceServer):
        def start(self) -> Any:
            started.append("start")
            return super().start()

    endpoint = InsideEndpoint(reactor, client_name="katgate", server_name="lamp")
    server = Lamp(endpoint=endpoint, reactor=reactor)
    server.start()
    server.restart()
    reactor.advance(0)
    assert ["start", "start"] == started
    assert outcome(endpoint.connect(client_factory(reactor)))[0].peer == "lamp"


def test_server_that_fails_to_build_a_protocol() -> None:
    """The client is told why, and no socket is left."""
    reactor = InsideReactor()
    endpoint, server = inside(reactor)

    def broken() -> None:
        raise ZeroDivisionError

    server.protocol = broken
    server.start()
    [error] = outcome(endpoint.connect(client_factory(reactor)))
    assert isinstance(error, ZeroDivisionError)
