"""Sensors that are sampled only while somebody wants them, as browsers see it."""

from katgate.config import DeviceDefaults, SamplingConfig
from tests.api.asking import ask, open_request
from tests.api.follower import Follower
from tests.api.rig import HELP, SENSORS, FakeSocket, Rig
from tests.support import V5, Wire

PATH = "/api/v1/devices/cbf/sensors/wind.speed"
VALUES = b"#sensor-value[3] 900 2 wind.speed nominal 1 mode nominal on\n!sensor-value[3] ok 1\n"
ON_DEMAND = DeviceDefaults(strategy="on-demand event", on_demand_linger_s=20)


def connect(rig: Rig) -> Wire:
    """Let the device come up; nothing is wanted."""
    wire = rig.endpoint.accept()
    wire.say(V5, *HELP, *SENSORS)
    assert ["?help[1]", "?sensor-list[2]", "?sensor-value[3]"] == wire.heard()
    wire.say(VALUES)
    rig.clock.advance(0.5)
    return wire


def test_reading_of_the_moment_is_shown_as_it_is() -> None:
    """It has one from the first; it is new; and how it is sampled can be seen."""
    rig = Rig(ON_DEMAND)
    device = connect(rig)
    shown = ask(rig, "GET", PATH).json
    assert (1.0, 900.0, "none") == (
        shown["reading"]["value"],
        shown["reading"]["timestamp"],
        shown["sampling"],
    )
    assert [] == device.heard()


def test_old_reading_is_asked_for() -> None:
    """Once, however many browsers ask; all get the new one. A list shows what is known."""
    rig = Rig(ON_DEMAND)
    device = connect(rig)
    rig.clock.advance(1)
    asked = [open_request(rig, "GET", PATH) for _ in range(50)]
    assert ["?sensor-value[4] wind.speed"] == device.heard()
    assert [b""] * 50 == [one.raw() for one in asked]
    device.say(b"#sensor-value[4] 950 1 wind.speed warn 2\n!sensor-value[4] ok 1\n")
    received = rig.wall_clock()
    expected = {"timestamp": 950.0, "status": "warn", "value": 2.0, "received": received}
    assert [expected] * 50 == [one.answer().json["reading"] for one in asked]
    assert expected == ask(rig, "GET", PATH).json["reading"]
    rig.clock.advance(10)
    listed = ask(rig, "GET", "/api/v1/devices/cbf/sensors?match=w*").json["sensors"]
    assert [(expected, "none")] == [(one["reading"], one["sampling"]) for one in listed]
    assert [] == device.heard()


def test_old_reading_that_no_newer_comes_for() -> None:
    """The device is busy, fails, or goes: what is known is shown, and soon."""
    rig = Rig(ON_DEMAND)
    device = connect(rig)
    rig.clock.advance(10)
    busy = open_request(rig, "GET", PATH)
    rig.clock.advance(2)
    failing = open_request(rig, "GET", PATH)  # which waits for the same answer
    device.say(b"!sensor-value[4] fail no\n")
    lost = open_request(rig, "GET", PATH)
    device.cut()
    for asked, status in ((busy, "nominal"), (failing, "nominal"), (lost, "unreachable")):
        assert (200, status) == (asked.answer().status, asked.answer().json["reading"]["status"])
    assert None is ask(rig, "GET", PATH).json["sampling"]


def test_browser_wants_and_leaves() -> None:
    """The first opens; the last closes, once the sensor has been sampled on for a while."""
    rig = Rig(ON_DEMAND)
    device = connect(rig)
    first, second = FakeSocket(rig), FakeSocket(rig)
    first.call("sensors.subscribe", device="cbf", sensors=["w*"])
    assert ["?sensor-sampling[4] wind.speed event"] == device.heard()
    device.say(b"#sensor-status 1000 1 wind.speed nominal 3\n!sensor-sampling[4] ok wind.speed event\n")
    second.call("sensors.subscribe", device="*", sensors=["wind.speed"])
    assert [] == device.heard()
    assert "event" == ask(rig, "GET", PATH).json["sampling"]
    first.call("unsubscribe", sub=1)
    rig.clock.advance(100)
    assert [] == device.heard()
    second.call("unsubscribe", sub=2)
    rig.clock.advance(19.9)
    assert [] == device.heard()
    rig.clock.advance(0.1)
    assert ["?sensor-sampling[5] wind.speed none"] == device.heard()
    device.say(b"!sensor-sampling[5] ok wind.speed none\n")
    rig.clock.advance(100)
    assert [] == rig.clock.getDelayedCalls()


