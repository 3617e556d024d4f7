"""Outlet: in which order things go out to a browser that does not take them, and what that may cost."""

from typing import Any

import pytest

from katgate.katcp.reading import Reading, SensorDescription, Status
from tests.api.rig import FakeSocket, Rig, short


def test_browser_that_does_not_take_what_it_is_sent(rig: Rig, socket: FakeSocket) -> None:
    """Afterwards nothing is lost, and a reply comes after the readings that came before it."""
    device = rig.connect()
    socket.call("sensors.subscribe", device="cbf", sensors=["mode"])
    socket.call("request", 2, device="cbf", request="x")
    socket.session.paused()
    device.say(b"#sensor-status 1002 1 mode nominal off\n!x[5] ok\n")
    assert [] == socket.call("ping", 3)
    socket.session.resumed()
    assert [("result", 3), "readings", ("result", 2)] == [
        m[0] if m[0] == "readings" else (m[0], m[1]) for m in short(socket.take())
    ]


def test_browser_that_never_keeps_up_is_answered_all_the_same(rig: Rig, socket: FakeSocket) -> None:
    """It must be able to unsubscribe from what is too much for it."""
    device = rig.connect()
    socket.call("sensors.subscribe", 1, device="cbf", sensors=["mode"])
    socket.call("sensors.subscribe", 2, device="cbf", sensors=["mode"], strategy="auto")
    socket.call("request", 3, device="cbf", request="x")
    send = socket.send_text

    def send_and_fill(payload: bytes) -> None:
        send(payload)
        if b'"readings"' in payload:
            socket.session.paused()

    socket.send_text = send_and_fill  # type: ignore[method-assign]
    seen: list[Any] = []
    calls: list[Any] = [("ping", {}), ("unsubscribe", {"sub": 1}), ("unsubscribe", {"sub": 2})]
    for n in range(12):
        rig.clock.advance(1)
        device.say(b"#sensor-status 1002 1 mode nominal v%d\n" % n)
        if n == 3:
            device.say(b"!x[5] ok\n")
        if n >= 5 and calls:
            method, params = calls.pop(0)
            socket.call(method, n, **params)
        socket.session.resumed()
        seen += [m[1] for m in short(socket.take()) if m[0] == "result"]
    assert [3, 5, 6, 7] == sorted(seen)


def test_browser_that_always_falls_behind_is_answered(
    rig: Rig, socket: FakeSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if what it is sent ends in a message that it takes at once, and it is behind again by then."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 1)
    monkeypatch.setattr("katgate.hub.telling.MOST_FRAME_BYTES", 3000)
    device = rig.connect()
    names = [f"s{n}" for n in range(100)]
    rig.hub.change_sensors("big", [SensorDescription(name, "", "", "integer") for name in names], [])
    socket.call("sensors.subscribe", device="big", sensors=["*"])
    socket.call("request", 7, device="cbf", request="x")
    send = socket.send_text

    def send_and_fill(payload: bytes) -> None:
        send(payload)
        if len(payload) > 3000:
            socket.session.paused()

    monkeypatch.setattr(socket, "send_text", send_and_fill)
    socket.session.paused()
    device.say(b"!x[5] ok\n")
    for value in range(20):
        for turn in range(2):
            for name in names:
                rig.hub.publish("big", name, Reading(value, Status.NOMINAL, 2 * value + turn))
            rig.clock.advance(1)
            rig.hub.flush()
        socket.session.resumed()
    assert ("result", 7) in [message[:2] for message in short(socket.take())]


def test_browser_that_asks_for_much_waits_alone(
    rig: Rig, socket: FakeSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its messages takes 20 ms: it is heard a tenth of the time, in order, and others at once."""
    other = FakeSocket(rig)
    other.take()
    take = socket.session._outlet._take

    def slowly(payload: bytes, is_binary: bool) -> None:
        rig.clock.rightNow += 0.02
        take(payload, is_binary)

    monkeypatch.setattr(socket.session._outlet, "_take", slowly)
    began = rig.clock.seconds()
    for n in range(10):
        socket.session.received(b'{"jsonrpc":"2.0","id":%d,"method":"ping"}' % n, is_binary=False)
    assert [0] == [message["id"] for message in socket.take()]
    assert 1 == len(other.call("ping"))
    answered: list[int] = []
    while len(answered) < 9:
        rig.clock.advance(0.01)
        answered += [message["id"] for message in socket.take()]
    assert list(range(1, 10)) == answered
    assert 1.6 < rig.clock.seconds() - began < 2.0
    socket.session.received(b'{"jsonrpc":"2.0","id":1,"method":"ping"}', is_binary=False)
    socket.session.closed()
    other.session.closed()
    assert [] == rig.clock.getDelayedCalls()


def test_reply_does_not_overtake_a_snapshot_that_holds_an_earlier_reading(
    rig: Rig, socket: FakeSocket
) -> None:
    """Who sets a value and waits for the reply sees the value by then, also in the pages of a snapshot."""
    device = rig.connect()
    device.say(b"#sensor-status 1 1 a/b nominal " + b"x" * 70_000 + b"\n")
    socket.call("request", 1, device="cbf", request="x")
    socket.pause_on = b'"more":true'
    socket.call("sensors.subscribe", 2, device="cbf", sensors=["*"])
    device.say(b"!x[5] ok\n")
    assert [] == socket.take()
    socket.session.resumed()
    assert ["readings", ("result", 1)] == [
        m[0] if m[0] == "readings" else m[:2] for m in short(socket.take())
    ]


def test_error_does_not_overtake_the_reading_that_says_why(rig: Rig, socket: FakeSocket) -> None:
    """Also one that needs no device to come about."""
    device = rig.connect()
    socket.call("sensors.subscribe", 1, device="cbf", sensors=["mode"])
    socket.session.paused()
    device.cut()
    socket.call("request", 2, device="cbf", request="x")
    socket.session.resumed()
    update, error = socket.take()
    assert "unreachable" == update["params"]["readings"]["cbf"][0][2]
    assert 2 == error["id"]


def test_answers_that_nobody_takes_are_bounded(
    rig: Rig, socket: FakeSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request with endless informs must not fill the memory for a browser that does not read."""
    monkeypatch.setattr("katgate.api.outlet._MOST_HELD", 10_000)
    device = rig.connect()
    socket.call("request", 2, device="cbf", request="x")
    socket.session.paused()
    device.say(b"#x[5] " + b"y" * 1000 + b"\n")
    assert not socket.is_cut
    device.say((b"#x[5] " + b"y" * 1000 + b"\n") * 10)
    assert socket.is_cut


def test_browser_that_talks_and_does_not_listen(
    rig: Rig, socket: FakeSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says in advance is bounded: then it is not read any more, until it has taken what it was sent."""
    monkeypatch.setattr("katgate.api.outlet._MOST_UNREAD", 1000)
    socket.session.paused()
    for n in range(20):
        assert [] == socket.call("ping", n)
    assert not socket.is_reading
    socket.session.resumed()
    assert list(range(20)) == [m[1] for m in short(socket.take())]
    assert socket.is_reading


def test_subscription_while_the_browser_is_full(rig: Rig, socket: FakeSocket) -> None:
    """Its answer comes before its snapshot, whatever was in the way."""
    rig.connect()
    socket.session.paused()
    socket.call("sensors.subscribe", device="cbf", sensors=["mode"])
    socket.session.resumed()
    assert ["result", "readings"] == [m[0] for m in short(socket.take())]
