"""ProxyKatCP: several devices seen as one. The devices are scripts, the client a wire."""

from typing import Any

import pytest
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.testing import MemoryReactorClock

from katgate.katcp import Message, Sensor
from katgate.tx import DeviceHandler, Mirror, ProxyKatCP, ProxyProtocol
from tests.support import V5, FakeEndpoint, Wire, outcome


class ArrayProtocol(ProxyProtocol):
    def request_m000_own(self, msg: Message) -> Message:
        """Answer for m000."""
        return Message.reply_to_request(msg, "ok", "by the proxy")


class Antenna(DeviceHandler):
    def __init__(self, name: str, **where: Any) -> None:
        super().__init__(name, **where)
        self.told: list[str] = []

    def device_ready(self) -> None:
        self.told.append("ready")

    def inform_wind_alarm(self, msg: Message) -> None:
        self.told.append(str(msg))


class Array(ProxyKatCP):
    protocol = ArrayProtocol

    def __init__(self, reactor: Any) -> None:
        self.endpoints = {name: FakeEndpoint() for name in ("m000", "m000-rx")}
        self.told: list[str] = []
        super().__init__(7200, "127.0.0.1", reactor=reactor)

    def setup_sensors(self) -> None:
        self.add_sensor(Sensor(Sensor.INTEGER, "own", clock=lambda: 1.0))

    def setup_devices(self) -> None:
        for name, endpoint in self.endpoints.items():
            self.add_device(Antenna(name, endpoint=endpoint))

    def devices_scan_complete(self) -> None:
        self.told.append("complete")

    def devices_scan_failed(self) -> None:
        self.told.append("failed")


@pytest.fixture
def reactor() -> MemoryReactorClock:
    return MemoryReactorClock()


@pytest.fixture
def array(reactor: MemoryReactorClock) -> Array:
    array = Array(reactor)
    array.start()
    return array


@pytest.fixture
def wire(array: Array) -> Wire:
    wire = Wire(array.buildProtocol(None))
    wire.heard()
    return wire


SENSORS = b"#sensor-list[2] temp Temperature C float 0.0 9.0\n#sensor-list[2] mode Mode \\@ discrete on off\n"
FIRST = b"#sensor-status 5 1 temp nominal 1.5\n#sensor-status 5 1 mode warn off\n"


def come_up(array: Array, name: str, *requests: bytes, first: bytes = FIRST) -> Wire:
    """Let a device come up with two sensors and these requests."""
    device = array.endpoints[name].accept()
    device.say(V5, b"".join(b"#help[1] %s Does.\n" % request for request in requests) + b"!help[1] ok\n")
    device.say(SENSORS + b"!sensor-list[2] ok 2\n", first + b"!sensor-sampling[3] ok temp,mode auto\n")
    device.heard()
    return device


def test_devices_and_their_states(array: Array, wire: Wire) -> None:
    """Listed by name and type; each has a sensor that says whether it is there."""
    wire.say(b"?device-list[1]\n")
    assert [
        "#device-list[1] m000 full",
        "#device-list[1] m000-rx full",
        "!device-list[1] ok 2",
    ] == wire.heard()
    come_up(array, "m000")
    wire.heard()
    wire.say(b"?sensor-value /state/\n?sensor-list m000-state\n")
    assert [
        ("m000-rx-state", "nominal", "unsynced"),
        ("m000-state", "nominal", "synced"),
    ] == [tuple(line.split()[3:]) for line in wire.heard() if line.startswith("#sensor-value")]


def test_state_as_it_changes(array: Array, wire: Wire) -> None:
    """A client that samples it sees the device come and go."""
    wire.say(b"?sensor-sampling m000-state event\n")
    come_up(array, "m000").cut()
    states = [
        line.split()[-1] for line in wire.heard() if " m000-state " in line and line.startswith("#sensor-")
    ]
    assert ["unsynced", "syncing", "synced", "unsynced"] == states


