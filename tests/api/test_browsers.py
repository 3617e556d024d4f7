"""GET /browsers, and what each browser counts of itself."""

from dataclasses import replace
from typing import Any

import pytest

from katgate.api.wire_browsers import browser_json
from tests.api.asking import ask
from tests.api.follower import Follower
from tests.api.rig import ROLES, FakeSocket, Rig


def browsers(rig: Rig) -> list[Any]:
    """Return the list."""
    answer = ask(rig, "GET", "/api/v1/browsers")
    assert 200 == answer.status
    listed: list[Any] = answer.json["browsers"]
    return listed


def test_event_stream_is_listed_while_it_is_there(rig: Rig) -> None:
    """With who and where it is, and what it was sent; its agent cannot paint a screen, nor fill it."""
    device = rig.connect()
    rig.clock.advance(5)
    assert [] == browsers(rig)
    agent = "curl \x1b[31m" + "x" * 300
    follower = Follower(rig, user_agent=agent)
    follower.text()
    device.say(b"#sensor-status 1002 1 wind.speed nominal 4\n")
    rig.clock.advance(0.02)
    told = follower.text()
    [shown] = browsers(rig)
    assert shown["bytes"] > len(told)
    assert {
        "id": 1,
        "kind": "events",
        "user": "local",
        "role": "admin",
        "address": "192.168.1.1",
        "agent": ("curl \\x1b[31m" + "x" * 300)[:200],
        "since": 1e9 + 5,
        "subscriptions": {"stream": 1},
        "queued": 0,
        "lag": 0.0,
        "messages": 3,
        "readings": 1,
        "conflated": 0,
        "dropped": 0,
    } == {name: value for name, value in shown.items() if name != "bytes"}
    follower.cut()
    assert [] == browsers(rig)
    Follower(rig)
    assert [2] == [browser["id"] for browser in browsers(rig)]


def test_who_has_logged_in(rig: Rig) -> None:
    """Their name, role and address: behind a proxy the socket's is the proxy's."""
    rig.with_tokens(*ROLES)
    Follower(rig, authorization="Bearer kg_viewer")
    [visit] = rig.visitors
    shown = browser_json(visit)
    assert ("viewer", "viewer", "192.168.1.1") == (shown.user, shown.role, shown.address)
    visitor: Any = visit.visitor
    visitor.caller = replace(visitor.caller, address="10.1.2.3")
    assert "10.1.2.3" == browser_json(visit).address


def test_browser_that_is_behind(rig: Rig) -> None:
    """It lags from when it was paused until it has been given all that was due, pauses in between included."""
    device = rig.connect()
    follower = Follower(rig)
    [visit] = rig.visitors
    events: Any = visit.visitor
    events.pauseProducing()
    device.say(b"#sensor-status 1002 1 wind.speed nominal 4\n")
    rig.clock.advance(3)
    assert 3.0 == browsers(rig)[0]["lag"]
    events.is_paused = False
    events.pauseProducing()
    rig.clock.advance(1)
    assert 4.0 == browsers(rig)[0]["lag"]
    events.resumeProducing()
    assert 0.0 == browsers(rig)[0]["lag"]
    assert 1 == browsers(rig)[0]["readings"]
    follower.cut()


def test_thrown_out(rig: Rig) -> None:
    """Its answer ends; the others stay."""
    Follower(rig)
    follower = Follower(rig)
    assert (200, {}) == ((answer := ask(rig, "DELETE", "/api/v1/browsers/2")).status, answer.json)
    event, _, notice = follower.events()[-1]
    assert ("notice", "thrown-out") == (event, notice["code"])
    assert follower.connection.raw().endswith(b"0\r\n\r\n")
    assert [1] == [browser["id"] for browser in browsers(rig)]


@pytest.mark.parametrize(
    ("number", "code"),
    [("2", "not-found"), ("x", "bad-request"), ("%C2%B2", "bad-request"), ("9" * 30, "bad-request")],
)
def test_throwing_out_nobody(rig: Rig, number: str, code: str) -> None:
    """A number that nobody has, and what is no number."""
    Follower(rig)
    assert code == ask(rig, "DELETE", f"/api/v1/browsers/{number}").json["code"]
    assert 1 == len(browsers(rig))


def test_what_a_session_knows_of_itself(
    rig: Rig, socket: FakeSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readings one by one, those that were conflated, informs that were dropped: also of subscriptions that ended."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 2)
    monkeypatch.setattr("katgate.api.inform_subscriptions._MOST", 1)
    device = rig.connect()
    sub = socket.call("sensors.subscribe", device="cbf", sensors=["wind.speed"], strategy="auto")[0][
        "result"
    ]["sub"]
    informs = socket.call("informs.subscribe", 2, device="cbf")[0]["result"]["sub"]
    socket.call("devices.subscribe", 3)

    def say(count: int) -> None:
        for number in range(count):
            device.say(b"#sensor-status %d 1 wind.speed nominal %d\n" % (1010 + number, number))
            device.say(b"#fill-level %d\n" % number)
            rig.clock.advance(0.05)

    say(3)
    account = socket.session.account()
    assert (3, 0, 0) == (account.sent.readings, account.sent.conflated, account.sent.dropped)
    assert {"sensors.subscribe": 1, "informs.subscribe": 1, "devices.subscribe": 1} == account.subscriptions
    socket.session.paused()
    say(5)
    lagging = socket.session.account()
    assert lagging.lag_s == pytest.approx(0.25)
    assert 4 == lagging.sent.dropped
    socket.session.resumed()
    account = socket.session.account()
    assert (4, 4, 4) == (account.sent.readings, account.sent.conflated, account.sent.dropped)
    assert 0.0 == account.lag_s
    socket.call("unsubscribe", 4, sub=sub)
    socket.call("unsubscribe", 5, sub=informs)
    ended = socket.session.account()
    assert account.sent == ended.sent
    assert {"sensors.subscribe": 0, "informs.subscribe": 0, "devices.subscribe": 1} == ended.subscriptions
    socket.session.closed()


def test_same_wish_again_counts_no_reading_twice(rig: Rig, socket: FakeSocket) -> None:
    """A second snapshot is no reading that was sent."""
    device = rig.connect()
    wish = {"device": "cbf", "sensors": ["wind.speed"], "strategy": "auto"}
    socket.call("sensors.subscribe", 1, **wish)
    device.say(b"#sensor-status 1010 1 wind.speed nominal 1\n")
    rig.clock.advance(0.05)
    socket.call("sensors.subscribe", 2, **wish)
    device.say(b"#sensor-status 1011 1 wind.speed nominal 2\n")
    rig.clock.advance(0.05)
    assert 2 == socket.session.account().sent.readings
    socket.session.closed()
