"""Session: the WebSocket's contract, without a socket."""

import gc
import weakref
from typing import Any

import pytest
from twisted.logger import LogEvent

from katgate.katcp.reading import SensorDescription
from tests.api.rig import FakeSocket, Rig, short


def test_server_speaks_first(rig: Rig) -> None:
    """Version, epoch, time, role, limits: all a browser needs before it asks."""
    [message] = FakeSocket(rig).take()
    assert ("2.0", "hello") == (message["jsonrpc"], message["method"])
    hello = message["params"]
    assert ("e1", 1e9, "admin") == (hello["epoch"], hello["time"], hello["role"])
    assert {
        "frame": 1048576,
        "message": 1024,
        "requests": 32,
        "subscriptions": 100,
        "sensors": 30_000,
    } == hello["limits"]


@pytest.mark.parametrize("params", [{"a": 1}, [1, "x"], 7, None, "text"])
def test_ping_gives_back_anything(socket: FakeSocket, params: Any) -> None:
    """The same, whatever it is."""
    raw = {"jsonrpc": "2.0", "id": "p", "method": "ping", "params": params}
    assert [("result", "p", params)] == short(socket.say(raw))


def test_ping_and_unsubscribe_without_an_id_are_carried_out_in_silence(rig: Rig, socket: FakeSocket) -> None:
    """JSON-RPC notifications have no answer."""
    rig.connect()
    socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    assert [] == socket.say({"jsonrpc": "2.0", "method": "ping"})
    assert [] == socket.say({"jsonrpc": "2.0", "method": "unsubscribe", "params": {"sub": 1}})
    assert {} == rig.hub._streams


def test_authenticate(socket: FakeSocket) -> None:
    """Everybody is admin as long as there are no logins, whatever token a program has been given."""
    assert [("result", 1, {"user": "local", "role": "admin"})] == short(
        socket.call("authenticate", token="x")
    )
    assert [("error", 2, -32602, "bad-request")] == short(socket.call("authenticate", 2))


BAD: list[tuple[Any, Any, int, str]] = [
    (b"garbage", None, -32700, "bad-request"),
    (b'{"jsonrpc":', None, -32700, "bad-request"),
    (b'"\xff"', None, -32700, "bad-request"),
    (b"[" * 5000, None, -32700, "bad-request"),
    (b"NaN", None, -32700, "bad-request"),
    (b"[]", None, -32600, "bad-request"),
    (b"1", None, -32600, "bad-request"),
    ({"id": 1, "method": "ping"}, 1, -32600, "bad-request"),
    ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, 1, -32600, "bad-request"),
    ({"jsonrpc": "2.0", "id": None, "method": "ping"}, None, -32600, "bad-request"),
    ({"jsonrpc": "2.0", "id": 1.5, "method": "ping"}, None, -32600, "bad-request"),
    ({"jsonrpc": "2.0", "id": True, "method": "ping"}, None, -32600, "bad-request"),
    ({"jsonrpc": "2.0", "id": 1, "method": 7}, 1, -32600, "bad-request"),
    ({"jsonrpc": "2.0", "id": 1, "method": "ping", "more": 1}, 1, -32600, "bad-request"),
    ({"jsonrpc": "2.0", "id": "x" * 129, "method": "ping"}, None, -32600, "bad-request"),
    ({"jsonrpc": "2.0", "method": "devices.subscribe"}, None, -32600, "bad-request"),
    ({"jsonrpc": "2.0", "id": 1, "method": "nope"}, 1, -32601, "not-found"),
    ({"jsonrpc": "2.0", "id": 1, "method": "request"}, 1, -32602, "bad-request"),
    ({"jsonrpc": "2.0", "id": 1, "method": "request", "params": ["cbf", "x"]}, 1, -32602, "bad-request"),
    ({"jsonrpc": "2.0", "id": 1, "method": "unsubscribe", "params": {"sub": "1"}}, 1, -32602, "bad-request"),
    (
        {"jsonrpc": "2.0", "id": 1, "method": "unsubscribe", "params": {"sub": 1, "x": 2}},
        1,
        -32602,
        "bad-request",
    ),
    ({"jsonrpc": "2.0", "id": 1, "method": "unsubscribe", "params": {"sub": 1}}, 1, -32000, "bad-request"),
    (
        {"jsonrpc": "2.0", "id": 1, "method": "devices.subscribe", "params": {"x": 1}},
        1,
        -32602,
        "bad-request",
    ),
]


