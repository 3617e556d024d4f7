"""Guests: servers in a program that is not theirs alone."""

from typing import Any

import pytest
from twisted.internet.interfaces import IReactorTCP
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import LogEvent
from twisted.python.failure import Failure

from katgate.tx import DeviceServer, KatCPServer
from katgate.tx.guests import GuestReactor, hosted_by, present_host
from tests.support import Wire


class House:
    """A host that notes what it is told."""

    def __init__(self) -> None:
        self.real = MemoryReactorClock()
        self.real.running = True
        self.told: list[object] = []
        self.reactor: Any = GuestReactor(self.real, lambda: self.told.append("reactor"))

    def halted(self, server: KatCPServer) -> None:
        self.told.append(server)

    def service_failed(self, failure: Failure) -> None:
        self.told.append(failure.type)


@pytest.fixture
def house() -> House:
    return House()


class Production(DeviceServer):
    """As a subclass that knows of no host, and takes no reactor."""

    production = True

    def __init__(self, port: int, host: str) -> None:
        super().__init__(port, host)


def made_in(house: House) -> Production:
    with hosted_by(house):
        server = Production(7147, "127.0.0.1")
    server.start()
    return server


def test_halt_is_told_to_the_host_and_stops_no_reactor(house: House) -> None:
    """Also in production: the reply is out, the clients are gone, and then the host hears of it."""
    server = made_in(house)
    wire = Wire(server.buildProtocol(None))
    wire.heard()
    wire.say(b"?halt[1]\n")
    assert [] == house.told
    house.real.advance(0)
    assert ["!halt[1] ok", r"#disconnect the\_device\_is\_shutting\_down"] == wire.heard()
    house.real.advance(0)
    assert [server] == house.told
    assert not house.real.hasStopped
    assert [] == house.real.getDelayedCalls()


def test_server_that_remembers_where_it_listens(house: House) -> None:
    """In `_host`, as a subclass may: it is told apart from who runs it, and ends its own program."""

    class Lamp(Production):
        def __init__(self, port: int, host: str) -> None:
            super().__init__(port, host)
            self._host = host
            self.reactor = house.real

    lamp = Lamp(7147, "127.0.0.1")
    lamp.start()
    lamp.halt()
    house.real.pump([0, 0])
    assert house.real.hasStopped


def test_restart_is_nobody_elses_business(house: House) -> None:
    """It comes back by itself."""
    server = made_in(house)
    server.restart()
    house.real.advance(0)
    assert server.is_listening
    assert [] == house.told


def test_service_that_fails_is_told_to_the_host(house: House, logged: list[LogEvent]) -> None:
    """Else its log alone would know."""

    async def broken() -> None:
        raise ZeroDivisionError

    made_in(house).add_service(broken())
    assert [ZeroDivisionError] == house.told
    assert [ZeroDivisionError] == [event["log_failure"].type for event in logged if "log_failure" in event]


def test_reactor_of_a_guest(house: House) -> None:
    """It is the real one in everything but its end."""
    guest: Any = house.reactor
    assert guest.seconds() == house.real.seconds()
    assert bool(IReactorTCP.providedBy(guest)) is True
    house.reactor.stop()
    house.reactor.crash()
    assert ["reactor", "reactor"] == house.told
    assert not house.real.hasStopped


def test_host_is_there_within_alone(house: House) -> None:
    """Also if what is made within fails."""
    seen: list[object] = []

    class Broken(DeviceServer):
        def setup_sensors(self) -> None:
            seen.append(present_host())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), hosted_by(house):
        Broken()
    assert [house] == seen
    assert present_host() is None
    assert DeviceServer(reactor=house.real).reactor is house.real