def test_sensors_of_devices(array: Array, wire: Wire) -> None:
    """Listed, read and sampled like the proxy's own; unreachable while the device is away."""
    device = come_up(array, "m000")
    assert "#interface-changed sensor-list" in wire.heard()
    wire.say(b"?sensor-list[1] m000.mode\n?sensor-value[2] m000.temp\n?sensor-value[3]\n")
    heard = wire.heard()
    assert [
        "#sensor-list[1] m000.mode Mode \\@ discrete on off",
        "!sensor-list[1] ok 1",
        "#sensor-value[2] 5.000000 1 m000.temp nominal 1.5",
        "!sensor-value[2] ok 1",
    ] == heard[:4]
    assert "!sensor-value[3] ok 5" == heard[-1]
    wire.say(b"?sensor-sampling m000.temp event\n")
    wire.heard()
    device.say(b"#sensor-status 6 1 temp error 9.5\n#sensor-status 6 1 temp error 9.5\n")
    assert ["#sensor-status 6.000000 1 m000.temp error 9.5"] == wire.heard()
    device.cut()
    assert ["#sensor-status 6.000000 1 m000.temp unreachable 9.5"] == wire.heard()


def test_sensors_that_come_and_go(array: Array, wire: Wire, reactor: MemoryReactorClock) -> None:
    """What the device removes the proxy removes; one that is described anew starts anew."""
    device = come_up(array, "m000")
    wire.heard()
    device.say(b"#interface-changed sensor-list\n")
    reactor.advance(2)
    device.say(b"!help[4] ok 0\n", b"#sensor-list[5] temp Warmer C float\n!sensor-list[5] ok 1\n")
    assert ["m000.temp"] == [name for name in array.sensors if name.startswith("m000.")]
    assert "Warmer" == array.sensors["m000.temp"].description.description
    wire.say(b"?sensor-value m000.mode\n")
    assert "Unknown\\_sensor" in wire.heard()[-1]


def test_requests_are_forwarded(array: Array, wire: Wire) -> None:
    """Arguments, informs and reply pass through, under the client's own id and name; also what failed."""
    device = come_up(array, "m000", b"slew")
    wire.heard()
    wire.say(b"?m000-slew[77] 10 a\\_b\n")
    assert ["?slew[4] 10 a\\_b"] == device.heard()
    device.say(b"#slew[4] half\n")
    assert ["#m000-slew[77] half"] == wire.heard()
    device.say(b"!slew[4] ok 10\n")
    assert ["!m000-slew[77] ok 10"] == wire.heard()
    wire.say(b"?m000-slew\n?m000-watchdog[8]\n")
    device.say(b"!slew[5] fail no\\_power\n!watchdog[6] ok\n")
    assert ["!m000-slew fail no\\_power", "!m000-watchdog[8] ok"] == wire.heard()


def test_requests_that_cannot_be_forwarded(array: Array, wire: Wire) -> None:
    """The client learns what is the matter; nothing is repeated."""
    wire.say(b"?m000-slew\n")
    assert ["!m000-slew fail device\\_'m000'\\_is\\_not\\_connected:\\_it\\_is\\_connecting"] == wire.heard()
    device = come_up(array, "m000")
    wire.heard()
    wire.say(b"?m000-slew[1]\n?m000-sensor-sampling[2] temp event\n?m001-slew[3]\n?m000-[4]\n")
    device.cut()
    assert [
        "!m000-sensor-sampling[2] fail use\\_?sensor-sampling\\_m000.<sensor>,"
        "\\_which\\_every\\_client\\_has\\_for\\_itself",
        "!m001-slew[3] invalid Unknown\\_request\\_m001-slew",
        "!m000-[4] invalid Unknown\\_request\\_m000-",
    ] == [line for line in wire.heard() if line.startswith("!")][:3]


def test_loss_while_a_request_is_under_way(array: Array, wire: Wire) -> None:
    """It may or may not have been carried out, and that is what the client is told."""
    device = come_up(array, "m000")
    wire.say(b"?m000-slew[1]\n")
    wire.heard()
    device.cut()
    [reply] = [line for line in wire.heard() if line.startswith("!")]
    assert reply.startswith(
        "!m000-slew[1] fail the\\_connection\\_to\\_device\\_'m000'\\_was\\_lost\\_before"
    )


