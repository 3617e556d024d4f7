"""Sensors of a device server that are more than a value: aggregates, slow ones, ones with their own `auto`."""

from collections.abc import Collection
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock

from katgate.katcp import AggregateSensor, IntSensor, Reading, Sensor, Status, Strategy
from katgate.tx import DeviceServer
from tests.support import Wire


class Probe(Sensor):
    """Measured when asked, which takes its time."""

    def __init__(self, name: str) -> None:
        super().__init__(Sensor.FLOAT, name, clock=lambda: 1.0)
        self.asked: list[Deferred[Reading]] = []

    def read(self) -> "Deferred[Reading]":
        self.asked.append(Deferred())
        return self.asked[-1]

    def answer(self, at: float, value: float) -> None:
        self.asked.pop(0).callback(Reading(at, Status.NOMINAL, value))


class OldProbe(Sensor):
    """The same as katcp.tx had it: the wire form, later."""

    def read_formatted(self) -> Any:
        self.asked: Deferred[Any] = Deferred()
        return self.asked


class Sum(AggregateSensor):
    def compute(self, sensors: Collection[Sensor]) -> float:
        return sum(float(sensor.value) for sensor in sensors)


@pytest.fixture
def reactor() -> MemoryReactorClock:
    return MemoryReactorClock()


@pytest.fixture
def server(reactor: MemoryReactorClock) -> DeviceServer:
    return DeviceServer(7147, "127.0.0.1", reactor=reactor)


@pytest.fixture
def wire(server: DeviceServer) -> Wire:
    wire = Wire(server.buildProtocol(None))
    wire.heard()
    return wire


def add(server: DeviceServer, wire: Wire, *sensors: Sensor) -> None:
    for sensor in sensors:
        server.add_sensor(sensor)
    wire.heard()


def test_slow_sensor_is_awaited(server: DeviceServer, wire: Wire) -> None:
    """Its value comes when it has been read; other requests do not wait."""
    probe = Probe("probe")
    add(server, wire, probe, Sensor(Sensor.INTEGER, "quick", clock=lambda: 1.0))
    wire.say(b"?sensor-value[1]\n?watchdog[2]\n")
    assert ["!watchdog[2] ok"] == wire.heard()
    probe.answer(5.0, 2.5)
    assert [
        "#sensor-value[1] 5.000000 1 probe nominal 2.5",
        "#sensor-value[1] 1.000000 1 quick unknown 0",
        "!sensor-value[1] ok 2",
    ] == wire.heard()


def test_slow_sensor_in_the_manner_of_katcp_tx(server: DeviceServer, wire: Wire) -> None:
    """A Deferred of timestamp, status and value as the wire has them."""
    probe = OldProbe(Sensor.INTEGER, "probe")
    add(server, wire, probe)
    wire.say(b"?sensor-value probe\n")
    probe.asked.callback((b"7.5", b"warn", b"12"))
    assert ["#sensor-value 7.500000 1 probe warn 12", "!sensor-value ok 1"] == wire.heard()


def test_slow_sensor_that_does_not_answer_is_a_failure(
    server: DeviceServer, wire: Wire, reactor: MemoryReactorClock
) -> None:
    """A probe that hangs holds up nobody for longer than four seconds."""
    add(server, wire, Probe("probe"))
    wire.say(b"?sensor-value probe\n")
    reactor.advance(4)
    value, reply = wire.heard()
    assert ("failure", "!sensor-value ok 1") == (value.split()[4], reply)


def test_slow_sensor_sampled(server: DeviceServer, wire: Wire, reactor: MemoryReactorClock) -> None:
    """The first update comes when it has been read; each period asks again; the grid stands."""
    probe = Probe("probe")
    add(server, wire, probe)
    wire.say(b"?sensor-sampling probe period 2\n")
    assert ["!sensor-sampling ok probe period 2"] == wire.heard()
    probe.answer(1.0, 1.5)
    assert ["#sensor-status 1.000000 1 probe nominal 1.5"] == wire.heard()
    reactor.advance(2)
    reactor.advance(0.5)
    assert [] == wire.heard()
    probe.answer(2.25, 2.5)
    assert ["#sensor-status 2.250000 1 probe nominal 2.5"] == wire.heard()
    reactor.advance(1.5)
    wire.say(b"?sensor-sampling probe none\n")
    probe.answer(4.0, 9.0)
    assert ["!sensor-sampling ok probe none"] == wire.heard()
    assert [] == reactor.getDelayedCalls()


