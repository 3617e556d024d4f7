"""HostedServer: a server that runs in this process, and does what it should not."""

import sys
from typing import Any, NoReturn

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.testing import MemoryReactorClock

from katgate.devices.hosting import HostedServer
from katgate.errors import HostingError
from katgate.tx import DeviceServer, KatCPServer
from tests.support import outcome


class Lab:
    """One hosted server, and what it tells."""

    def __init__(self, make: Any, listen: tuple[str, int] | None = None, reactor: Any = None) -> None:
        self.reactor = reactor or MemoryReactorClock()
        self.made: list[Any] = []
        self.ended: list[str] = []
        self.changes = 0

        def make_and_keep(port: int, host: str) -> Any:
            self.made.append(make(port, host))
            return self.made[-1]

        self.hosted = HostedServer(
            "lamp",
            make_and_keep,
            listen,
            reactor=self.reactor,
            ended=self.ended.append,
            changed=self._changed,
        )

    def _changed(self) -> None:
        self.changes += 1

    def stop(self, after_s: float = 0.0) -> list[Any]:
        stopped = outcome(Deferred.fromCoroutine(self.hosted.stop()))
        self.reactor.pump([0, after_s, 0])
        return stopped


def test_internal_server() -> None:
    """It has no port, and says so; each start makes it anew."""
    lab = Lab(DeviceServer)
    for count in (1, 2):
        lab.hosted.start()
        assert lab.hosted.is_running
        assert "internal" == lab.hosted.address
        assert [] == lab.reactor.tcpServers
        assert [None] == lab.stop()
        assert not lab.hosted.is_running
        assert count == len(set(map(id, lab.made)))
    assert [] == lab.reactor.getDelayedCalls()


def test_server_with_a_port() -> None:
    """Its address is the port."""

    class Open(MemoryReactorClock):
        def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> Any:
            listening = super().listenTCP(port, factory, backlog, interface)
            host: Any = listening.getHost()
            host.host = interface  # Twisted's fake says 0.0.0.0 of all
            return listening

    for host in ("127.0.0.1", "0.0.0.0"):
        lab = Lab(DeviceServer, (host, 7147), Open())
        lab.hosted.start()
        assert f"{host}:7147" == lab.hosted.address


def test_port_that_is_taken() -> None:
    """It runs without, and says which port it has not got."""

    class Taken(MemoryReactorClock):
        def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> Any:
            raise CannotListenError(interface, port, OSError("taken"))

    lab = Lab(DeviceServer, ("127.0.0.1", 7147), Taken())
    lab.hosted.start()
    assert lab.hosted.is_running
    assert "internal" == lab.hosted.address
    why = "it has no port of its own: 127.0.0.1 port 7147: taken; katgate reaches it inside"
    assert why == lab.hosted.trouble


async def _endless() -> None:
    await Deferred()


class Broken(DeviceServer):
    def setup_sensors(self) -> None:
        self.add_sensor(None)  # type: ignore[arg-type]


class Exiting(DeviceServer):
    def start(self) -> NoReturn:
        super().start()
        sys.exit("no lamp")


class Dark(DeviceServer):
    def start(self) -> NoReturn:
        self.add_service(_endless())
        raise ValueError("no light")


class Sleeping(DeviceServer):
    def start(self) -> Any:
        return None


class Starting(DeviceServer):
    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.add_service(_endless())
        self.start()


FAILING = [
    (Broken, "AttributeError: 'NoneType' object has no attribute 'name' (test_hosting.py, line "),
    (Dark, "ValueError: no light (test_hosting.py, line "),
    (Exiting, "SystemExit: no lamp (test_hosting.py, line "),
    (Sleeping, "its `start` does not call that of KatCPServer, so it does not listen"),
    (Starting, "its constructor calls `start`, which is called for it"),
    (lambda _port, _host: "lamp", "what was made is no KatCPServer, but 'lamp'"),
]


@pytest.mark.parametrize(("make", "words"), FAILING)
def test_server_that_cannot_be_started(make: Any, words: str) -> None:
    """The author reads what it was, and where. Nothing of it is left, and it may be tried again."""
    lab = Lab(make)
    for _ in range(2):
        with pytest.raises(HostingError) as raised:
            lab.hosted.start()
        assert str(raised.value).startswith("it cannot be started: " + words)
        assert not lab.hosted.is_running
        lab.reactor.pump([0, 0, 0])
    left = [
        made for made in lab.made if isinstance(made, KatCPServer) and (made.is_listening or made._services)
    ]
    assert [] == left