def test_names_with_dashes(array: Array, wire: Wire) -> None:
    """`m000-rx-on` is what the device knows that has it: m000's `rx-on`, or the `on` of m000-rx."""
    long, short = come_up(array, "m000-rx", b"on"), come_up(array, "m000", b"rx-off")
    wire.say(b"?m000-rx-on\n?m000-rx-off\n?m000-rx-neither\n")
    assert ["?on[4]", "?neither[5]"] == long.heard()
    assert ["?rx-off[4]"] == short.heard()


def test_own_requests_go_before_those_of_devices(array: Array, wire: Wire) -> None:
    """A proxy may answer in a device's place."""
    come_up(array, "m000", b"own")
    wire.heard()
    wire.say(b"?m000-own\n")
    assert ["!m000-own ok by\\_the\\_proxy"] == wire.heard()


def test_help_names_what_is_forwarded(array: Array, wire: Wire) -> None:
    """With the device's own text; clients are told when it is another."""
    come_up(array, "m000", b"slew")
    assert "#interface-changed request-list" in wire.heard()
    wire.say(b"?help[1] m000-slew\n?help[2]\n")
    heard = wire.heard()
    assert ["#help[1] m000-slew Does.", "!help[1] ok 1"] == heard[:2]
    assert "#help[2] m000-slew Does." in heard
    assert len(heard) - 3 == int(heard[-1].split()[-1])


def test_hooks(array: Array, reactor: MemoryReactorClock) -> None:
    """Each device once when it is ready, the proxy once when all are; informs go to their methods."""
    device = come_up(array, "m000")
    assert [] == array.told
    come_up(array, "m000-rx")
    assert ["complete"] == array.told
    handler: Any = array.devices["m000"]
    device.say(b"#wind-alarm high\n#other\n")
    assert ["ready", "#wind-alarm high"] == handler.told
    device.cut()
    reactor.advance(0.5)
    come_up(array, "m000")
    assert ["complete"] == array.told
    assert ["ready", "#wind-alarm high"] == handler.told


def test_device_that_cannot_be_had(array: Array, reactor: MemoryReactorClock) -> None:
    """After ten attempts the proxy is told, once, and tries on."""
    for _ in range(15):
        array.endpoints["m000"].refuse(ConnectionRefusedError())
        reactor.advance(30)
    assert ["failed"] == array.told
    come_up(array, "m000")
    come_up(array, "m000-rx")
    assert ["failed", "complete"] == array.told


def test_halt_of_a_device(array: Array, wire: Wire) -> None:
    """The device is asked, and then it is the proxy's no longer; a device that refuses stays."""
    device = come_up(array, "m000")
    wire.heard()
    wire.say(b"?halt[1] m000\n?halt[2] m001\n")
    assert ["?halt[4]"] == device.heard()
    assert ["!halt[2] fail Unknown\\_device\\_m001"] == wire.heard()
    device.say(b"!halt[4] fail busy\n")
    assert ["!halt[1] fail busy"] == wire.heard()
    wire.say(b"?halt[3] m000\n")
    device.say(b"!halt[5] ok\n")
    assert "!halt[3] ok m000" == wire.heard()[-1]
    assert ["m000-rx"] == list(array.devices)
    assert ["m000-rx-state", "own"] == sorted(array.sensors)
    assert device.is_cut


def test_halt_of_the_proxy(array: Array, wire: Wire, reactor: MemoryReactorClock) -> None:
    """Its clients and its devices are let go; the devices are not halted."""
    device = come_up(array, "m000")
    device.heard()
    wire.heard()
    wire.say(b"?halt\n")
    reactor.advance(0)
    assert ["!halt ok", "#disconnect the\\_device\\_is\\_shutting\\_down"] == wire.heard()
    assert [] == device.heard()
    assert device.is_cut
    assert [] == reactor.getDelayedCalls()