def test_auto_as_the_device_likes_it(server: DeviceServer, wire: Wire, reactor: MemoryReactorClock) -> None:
    """A sensor that changes too often gives `auto` at a rate of its own; the query still says `auto`."""
    sensor = Sensor(
        Sensor.INTEGER, "busy", auto_strategy=Strategy.parse(["event-rate", "1", "inf"]), clock=lambda: 1.0
    )
    add(server, wire, sensor)
    wire.say(b"?sensor-sampling busy auto\n")
    wire.heard()
    for value in range(1, 6):
        sensor.set_value(value)
    assert [] == wire.heard()
    reactor.advance(1)
    assert ["#sensor-status 1.000000 1 busy nominal 5"] == wire.heard()
    wire.say(b"?sensor-sampling busy\n")
    assert ["!sensor-sampling ok busy auto"] == wire.heard()


def test_aggregate_of_a_server(server: DeviceServer, wire: Wire) -> None:
    """It follows sensors added before and after it, and its own changes go to clients."""
    one = Sensor(Sensor.FLOAT, "one", default=1.0, clock=lambda: 1.0)
    add(server, wire, one, Sum(Sensor.FLOAT, "sum", clock=lambda: 1.0))
    wire.say(b"?sensor-sampling sum event\n")
    assert "#sensor-status 1.000000 1 sum nominal 1.0" in wire.heard()
    add(server, wire, Sensor(Sensor.FLOAT, "two", default=2.0, clock=lambda: 1.0))
    one.set_value(5.0)
    assert ["#sensor-status 1.000000 1 sum nominal 7.0"] == wire.heard()
    server.remove_sensor("two")
    assert [
        "#sensor-status 1.000000 1 sum nominal 5.0",
        "#interface-changed sensor two removed",
    ] == wire.heard()
    server.remove_sensor("sum")
    one.set_value(6.0)
    assert ["#interface-changed sensor sum removed"] == wire.heard()


def test_sensor_that_is_measured_when_asked_is_measured_at_every_deadline(
    server: DeviceServer, wire: Wire, reactor: MemoryReactorClock
) -> None:
    """Not for a period alone: the longest interval of a rate brings a new reading, not the first for ever."""
    add(server, wire, IntSensor(Sensor.INTEGER, "count", clock=reactor.seconds))
    wire.say(b"?sensor-sampling count event-rate 0 2\n")
    wire.heard()
    reactor.pump([1] * 4)
    assert [
        "#sensor-status 2.000000 1 count nominal 2",
        "#sensor-status 4.000000 1 count nominal 3",
    ] == wire.heard()


def test_slow_sensor_is_asked_once_at_a_time(
    server: DeviceServer, wire: Wire, reactor: MemoryReactorClock
) -> None:
    """Also when it is set meanwhile; and what it then still says is older than that, and is not sent."""
    probe = Probe("probe")
    add(server, wire, probe)
    wire.say(b"?sensor-sampling probe period 1\n")
    probe.answer(1.0, 1.0)
    wire.heard()
    reactor.advance(1)
    assert 1 == len(probe.asked)
    for n in range(10):
        probe.set(5.0 + n, Status.NOMINAL, 5.0)
        reactor.advance(0.01)
    assert len(probe.asked) <= 2
    probe.asked[0].addErrback(lambda failure: None)
    assert all(" 1.0" not in line for line in wire.heard())