def test_who_watches_statuses_wants_nothing() -> None:
    """The device samples no more than without; what comes for others is told, and that alone lasts."""
    rig = Rig(ON_DEMAND)
    device = connect(rig)
    watcher, reader = FakeSocket(rig), FakeSocket(rig)
    _, result, _ = watcher.call("sensors.subscribe", device="cbf", sensors=["*"], strategy="status")
    assert "status" == result["result"]["strategy"]
    assert [] == device.heard()
    reader.call("sensors.subscribe", device="cbf", sensors=["w*"])
    assert ["?sensor-sampling[4] wind.speed event"] == device.heard()
    device.say(b"#sensor-status 1000 1 wind.speed nominal 3\n!sensor-sampling[4] ok wind.speed event\n")
    for value in (b"nominal 4", b"warn 30", b"warn 31"):
        rig.clock.advance(1)
        device.say(b"#sensor-status 1000 1 wind.speed %b\n" % value)
    [update] = watcher.take()
    assert {"cbf": [["wind.speed", 1000.0, "warn", 30.0]]} == update["params"]["readings"]
    reader.call("unsubscribe", sub=2)
    rig.clock.advance(20)
    assert ["?sensor-sampling[5] wind.speed none"] == device.heard()


def test_events_want_too() -> None:
    """Also when the browser was there before the device; one that was cut is waited for a minute first."""
    rig = Rig(ON_DEMAND)
    follower = Follower(rig, "/api/v1/stream?device=cbf&sensors=wind.speed")
    device = rig.endpoint.accept()
    device.say(V5, *HELP, *SENSORS)
    assert "?sensor-sampling[3] wind.speed event" == device.heard()[-1]
    device.say(b"#sensor-status 1000 1 wind.speed nominal 3\n!sensor-sampling[3] ok wind.speed event\n")
    device.say(b"!sensor-value[4] ok 0\n")
    device.heard()
    follower.cut()
    rig.clock.pump([1.0] * 79)
    assert [] == device.heard()
    rig.clock.pump([1.0] * 2)
    assert ["?sensor-sampling[5] wind.speed none"] == device.heard()


def test_after_a_reconnect_all_is_as_before() -> None:
    """What is wanted is sampled, what is not is not; while it is away, both are unreachable, and are told at once."""
    rig = Rig(ON_DEMAND)
    socket = FakeSocket(rig)
    device = connect(rig)
    socket.call("sensors.subscribe", device="cbf", sensors=["wind.speed", "mode"])
    device.say(b"!sensor-sampling[4] ok\n")
    socket.call("unsubscribe", sub=1)
    socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    device.cut()
    rows = socket.take()[-1]["params"]["readings"]["cbf"]
    assert [["mode", 900.0, "unreachable", "on"], ["wind.speed", 900.0, "unreachable", 1.0]] == sorted(rows)
    socket.call("unsubscribe", sub=2)
    socket.call("sensors.subscribe", device="cbf", sensors=["mode"])
    rig.clock.advance(30)
    device = rig.endpoint.accept()
    device.say(V5, *HELP, *SENSORS)
    assert "?sensor-sampling[3] mode event" == device.heard()[-1]


def test_first_rule_counts() -> None:
    """Some are on demand, some never sampled, the rest as the device's own strategy says."""
    rules = (
        SamplingConfig(sensors=("mode",), strategy="on-demand"),
        SamplingConfig(sensors=("m*", "a/*"), strategy="none"),
    )
    rig = Rig(DeviceDefaults(strategy="period 5", sampling=rules))
    device = rig.connect(readings=b"")
    rig.clock.advance(10)
    FakeSocket(rig).call("sensors.subscribe", device="cbf", sensors=["*"])
    assert ["?sensor-sampling[5] mode auto"] == device.heard()
    shown = ask(rig, "GET", "/api/v1/sensors").json["sensors"]
    assert ["none", "auto", "period 5"] == [one["sampling"] for one in shown]