@pytest.mark.parametrize(("message", "call_id", "code", "problem"), BAD)
def test_message_that_cannot_be_used(
    rig: Rig, socket: FakeSocket, message: Any, call_id: Any, code: int, problem: str
) -> None:
    """It gets an error, with its id where one can be read, and the connection lives on."""
    device = rig.connect()
    [answer] = socket.say(message)
    assert ("error", call_id, code, problem) == short([answer])[0]
    assert len(answer["error"]["message"]) > 5
    assert [("result", 2, {})] == short(socket.call("ping", 2))
    assert [] == device.heard()


def test_thousands_of_mistakes_are_counted(socket: FakeSocket, logged: list[LogEvent]) -> None:
    """The first are logged one by one."""
    for _ in range(2500):
        socket.say(b"x" * 1000)
    counts = [event["count"] for event in logged if "count" in event]
    assert [*range(1, 11), 1000, 2000] == counts


def test_what_cannot_be_used_is_in_the_log(socket: FakeSocket, logged: list[LogEvent]) -> None:
    """An operator sees who asks for what there is not."""
    socket.call("nope")
    socket.say(b"garbage")
    socket.call("unsubscribe", sub=7)
    assert 3 == len([e for e in logged if e.get("who") == "test"])


def test_binary_frame(socket: FakeSocket) -> None:
    """The protocol is text."""
    socket.session.received(b"{}", is_binary=True)
    assert [("error", None, -32600, "bad-request")] == short(socket.take())


# Sensors.

WIND = ["wind.speed", 1000.5, "nominal", 3.5]


def test_subscription(rig: Rig, socket: FakeSocket) -> None:
    """The result, the snapshot, then updates: in this order, and numbered without a gap."""
    device = rig.connect()
    result, snapshot = socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    described = {
        "device": "cbf",
        "name": "a/b",
        "description": "Odd",
        "units": "",
        "type": "string",
        "params": [],
    }
    assert described == result["result"]["sensors"][0]
    del result["result"]["sensors"]
    assert {"sub": 1, "epoch": "e1", "seq": 0, "strategy": "event", "resumed": False} == result["result"]
    rows = [["a/b", None, "unknown", None, None], ["mode", 1001.0, "warn", "on", 1e9], [*WIND, 1e9]]
    assert {"sub": 1, "seq": 0, "snapshot": True, "readings": {"cbf": rows}} == snapshot["params"]
    rig.clock.advance(1)
    device.say(b"#sensor-status 1002 1 wind.speed nominal nan\n#sensor-status 1002 1 mode warn on\n")
    device.say(b"#sensor-status 1003 1 a/b nominal \xff\n")
    rig.clock.advance(0.02)
    assert [
        ("readings", {"sub": 1, "seq": 1, "readings": {"cbf": [["wind.speed", 1002.0, "nominal", "nan"]]}}),
        (
            "readings",
            {"sub": 1, "seq": 2, "readings": {"cbf": [["a/b", 1003.0, "nominal", {"base64": "/w=="}]]}},
        ),
    ] == short(socket.take())


def test_unsubscribe_ends_it(rig: Rig, socket: FakeSocket) -> None:
    """Nothing comes after its answer."""
    device = rig.connect()
    socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    assert [("result", 2, {})] == short(socket.call("unsubscribe", 2, sub=1))
    device.say(b"#sensor-status 1002 1 wind.speed nominal 9\n")
    rig.clock.advance(1)
    assert [] == socket.take()
    assert [("error", 3, -32000, "bad-request")] == short(socket.call("unsubscribe", 3, sub=1))


def test_same_wish_twice_is_one_subscription(rig: Rig, socket: FakeSocket) -> None:
    """The same sub, a fresh snapshot, one unsubscribe."""
    rig.connect()
    socket.call("sensors.subscribe", device="cbf", sensors=["mode", "*"])
    again, snapshot = socket.call("sensors.subscribe", 2, device="cbf", sensors=["*", "mode"])
    assert 1 == again["result"]["sub"] == snapshot["params"]["sub"]
    assert snapshot["params"]["snapshot"]
    socket.call("unsubscribe", 3, sub=1)
    assert {} == rig.hub._streams