def test_slow_sensor_is_left_when_nobody_waits(
    server: DeviceServer, wire: Wire, reactor: MemoryReactorClock
) -> None:
    """A client that goes, and a server that stops, leave neither a timer nor a made-up reading."""
    probe, other = Probe("a"), Probe("b")
    add(server, wire, probe, other)
    wire.say(b"?sensor-sampling a period 1\n?sensor-value[1]\n")
    server.stop()
    reactor.advance(0)
    assert [
        "!sensor-value[1] fail ?sensor-value\\_was\\_ended:\\_the\\_device\\_is\\_shutting\\_down",
        "#disconnect the\\_device\\_is\\_shutting\\_down",
    ] == [line for line in wire.heard() if not line.startswith("!sensor-sampling")]
    assert [] == reactor.getDelayedCalls()


def test_text_of_an_old_program(server: DeviceServer, wire: Wire) -> None:
    """Text where the wire has bytes, and a plain tuple where a Reading belongs."""

    class Texts(Sensor):
        def read_formatted(self) -> Any:
            return ("3.5", "warn", "2.5")

    class Plain(Sensor):
        def read(self) -> Any:
            return (3.5, "warn", 2.5)

    add(server, wire, Texts(Sensor.FLOAT, "texts"), Plain(Sensor.FLOAT, "plain"))
    wire.say(b"?sensor-value\n")
    assert [
        "#sensor-value 3.500000 1 plain warn 2.5",
        "#sensor-value 3.500000 1 texts warn 2.5",
        "!sensor-value ok 2",
    ] == wire.heard()


def test_measured_value_that_has_no_wire_form(server: DeviceServer, wire: Wire) -> None:
    """A failure, with a value that is legal for the type; the program's mistake is in the log."""

    class Odd(Sensor):
        def read(self) -> Reading:
            return Reading(1.0, Status.NOMINAL, object())  # type: ignore[arg-type]

    add(
        server,
        wire,
        Odd(Sensor.DISCRETE, "mode", params=["on", "off"]),
        Odd(Sensor.INTEGER, "level", default=3),
    )
    wire.say(b"?sensor-value\n")
    assert [["level", "failure", "3"], ["mode", "failure", "on"]] == [
        line.split()[3:] for line in wire.heard()[:2]
    ]


def test_observer_that_sets_the_sensor_again(server: DeviceServer, wire: Wire) -> None:
    """The client's last word is the sensor's last reading."""
    sensor = Sensor(Sensor.INTEGER, "x", clock=lambda: 1.0)
    sensor.attach(lambda sensor, _: sensor.set_value(10) if sensor.value > 10 else None)
    add(server, wire, sensor)
    wire.say(b"?sensor-sampling x event\n")
    wire.heard()
    sensor.set_value(50)
    assert ["#sensor-status 1.000000 1 x nominal 10"] == wire.heard()


def test_period_of_a_slow_sensor_that_sets_itself(
    server: DeviceServer, wire: Wire, reactor: MemoryReactorClock
) -> None:
    """One that is measured and then set, as is natural, is asked again at the next period, and the next."""
    probe = Probe("probe")
    add(server, wire, probe)
    wire.say(b"?sensor-sampling probe period 1\n")
    for second in range(1, 6):
        probe.set(float(second), Status.NOMINAL, float(second))
        probe.asked.clear()
        reactor.advance(1)
        assert 1 == len(probe.asked)
    updates = [line.split()[-1] for line in wire.heard() if line.startswith("#sensor-status")]
    assert ["1.0", "2.0", "3.0", "4.0", "5.0"] == updates


def test_measured_reading_that_is_nonsense_ends_nothing(
    server: DeviceServer, wire: Wire, reactor: MemoryReactorClock
) -> None:
    """The period goes on, and the sensor may be well again."""
    status: Any = "splendid"

    class Odd(Sensor):
        def read(self) -> Reading:
            return Reading(1.0, status, 1.0)

    add(server, wire, Odd(Sensor.FLOAT, "odd"))
    wire.say(b"?sensor-sampling odd period 1\n")
    reactor.advance(1)
    status = Status.WARN
    reactor.advance(1)
    assert ["failure", "failure", "warn"] == [
        line.split()[4] for line in wire.heard() if line.startswith("#sensor-st")
    ]
