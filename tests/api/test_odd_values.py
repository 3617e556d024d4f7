"""Numbers that JSON cannot carry and text that is not UTF-8, in what devices are and read: every way out.

What katgate says is read with `read_json` here, which takes only what a browser reads as it was meant.
`test_odd_requests.py` has the same in requests and informs.
"""

from typing import Any

import pytest

from tests.api.asking import ask
from tests.api.browser_json import SAFE_INTEGER
from tests.api.follower import Follower
from tests.api.rig import HELP, FakeSocket, Rig
from tests.api.texts import TEXTS, WORDS, base64
from tests.support import Wire

API = "/api/v1"
SENSORS = f"{API}/devices/cbf/sensors"

NUMBERS: list[tuple[str, bytes, Any]] = [
    ("integer", b"9007199254740991", SAFE_INTEGER),
    ("integer", b"-9007199254740991", -SAFE_INTEGER),
    ("integer", b"9007199254740992", "9007199254740992"),
    ("integer", b"9007199254740993", "9007199254740993"),
    ("integer", b"-9007199254740992", "-9007199254740992"),
    ("integer", b"0x20000000000000", "9007199254740992"),
    ("integer", b"9223372036854775808", "9223372036854775808"),
    ("integer", b"-9223372036854775809", "-9223372036854775809"),
    ("integer", b"18446744073709551616", "18446744073709551616"),
    ("integer", b"1" + b"0" * 30, "1" + "0" * 30),
    ("integer", b"9" * 5000, "9" * 5000),
    ("integer", b"-0", 0),
    ("integer", b"+007", 7),
    ("integer", b"1e3", "1e3"),
    ("integer", b"nan", "nan"),
    ("integer", "٣".encode(), "٣"),
    ("float", b"nan", "nan"),
    ("float", b"NaN", "nan"),
    ("float", b"-nan", "nan"),
    ("float", b"inf", "inf"),
    ("float", b"-Infinity", "-inf"),
    ("float", b"1e400", "inf"),
    ("float", b"-1e400", "-inf"),
    ("float", b"1e999999999999", "inf"),
    ("float", b"1e-400", 0.0),
    ("float", b"-0.0", -0.0),
    ("float", b"5e-324", 5e-324),
    ("float", b"1.7976931348623157e308", 1.7976931348623157e308),
    ("float", b"0.1", 0.1),
    ("float", b"9007199254740993", 9007199254740992.0),
    ("float", b"0x1p3", "0x1p3"),
    ("float", b"1_0", "1_0"),
    ("timestamp", b"1732248000.123456", 1732248000.123456),
    ("timestamp", b"-1.5", -1.5),
    ("timestamp", b"nan", "nan"),
    ("timestamp", b"inf", "inf"),
    ("timestamp", b"1e400", "1e400"),
    ("boolean", b"1", True),
    ("boolean", b"0", False),
    ("boolean", b"2", "2"),
    ("boolean", b"true", "true"),
]

#: All texts in a string; in the other types those that differ, or that they cannot hold.
READINGS = [
    *NUMBERS,
    *[("string", raw, shown) for raw, shown in TEXTS],
    *[
        (type_name, raw, shown)
        for type_name in ("discrete", "address", "lru", "from-the-future", "boolean")
        for raw, shown in (TEXTS[0], TEXTS[2], TEXTS[8])
    ],
    *[(type_name, *TEXTS[at]) for type_name in ("integer", "float", "timestamp") for at in (0, 1, 8, 10)],
]


def connect(rig: Rig, *sensors: bytes) -> Wire:
    """Let a device come up that has these sensors: name, description, units, type, params."""
    listed = [b"#sensor-list[2] " + sensor + b"\n" for sensor in sensors]
    return rig.connect(listed=[*listed, b"!sensor-list[2] ok %d\n" % len(sensors)], readings=b"")


def subscribe(socket: FakeSocket, sensors: str = "*") -> list[Any]:
    """Subscribe to sensors; return the result, and the params of what follows it."""
    sent = socket.call("sensors.subscribe", device="cbf", sensors=[sensors])
    return [message.get("params", message.get("result")) for message in sent]


@pytest.mark.parametrize(("type_name", "raw", "shown"), READINGS)
def test_value_of_a_reading(rig: Rig, socket: FakeSocket, type_name: str, raw: bytes, shown: Any) -> None:
    """The same by every way out."""
    device = connect(rig, b"x \\@ \\@ " + type_name.encode())
    subscribe(socket)
    follower = Follower(rig, f"{API}/stream")
    follower.events()
    device.say(b"#sensor-status 1 1 x nominal " + raw + b"\n")
    rig.clock.advance(0.02)
    [update] = socket.take()
    [event] = follower.events()
    ways = {
        "sensor": ask(rig, "GET", f"{SENSORS}/x").json["reading"]["value"],
        "list": ask(rig, "GET", SENSORS).json["sensors"][0]["reading"]["value"],
        "update": update["params"]["readings"]["cbf"][0][3],
        "snapshot": subscribe(socket)[1]["readings"]["cbf"][0][3],
        "event": event[2]["readings"]["cbf"][0][3],
        "event of a snapshot": Follower(rig, f"{API}/stream").events()[1][2]["readings"]["cbf"][0][3],
    }
    # Not by `==`: -0.0 is not 0, nor is True 1.
    assert dict.fromkeys(ways, repr(shown)) == {way: repr(value) for way, value in ways.items()}


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        (b"1732248000.123456", 1732248000.123456),
        (b"-1", -1.0),
        (b"1e300", 1e300),
        *[(raw, 0.0) for raw in (b"0000", b"nan", b"-inf", b"1e400", b"now", b"\xff", b"\\@")],
    ],
)
def test_timestamp_of_a_reading(rig: Rig, socket: FakeSocket, raw: bytes, seconds: float) -> None:
    """One that is no time is 0; when katgate got the reading stands beside it."""
    device = connect(rig, b"x \\@ \\@ float")
    subscribe(socket)
    device.say(b"#sensor-status " + raw + b" 1 x nominal 1\n")
    rig.clock.advance(0.02)
    [update] = socket.take()
    assert ["x", seconds, "nominal", 1.0] == update["params"]["readings"]["cbf"][0]
    reading = ask(rig, "GET", f"{SENSORS}/x").json["reading"]
    assert (seconds, 1e9) == (reading["timestamp"], reading["received"])


