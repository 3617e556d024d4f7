"""`informs.subscribe` and `subscriptions`: what devices say by themselves, and what a browser has asked for."""

from typing import Any

import pytest

from tests.api.rig import FakeSocket, Rig
from tests.support import Wire


@pytest.fixture
def device(rig: Rig) -> Wire:
    return rig.connect()


def say(rig: Rig, device: Wire, *lines: bytes) -> None:
    """Let the device say lines, and what it said be told."""
    device.say(*(line + b"\n" for line in lines))
    rig.clock.advance(0.02)


def told(socket: FakeSocket) -> list[Any]:
    """Return the params of what was told of informs."""
    return [message["params"] for message in socket.take() if message.get("method") == "informs"]


def test_informs(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """The result, then each inform with its device and time; several at once, numbered."""
    [result] = socket.call("informs.subscribe", device="*", names=["fpga", "log*"])
    sub, seq = result["result"]["sub"], result["result"]["seq"]
    assert {"sub": sub, "epoch": "e1", "seq": seq, "resumed": False} == result["result"]
    now = rig.wall_clock()
    say(rig, device, b"#fpga loaded", b"#hello x", b"#log warn 1.5 dev \xff")
    [informs] = told(socket)
    rows = [["cbf", now, "fpga", "loaded"], ["cbf", now, "log", "warn", "1.5", "dev", {"base64": "/w=="}]]
    assert {"sub": sub, "seq": seq + 3, "informs": rows} == informs


def test_inform_that_has_just_come_in_is_told_once(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """It waits to be told to all when another subscription begins: after a number before it, or after it."""
    socket.call("informs.subscribe", 1, device="*")
    device.say(b"#log info 1 a first\n")
    since = {"epoch": "e1", "seq": 0}
    resumed, told_again = socket.call("informs.subscribe", 2, device="*", names=["log"], since=since)
    [later] = socket.call("informs.subscribe", 3, device="cbf")
    rig.clock.advance(0.1)
    assert resumed["result"]["resumed"]
    assert ["first"] == [row[-1] for row in told_again["params"]["informs"]]
    assert [1] == [params["sub"] for params in told(socket)]
    assert 1 == later["result"]["seq"]


def test_informs_of_a_level(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """The log from that level up; a wish of its own, which `subscriptions` shows."""
    socket.call("informs.subscribe", 1, device="cbf", names=["log"])
    socket.call("informs.subscribe", 2, device="cbf", names=["log"], level="error")
    say(rig, device, b"#log warn 1 x y", b"#log error 1 x z")
    assert [["y", "z"], ["z"]] == [[row[-1] for row in params["informs"]] for params in told(socket)]
    [shown] = socket.call("subscriptions", 3)
    assert [None, "error"] == [one.get("level") for one in shown["result"]["subscriptions"]]
    [refused] = socket.call("informs.subscribe", 4, device="cbf", level="loud")
    assert "bad-request" == refused["error"]["data"]["code"]


def test_informs_of_no_name_are_all(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """Of the devices that are meant."""
    socket.call("informs.subscribe", 1, device="cbf")
    socket.call("informs.subscribe", 2, device="other")
    say(rig, device, b"#a", b"#b")
    [informs] = told(socket)
    assert ["a", "b"] == [row[2] for row in informs["informs"]]


def test_informs_end(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """With `unsubscribe`, or with the browser; nothing is left behind."""
    [result] = socket.call("informs.subscribe", device="*")
    socket.call("unsubscribe", 2, sub=result["result"]["sub"])
    socket.call("informs.subscribe", 3, device="*")
    socket.session.closed()
    say(rig, device, b"#a")
    assert [] == told(socket)
    assert [] == rig.fleet.informs._listeners
    device.cut()


def test_informs_resumed(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """What came while the connection was lost; a number that is not known any more begins anew."""
    socket.call("informs.subscribe", device="*", names=["a"])
    say(rig, device, b"#a 1")
    seq = told(socket)[-1]["seq"]
    socket.session.closed()
    say(rig, device, b"#a 2", b"#b", b"#a 3")
    for number, since, resumed, shown in [
        (1, {"epoch": "e1", "seq": seq}, True, ["2", "3"]),
        (2, {"epoch": "e0", "seq": seq}, False, []),
        (3, {"epoch": "e1", "seq": 10**9}, False, []),
    ]:
        again = FakeSocket(rig)
        again.take()
        [answer, *rest] = again.call("informs.subscribe", number, device="*", names=["a"], since=since)
        assert resumed is answer["result"]["resumed"]
        assert shown == [row[3] for message in rest for row in message["params"]["informs"]]
        again.session.closed()


def test_slow_browser_gets_the_newest_informs_and_a_number(
    rig: Rig, socket: FakeSocket, device: Wire
) -> None:
    """What waits for it is bounded; what was dropped is counted."""
    socket.call("informs.subscribe", device="*")
    socket.session.paused()
    for number in range(1200):
        device.say(b"#log info 1 dev %d\n" % number)
    rig.clock.advance(0.02)
    assert [] == told(socket)
    socket.session.resumed()
    pages = told(socket)
    assert 200 == sum(page.get("dropped", 0) for page in pages)
    assert list(range(200, 1200)) == [int(row[-1]) for page in pages for row in page["informs"]]
    assert sorted(page["seq"] for page in pages) == [page["seq"] for page in pages]
    say(rig, device, b"#log info 1 dev 1200")
    assert [["1200"]] == [[row[-1] for row in page["informs"]] for page in told(socket)]


def test_same_wish_twice_is_one(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """The same sub, told once."""
    [first] = socket.call("informs.subscribe", 1, device="*", names=["a", "b"])
    [second] = socket.call("informs.subscribe", 2, device="*", names=["b", "a"])
    assert first["result"]["sub"] == second["result"]["sub"]
    say(rig, device, b"#a")
    assert 1 == len(told(socket))


def test_subscriptions(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """All that is live on this connection, with what was wished and how it goes."""
    assert [{"subscriptions": []}] == [m["result"] for m in socket.call("subscriptions")]
    socket.call("sensors.subscribe", 2, device="c*", sensors=["mode", "w*"], strategy="event-rate 1 10")
    socket.call("informs.subscribe", 3, device="cbf", names=["log"])
    socket.call("devices.subscribe", 4)
    say(rig, device, b"#log info 1 dev x")
    socket.take()
    [answer] = socket.call("subscriptions", 5)
    assert [
        {"sub": 0, "method": "devices.subscribe", "seq": 0, "waiting": 0},
        {
            "sub": 1,
            "method": "sensors.subscribe",
            "seq": 0,
            "waiting": 0,
            "device": "c*",
            "sensors": ["mode", "w*"],
            "strategy": "event-rate 1 10",
        },
        {"sub": 2, "method": "informs.subscribe", "seq": 1, "waiting": 0, "device": "cbf", "names": ["log"]},
    ] == answer["result"]["subscriptions"]


@pytest.mark.parametrize(
    "params", [{}, {"device": ""}, {"device": "*", "names": ["/(/"]}, {"device": "*", "x": 1}]
)
def test_informs_that_cannot_be_wished(rig: Rig, socket: FakeSocket, params: dict[str, Any]) -> None:
    """An error that says why; nothing is left of it."""
    [answer] = socket.call("informs.subscribe", **params)
    assert answer["error"]["data"]["code"] == "bad-request"
    assert [] == rig.fleet.informs._listeners


def test_subscriptions_of_both_kinds_are_bounded(rig: Rig, socket: FakeSocket, device: Wire) -> None:
    """One browser may have a hundred in all."""
    for number in range(99):
        socket.call("informs.subscribe", number, device=f"d{number}")
    socket.call("sensors.subscribe", 100, device="cbf", sensors=["*"])
    [refused] = socket.call("informs.subscribe", 101, device="one-more")
    assert "too-many-requests" == refused["error"]["data"]["code"]
    [again] = socket.call("informs.subscribe", 102, device="d1")
    assert "result" in again