def test_subscription_before_the_device_is_there(rig: Rig, socket: FakeSocket) -> None:
    """An empty snapshot; the sensors join when they are known, before their readings."""
    assert ({"cbf"}, "connecting") == ({d.name for d in rig.fleet}, rig.fleet["cbf"].view().state)
    result, snapshot = socket.call("sensors.subscribe", device="*", sensors=["mode"])
    assert ([], {}) == (result["result"]["sensors"], snapshot["params"]["readings"])
    rig.connect()
    rig.clock.advance(0.02)
    announced, update = socket.take()
    assert ["mode"] == [s["name"] for s in announced["params"]["added"]]
    assert {"cbf": [["mode", 1001.0, "warn", "on"]]} == update["params"]["readings"]


def test_device_that_goes_away(rig: Rig, socket: FakeSocket) -> None:
    """Browsers are told at once."""
    device = rig.connect()
    socket.call("sensors.subscribe", device="cbf", sensors=["wind.speed"])
    device.cut()
    [update] = socket.take()
    assert {"cbf": [["wind.speed", 1000.5, "unreachable", 3.5]]} == update["params"]["readings"]


@pytest.mark.parametrize(
    "params",
    [
        {"device": "cbf", "sensors": ["/(/"]},
        {"device": "cbf", "sensors": []},
        {"device": "", "sensors": ["*"]},
        {"device": "cbf", "sensors": ["*"], "strategy": "often"},
        {"device": "cbf", "sensors": ["*"], "strategy": ""},
        {"device": "cbf", "sensors": ["*"], "strategy": "none"},
        {"device": "cbf", "sensors": ["*"], "strategy": "period -1"},
        {"device": "cbf", "sensors": ["*"], "strategy": "period 1e-300"},
        {"device": "cbf", "sensors": ["*"], "strategy": "period 0.019"},
        {"device": "cbf", "sensors": ["*"], "strategy": "event-rate 0 0.001"},
        {"device": "cbf", "sensors": ["*"], "strategy": "status 1"},
    ],
)
def test_wish_that_cannot_be_used(rig: Rig, socket: FakeSocket, params: dict[str, Any]) -> None:
    """An error that says why; nothing is left of it."""
    assert [("error", 1, -32000, "bad-request")] == short(socket.call("sensors.subscribe", **params))
    assert {} == rig.hub._streams


def test_large_snapshot_comes_in_pages(rig: Rig, socket: FakeSocket) -> None:
    """All but the last say that more comes, and only the last has a number."""
    rig.connect().say(b"#sensor-status 1 1 a/b nominal " + b"x" * 40_000 + b"\n")
    rig.hub.change_sensors("dev", [s.description for s in rig.hub.sensors_of("cbf")], [])
    reading = rig.hub.find("cbf", "a/b")
    assert reading is not None
    assert reading.reading is not None
    rig.hub.publish("dev", "a/b", reading.reading)
    _, *pages = socket.call("sensors.subscribe", device="*", sensors=["*"])
    assert [(True, None), (None, 0)] == [(p["params"].get("more"), p["params"].get("seq")) for p in pages]
    names = [row[0] for page in pages for rows in page["params"]["readings"].values() for row in rows]
    assert sorted(names) == sorted(["a/b", "mode", "wind.speed"] * 2)


def test_subscriptions_are_bounded(rig: Rig, socket: FakeSocket) -> None:
    """The limit is the one announced in hello."""
    for n in range(rig.limits.subscriptions):
        socket.call("sensors.subscribe", n, device="cbf", sensors=[f"s{n}"])
    assert [("error", "x", -32000, "too-many-requests")] == short(
        socket.call("sensors.subscribe", "x", device="cbf", sensors=["one-more"])
    )
    assert "result" == short(socket.call("sensors.subscribe", "y", device="cbf", sensors=["s0"]))[0][0]
    assert rig.limits.subscriptions == len(rig.hub._streams)