PARAMS: list[tuple[bytes, list[Any]]] = [
    (b"integer -9223372036854775808 18446744073709551616", ["-9223372036854775808", "18446744073709551616"]),
    (b"integer 0x10 \\@ nan", [16, "", "nan"]),
    (b"float nan -nan inf -1e400 -0.0", ["nan", "nan", "inf", "-inf", -0.0]),
    (b"timestamp 0 inf", [0.0, "inf"]),
    (b"boolean 1 2 \xff", [True, "2", base64("/w==")]),
    (b"discrete " + b" ".join(raw for raw, _ in TEXTS), [shown for _, shown in TEXTS]),
    (b"from-the-future 1 nan \xff", ["1", "nan", base64("/w==")]),
]


@pytest.mark.parametrize(("described", "params"), PARAMS)
def test_params_of_a_sensor(rig: Rig, socket: FakeSocket, described: bytes, params: list[Any]) -> None:
    """As values are, wherever a sensor is described."""
    subscribe(socket)
    follower = Follower(rig, f"{API}/stream")
    follower.events()
    connect(rig, b"x \\@ \\@ " + described)
    rig.clock.advance(0.02)
    sensors = {
        "sensor": ask(rig, "GET", f"{SENSORS}/x").json,
        "list": ask(rig, "GET", SENSORS).json["sensors"][0],
        "announced": socket.take()[0]["params"]["added"][0],
        "event": follower.events()[0][2]["added"][0],
        "result": subscribe(socket)[0]["sensors"][0],
    }
    assert dict.fromkeys(sensors, repr(params)) == {way: repr(its["params"]) for way, its in sensors.items()}


@pytest.mark.parametrize(("raw", "shown"), WORDS)
def test_words_about_sensors_and_requests(rig: Rig, socket: FakeSocket, raw: bytes, shown: str) -> None:
    """Descriptions, units, types and help are for people: bytes that are no text are shown as such."""
    helped = [b"#help[1] x " + raw + b"\n", b"!help[1] ok 1\n"]
    listed = [b"#sensor-list[2] x %b %b %b\n" % (raw, raw, raw), b"!sensor-list[2] ok 1\n"]
    rig.connect(helped, listed, b"")
    for sensor in (ask(rig, "GET", f"{SENSORS}/x").json, subscribe(socket)[0]["sensors"][0]):
        assert [shown] * 3 == [sensor[member] for member in ("description", "units", "type")]
    requests = ask(rig, "GET", f"{API}/devices/cbf/requests").json["requests"]
    assert [shown] == [request["description"] for request in requests]


def test_name_that_is_not_utf8(rig: Rig, socket: FakeSocket) -> None:
    """The sensor can be asked for by what is shown, and its readings bear that name."""
    device = connect(rig, b"caf\xe9 \\@ \\@ integer")
    subscribe(socket, "caf*")
    device.say(b"#sensor-status 1 1 caf\xe9 nominal 7\n")
    rig.clock.advance(0.02)
    assert [["caf\\xe9", 1.0, "nominal", 7]] == socket.take()[0]["params"]["readings"]["cbf"]
    assert 7 == ask(rig, "GET", f"{SENSORS}/caf%5Cxe9").json["reading"]["value"]


def test_what_a_device_says_of_itself_and_at_its_end(rig: Rig, socket: FakeSocket) -> None:
    """Its versions and its farewell are words too; they stand in problems as well."""
    device = rig.connect([b"#version-connect caf\xe9 \xff\\0 nan\n", *HELP])
    socket.call("devices.subscribe")
    device.say(b"#disconnect \xed\xa0\x80\\n\xe2\x80\xa8\n")
    device.cut()
    rig.clock.advance(0.05)
    shown = ask(rig, "GET", f"{API}/devices/cbf").json
    assert "it said: \\xed\\xa0\\x80\n\u2028" in shown["error"]
    assert shown["error"] == socket.take()[-1]["params"]["devices"][0]["error"]
    assert ["\\xff\0", "nan"] == shown["versions"]["caf\\xe9"]
    assert shown["error"] in ask(rig, "POST", f"{API}/devices/cbf/requests/x").json["detail"]
    [refused] = socket.call("request", device="cbf", request="x")
    assert shown["error"] in refused["error"]["data"]["detail"]