def test_halt_and_reactor_stop_end_it_alone() -> None:
    """Both are told once, and the reactor runs on."""

    class Production(KatCPServer):
        production = True

    lab = Lab(Production)
    lab.reactor.running = True
    lab.hosted.start()
    lab.made[0].halt()
    lab.reactor.advance(0)
    assert ["it was halted"] == lab.ended
    lab.made[0].reactor.stop()
    assert ["it was halted", "it stopped the reactor, which ended it alone"] == lab.ended
    assert not lab.reactor.hasStopped


def test_halt_of_one_that_it_had_made_itself() -> None:
    """A server may run others: their end is not its own."""
    others: list[DeviceServer] = []

    class Two(DeviceServer):
        def setup_sensors(self) -> None:
            if not others:
                others.append(DeviceServer())

    lab = Lab(Two)
    lab.hosted.start()
    others[0].start()
    others[0].halt()
    lab.reactor.advance(0)
    assert [] == lab.ended
    assert not others[0].is_listening


def test_service_that_fails() -> None:
    """It is shown for as long as the server runs."""

    class Lamp(DeviceServer):
        async def watch(self) -> None:
            raise ZeroDivisionError("no lamp")

    lab = Lab(Lamp)
    lab.hosted.start()
    changes = lab.changes
    lab.made[0].add_service(lab.made[0].watch())
    assert str(lab.hosted.trouble).startswith(
        "a service of it failed: ZeroDivisionError: no lamp (test_hosting.py, "
    )
    assert changes + 1 == lab.changes
    lab.stop()
    assert lab.hosted.trouble is None


def test_server_that_was_halted_is_not_stopped_twice() -> None:
    """Its `stop` may not stand that."""
    stops: list[str] = []

    class Lamp(DeviceServer):
        def stop(self) -> "Deferred[None]":
            stops.append("stop")
            return super().stop()

    lab = Lab(Lamp)
    lab.hosted.start()
    lab.made[0].halt()
    lab.reactor.advance(0)
    assert ["it was halted"] == lab.ended
    assert [None] == lab.stop()
    assert ["stop"] == stops


class Stubborn(DeviceServer):
    def stop(self) -> "Deferred[None]":
        return Deferred()


class Failing(DeviceServer):
    def stop(self) -> "Deferred[None]":
        raise ZeroDivisionError


@pytest.mark.parametrize("make", [Stubborn, Failing])
def test_server_whose_stop_does_not_stop_it(make: type[DeviceServer]) -> None:
    """It is stopped without; its port is free then."""
    lab = Lab(make, ("127.0.0.1", 7147))
    lab.hosted.start()
    assert [None] == lab.stop(after_s=11)
    assert not lab.made[0].is_listening
    lab.reactor.pump([0, 0])
    assert [] == lab.reactor.getDelayedCalls()


class AsyncStopping(DeviceServer):
    async def stop(self) -> None:  # type: ignore[override]
        await super().stop()


@pytest.mark.parametrize("make", [AsyncStopping, Failing])
def test_halt_of_one_that_stops_in_its_own_way(make: type[DeviceServer]) -> None:
    """It may be a coroutine, or fail: it was halted, and what is left of it is stopped."""
    lab = Lab(make)
    lab.hosted.start()
    lab.made[0].halt()
    lab.reactor.pump([0, 0])
    assert ["it was halted"] == lab.ended
    assert [None] == lab.stop()
    assert not lab.made[0].is_listening


def test_server_whose_restart_failed() -> None:
    """It does not listen any more, and yet its services run: it can be stopped."""
    stops: list[str] = []

    class Lamp(DeviceServer):
        def start(self) -> Any:
            if self._services:
                raise ValueError("no lamp")
            self.add_service(_endless())
            return super().start()

        def stop(self) -> "Deferred[None]":
            stops.append("stop")
            return super().stop()

    lab = Lab(Lamp)
    lab.hosted.start()
    [lamp] = lab.made
    lamp.restart()
    lab.reactor.pump([0, 0])
    assert lab.hosted.is_running
    assert not lamp.is_listening
    assert [None] == lab.stop()
    assert (["stop"], {}) == (stops, lamp._services)