def test_sensors_of_all_subscriptions_are_bounded(rig: Rig, socket: FakeSocket) -> None:
    """A hundred wishes for everything are refused before they fill the memory; the others go on."""
    rig.hub.change_sensors("big", [SensorDescription(f"s{n}", "", "", "integer") for n in range(20_000)], [])
    assert "result" == short(socket.call("sensors.subscribe", 1, device="big", sensors=["*"]))[0][0]
    refused = [("error", 2, -32000, "too-many-requests")]
    assert refused == short(socket.call("sensors.subscribe", 2, device="big", sensors=["*"], strategy="auto"))
    assert "result" == short(socket.call("sensors.subscribe", 3, device="big", sensors=["*"]))[0][0]
    assert "result" == short(socket.call("sensors.subscribe", 4, device="big", sensors=["s1"]))[0][0]
    assert 2 == len(rig.hub._streams)


def test_refusal_ends_no_stream_of_others(rig: Rig, socket: FakeSocket) -> None:
    """Who asks for too much does not end what is kept for a browser that was cut."""
    socket.call("sensors.subscribe", device="cbf", sensors=["mode"])
    socket.session.closed()
    other = FakeSocket(rig)
    for n in range(rig.limits.subscriptions):
        other.call("sensors.subscribe", n, device="cbf", sensors=[f"s{n}"])
    other.take()
    error = [("error", "x", -32000, "too-many-requests")]
    assert error == short(other.call("sensors.subscribe", "x", device="cbf", sensors=["mode"]))
    assert 1 == len(rig.hub._kept)


def test_defect_while_subscribing_leaves_nothing_behind(
    rig: Rig, socket: FakeSocket, monkeypatch: pytest.MonkeyPatch, logged: list[LogEvent]
) -> None:
    """One error, no stream."""
    rig.connect()
    monkeypatch.setattr("katgate.hub.stream.Stream.descriptions", lambda stream, most: 1 / 0)
    assert [("error", 1, -32000, "internal")] == short(
        socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    )
    assert {} == rig.hub._streams
    assert 1 == len([event for event in logged if "log_failure" in event])


# Devices.


def test_devices(rig: Rig, socket: FakeSocket) -> None:
    """All at first, then those that changed; several changes in a moment are one."""
    [(_, _, result)] = short(socket.call("devices.subscribe"))
    assert [("cbf", "connecting")] == [(d["name"], d["state"]) for d in result["devices"]]
    rig.clock.advance(1)
    socket.take()
    rig.connect()
    rig.clock.advance(0.05)
    [(method, params)] = short(socket.take())
    assert ("devices", result["sub"], [("cbf", "synced", 3)]) == (
        method,
        params["sub"],
        [(d["name"], d["state"], d["sensors"]) for d in params["devices"]],
    )
    assert [("result", 2, {})] == short(socket.call("unsubscribe", 2, sub=result["sub"]))


# A browser that does not read, and one that goes.


def test_browser_that_goes_leaves_nothing_behind(rig: Rig, socket: FakeSocket) -> None:
    """No stream, no watcher, no timer, no request."""
    device = rig.connect()
    rig.clock.advance(1)
    socket.call("sensors.subscribe", 1, device="cbf", sensors=["*"], strategy="period 1")
    socket.call("devices.subscribe", 2)
    socket.call("request", 3, device="cbf", request="x")
    socket.session.closed()
    assert 1 == len(rig.hub._streams)  # for a browser that returns within a minute
    rig.clock.pump([1] * 61)
    assert {} == rig.hub._streams
    assert [] == rig.clock.getDelayedCalls()
    assert {} == rig.hub._streams
    assert [] == rig.fleet._watchers
    device.say(b"!x[5] ok\n#sensor-status 1002 1 mode nominal off\n")
    assert [] == socket.take()


def test_browser_that_is_gone_needs_no_collector(rig: Rig, socket: FakeSocket) -> None:
    """Nothing refers to itself in a circle: thousands that come and go leave nothing to be found."""
    rig.connect()
    socket.call("sensors.subscribe", 1, device="cbf", sensors=["*"])
    socket.call("informs.subscribe", 2, device="cbf")
    socket.call("devices.subscribe", 3)
    session = weakref.ref(socket.session)
    gc.collect()
    gc.disable()
    try:
        socket.session.closed()
        del socket.session
        assert session() is None
    finally:
        gc.enable()
