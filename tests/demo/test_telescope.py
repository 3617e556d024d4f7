"""The telescope as a whole."""

from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import LogEvent

from katgate.demo.device import DemoDevice
from katgate.demo.telescope import telescope
from katgate.katcp import Reading, SensorDescription
from katgate.tx import DeviceServer
from katgate.tx.guests import hosted_by
from katgate.tx.handlers import handlers_of
from tests.support import Wire


@pytest.fixture
def reactor() -> MemoryReactorClock:
    return MemoryReactorClock()


@pytest.fixture
def servers(reactor: MemoryReactorClock) -> dict[str, DeviceServer]:
    return made(reactor, 1)


def made(reactor: MemoryReactorClock, seed: int) -> dict[str, DeviceServer]:
    """Return the telescope's servers on a reactor."""
    host: Any = SimpleNamespace(reactor=reactor)
    with hosted_by(host):
        return {name: make(0, "127.0.0.1") for name, make in telescope(Random(seed)).items()}


def test_its_devices(servers: dict[str, DeviceServer]) -> None:
    """By name, on loopback, on any free port, not yet alive."""
    assert ["m000", "m001", "m002", "m003", "weather", "cbf"] == list(servers)
    assert {("127.0.0.1", 0)} == {(server.host, server.port) for server in servers.values()}


def test_every_type_occurs(servers: dict[str, DeviceServer]) -> None:
    """Whoever tests a page against the telescope has tested it against KATCP."""
    types = {sensor.description.type for server in servers.values() for sensor in server.sensors.values()}
    assert {"integer", "float", "boolean", "discrete", "timestamp", "string", "address", "lru"} == types


def test_every_sensor_has_a_legal_reading(
    servers: dict[str, DeviceServer], reactor: MemoryReactorClock
) -> None:
    """What is written is read back by strict clients, from the first tick to the last."""
    for server in servers.values():
        server.start()
    for _ in range(40):
        reactor.pump([0.1] * 20)
        wrong = [
            f"{name} {sensor.name}: {sensor.reading}"
            for name, server in servers.items()
            for sensor in server.sensors.values()
            if not is_legal(sensor.description, sensor.reading)
        ]
        assert [] == wrong


def is_legal(about: SensorDescription, reading: Reading) -> bool:
    wire = about.katcp_type.encode(reading.value, 5)
    # decode raises ValueError for what is not of the type
    back = about.katcp_type.decode(wire, 5)
    return back == reading.value and (about.type != "discrete" or back in about.params)


def test_same_seed_same_telescope() -> None:
    """A scenario can be played again."""
    played = []
    for _ in range(2):
        reactor = MemoryReactorClock()
        servers = made(reactor, 7)
        for server in servers.values():
            server.start()
        reactor.pump([0.1] * 300)
        played.append([s.reading for server in servers.values() for s in server.sensors.values()])
    assert played[0] == played[1]


def test_stop_leaves_no_timer(servers: dict[str, DeviceServer], reactor: MemoryReactorClock) -> None:
    """With clients that sample everything, too."""
    for server in servers.values():
        server.start()
        wire = Wire(server.buildProtocol(None))
        wire.say(f"?sensor-sampling {','.join(server.sensors)} event-rate 1 10\n".encode())
    reactor.pump([0.1] * 50)
    for server in servers.values():
        server.stop()
    reactor.advance(0)
    assert [] == reactor.getDelayedCalls()


def test_every_request_of_its_own_is_explained(servers: dict[str, DeviceServer]) -> None:
    """`?help` says in one line how each is used."""
    unexplained = [
        (device, name)
        for device, server in servers.items()
        for name, handler in handlers_of(cast(type, server.protocol)).items()
        if f"`?{name}" not in handler.help.splitlines()[0]
    ]
    assert [] == unexplained


def test_broken_model_is_logged(reactor: MemoryReactorClock, logged: list[LogEvent]) -> None:
    """The sensors stand still, which somebody must be told."""

    class Broken(DemoDevice):
        def tick(self) -> None:
            raise ZeroDivisionError

    device = Broken(reactor=reactor)
    device.start()
    assert [ZeroDivisionError] == [event["log_failure"].type for event in logged]
    device.stop()
    reactor.advance(0)
    assert [] == reactor.getDelayedCalls()