def test_device_over_a_connection_that_there_is(reactor: MemoryReactorClock) -> None:
    """A mirror that is handed in is used as it is, is told on, and is not closed with the proxy."""
    endpoint = FakeEndpoint()
    mirror = Mirror("cbf", endpoint, reactor=reactor)
    mirror.start()
    proxy = ProxyKatCP(7200, "127.0.0.1", reactor=reactor)
    proxy.start()
    device = endpoint.accept()
    device.say(
        V5, b"!help[1] ok\n", SENSORS + b"!sensor-list[2] ok\n", FIRST + b"!sensor-sampling[3] ok x auto\n"
    )
    proxy.add_device(DeviceHandler("cbf", mirror=mirror))
    assert (5.0, "nominal", 1.5) == proxy.sensors["cbf.temp"].reading
    assert "synced" == proxy.sensors["cbf-state"].value
    device.say(b"#sensor-status 6 1 temp warn 3\n")
    assert (6.0, "warn", 3.0) == proxy.sensors["cbf.temp"].reading
    stopped = outcome(proxy.stop())
    reactor.advance(0)
    assert [None] == stopped
    assert mirror.is_synced
    proxy.unregister_device("cbf")
    device.say(b"#sensor-status 7 1 temp warn 4\n")
    assert {} == proxy.sensors
    mirror.stop()


def test_odd_values_of_devices(array: Array, wire: Wire) -> None:
    """What a type cannot hold passes through as it came."""
    come_up(array, "m000", first=b"#sensor-status 5 1 temp nominal warm\n#sensor-status 5 1 mode warn off\n")
    wire.heard()
    wire.say(b"?sensor-value m000.temp\n")
    assert "#sensor-value 5.000000 1 m000.temp nominal warm" == wire.heard()[0]


def test_device_added_twice_or_without_an_address(array: Array) -> None:
    """Both are mistakes of the programmer's, told at once."""
    with pytest.raises(ValueError, match="already"):
        array.add_device(Antenna("m000", endpoint=FakeEndpoint()))
    with pytest.raises(TypeError, match="needs a host and port"):
        DeviceHandler("m001")


def test_device_added_later(array: Array, wire: Wire) -> None:
    """A proxy that is started connects to it at once."""
    array.endpoints["m002"] = FakeEndpoint()
    array.add_device(Antenna("m002", endpoint=array.endpoints["m002"]))
    come_up(array, "m002")
    assert "m002.temp" in array.sensors


# What a device, a programmer or a client may do to it.


def test_requests_that_are_as_before_are_not_announced_again(
    array: Array, wire: Wire, reactor: MemoryReactorClock
) -> None:
    """A device that comes and goes does not make every client list everything each time."""
    come_up(array, "m000", b"slew").cut()
    wire.heard()
    reactor.advance(0.5)
    come_up(array, "m000", b"slew").cut()
    assert [] == [line for line in wire.heard() if line.startswith("#interface")]
    reactor.advance(0.5)
    come_up(array, "m000", b"stow")
    assert ["#interface-changed request-list"] == wire.heard()


def test_sensors_of_one_name(array: Array, wire: Wire, logged: list[Any]) -> None:
    """The first stands; when the device that has the other goes, it still stands."""
    own = Sensor(Sensor.INTEGER, "m000.temp", default=7)
    array.add_sensor(own)
    come_up(array, "m000")
    assert own is array.sensors["m000.temp"]
    assert 1 == len([e for e in logged if "other sensors called" in str(e.get("log_format"))])
    array.unregister_device("m000")
    assert ["m000-rx-state", "m000.temp", "own"] == sorted(array.sensors)


def test_sensor_that_was_removed_by_hand(array: Array, reactor: MemoryReactorClock) -> None:
    """What is not there cannot be removed again."""
    device = come_up(array, "m000")
    array.remove_sensor("m000.temp")
    device.say(b"#interface-changed\n")
    reactor.advance(2)
    device.say(b"!help[4] ok 0\n", b"!sensor-list[5] ok 0\n")
    assert [] == [name for name in array.sensors if name.startswith("m000.")]
    assert "synced" == array.devices["m000"].state


@pytest.mark.parametrize("name", ["", "1m", "m_0", "a.b", "é", "m "])
def test_device_whose_requests_nobody_could_make(array: Array, name: str) -> None:
    """A request begins with its name, and must be legal."""
    with pytest.raises(ValueError, match="cannot be called"):
        array.add_device(Antenna(name, endpoint=FakeEndpoint()))


def test_hooks_that_break(array: Array, monkeypatch: pytest.MonkeyPatch, logged: list[Any]) -> None:
    """Their authors read of it in the log; the device is served all the same."""

    def broken(*arguments: object) -> None:
        raise OSError("in a hook")

    monkeypatch.setattr(array.devices["m000"], "device_ready", broken)
    monkeypatch.setattr(array, "devices_scan_complete", broken)
    come_up(array, "m000")
    come_up(array, "m000-rx")
    assert ["synced", "synced"] == [device.state for device in array.devices.values()]
    assert 2 == len([e for e in logged if "log_failure" in e])


def test_observer_that_breaks_keeps_no_reading_from_others(
    array: Array, wire: Wire, logged: list[Any]
) -> None:
    """Nor a sensor nominal whose device is gone."""
    device = come_up(array, "m000")

    def broken(*arguments: object) -> None:
        raise OSError("in an observer")

    array.sensors["m000.temp"].attach(broken)
    device.say(b"#sensor-status 6 2 temp warn 2 mode warn on\n")
    assert [("warn", 2.0), ("warn", "on")] == [
        (array.sensors[name].status.value, array.sensors[name].value) for name in ("m000.temp", "m000.mode")
    ]
    device.cut()
    assert ["unreachable"] * 2 == [array.sensors[n].status.value for n in ("m000.temp", "m000.mode")]


def test_device_that_does_not_answer_holds_up_no_other(array: Array, wire: Wire) -> None:
    """A client has something left to ask the others with."""
    device = come_up(array, "m000")
    wire.heard()
    wire.say(b"".join(b"?m000-go[%d]\n" % n for n in range(1, 201)) + b"?watchdog[201]\n")
    heard = wire.heard()
    assert 50 == len(device.heard())
    assert "!watchdog[201] ok" == heard[-1]
    assert {"!m000-go[51] fail 50\\_of\\_your\\_requests\\_to\\_m000\\_have\\_no\\_reply\\_yet"} == {
        line.replace(line.split("]")[0], "!m000-go[51") for line in heard[:-1]
    }


def test_last_device_that_was_waited_for_is_unregistered(array: Array) -> None:
    """Then all that are left have been ready; also if one is away at that moment."""
    come_up(array, "m000").cut()
    assert [] == array.told
    array.unregister_device("m000-rx")
    assert ["complete"] == array.told


def test_requests_that_no_device_can_have(array: Array, wire: Wire) -> None:
    """Not legal as the device would see them: unknown, and no defect of ours."""
    come_up(array, "m000")
    wire.heard()
    wire.say(b"?m000-1\n?m000--x\n")
    assert ["invalid", "invalid"] == [line.split()[1] for line in wire.heard()]


def test_sensor_with_a_comma_in_its_name(array: Array, wire: Wire) -> None:
    """Odd devices have such; it can be sampled as it is."""
    device = array.endpoints["m000"].accept()
    device.say(V5, b"!help[1] ok\n", b"#sensor-list[2] a,b x \\@ integer\n!sensor-list[2] ok 1\n")
    device.say(
        b"!sensor-sampling[3] ok a,b auto\n", b"#sensor-value[4] 1 1 a,b nominal 5\n!sensor-value[4] ok\n"
    )
    wire.heard()
    wire.say(b"?sensor-sampling m000.a,b event\n")
    assert [
        "#sensor-status 1.000000 1 m000.a,b nominal 5",
        "!sensor-sampling ok m000.a,b event",
    ] == wire.heard()


def test_timeout_hints_of_devices(array: Array, wire: Wire) -> None:
    """Who goes by hints waits for a device's slow request as long as the device says."""
    device = array.endpoints["m000"].accept()
    device.say(b"#version-connect katcp-protocol 5.1-MIT\n", b"#help[1] slew Does.\n!help[1] ok 1\n")
    device.say(
        b"#request-timeout-hint[2] slew 120\n!request-timeout-hint[2] ok 1\n", b"!sensor-list[3] ok 0\n"
    )
    wire.heard()
    wire.say(b"?request-timeout-hint[1] m000-slew\n")
    assert ["#request-timeout-hint[1] m000-slew 120.0", "!request-timeout-hint[1] ok 1"] == wire.heard()
