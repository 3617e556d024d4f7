"""Server-sent events: the same streams as over the WebSocket, for programs and pages that only read."""

import re

import pytest

from tests.api.asking import ask
from tests.api.follower import PATH, Follower
from tests.api.rig import Rig


def test_events(rig: Rig) -> None:
    """Which sensors, how they are now, then what comes; numbered where a socket's frames are."""
    device = rig.connect()
    follower = Follower(rig)
    assert (200, "text/event-stream", "no-store") == (
        follower.head.status,
        follower.head.headers["content-type"],
        follower.head.headers["cache-control"],
    )
    described, snapshot = follower.events()
    assert ("sensors", None, ["mode", "wind.speed"]) == (
        *described[:2],
        [s["name"] for s in described[2]["added"]],
    )
    rows = [["mode", 1001.0, "warn", "on", 1e9], ["wind.speed", 1000.5, "nominal", 3.5, 1e9]]
    assert ("readings", "e1-0", {"sub": 1, "seq": 0, "snapshot": True, "readings": {"cbf": rows}}) == snapshot
    rig.clock.advance(1)
    device.say(b"#sensor-status 1002 1 mode nominal off\n")
    readings = {"cbf": [["mode", 1002.0, "nominal", "off"]]}
    assert [("readings", "e1-1", {"sub": 1, "seq": 1, "readings": readings})] == follower.events()


def test_heartbeat(rig: Rig) -> None:
    """A comment now and then, so that no proxy takes the silence for an end."""
    rig.connect()
    follower = Follower(rig)
    assert follower.text().startswith(": still here\n\n")
    rig.clock.pump([5.0] * 6)
    assert ": still here\n\n" * 2 == follower.text()


def test_browser_that_goes_leaves_nothing_behind(rig: Rig) -> None:
    """Its stream is kept for a minute, and then that is gone too."""
    rig.connect()
    follower = Follower(rig)
    assert 1 == len(rig.events._streams)
    follower.cut()
    assert 0 == len(rig.events._streams)
    rig.clock.pump([1.0] * 61)
    assert ({}, []) == (rig.hub._streams, rig.clock.getDelayedCalls())


def test_browser_that_returns(rig: Rig) -> None:
    """It says the last id that it had, and gets what came after."""
    device = rig.connect()
    first = Follower(rig)
    first.events()
    rig.clock.advance(1)
    device.say(b"#sensor-status 1002 1 mode nominal off\n")
    last_id = first.events()[-1][1]
    first.cut()
    for value in (b"on", b"off"):
        rig.clock.advance(1)
        device.say(b"#sensor-status 1003 1 mode nominal %b\n" % value)
    again = Follower(rig, last_event_id=str(last_id))
    assert [("sensors", None), ("readings", "e1-2"), ("readings", "e1-3")] == [e[:2] for e in again.events()]


@pytest.mark.parametrize("last_id", ["e0-1", "e1-99", "e1", "", "x" * 1000, "e1--1", "e1-1-1"])
def test_browser_that_returns_with_nonsense(rig: Rig, last_id: str) -> None:
    """It begins anew: a browser can do nothing about an error."""
    rig.connect()
    _, snapshot = Follower(rig, last_event_id=last_id).events()
    assert snapshot[2]["snapshot"]


def test_slow_browser_keeps_its_place(rig: Rig) -> None:
    """Paused, it is sent nothing, and what it then gets is whole."""
    device = rig.connect()
    follower = Follower(rig)
    follower.events()
    [events] = rig.events._streams
    events.pauseProducing()
    for value in (b"on", b"off", b"on"):
        rig.clock.advance(10)
        device.say(b"#sensor-status 1003 1 mode nominal %b\n" % value)
    assert "" == follower.text()
    events.resumeProducing()
    assert ["e1-1", "e1-2", "e1-3"] == [event[1] for event in follower.events()]


def test_sensors_that_come_and_go(rig: Rig) -> None:
    """The selection is alive; without parameters all sensors of all devices are meant."""
    follower = Follower(rig, "/api/v1/stream")
    assert [("sensors", []), ("readings", {})] == [
        (name, data.get("added", data.get("readings"))) for name, _, data in follower.events()
    ]
    rig.connect()
    rig.clock.advance(0.02)
    names = [sensor["name"] for _, _, data in follower.events() for sensor in data.get("added", [])]
    assert ["a/b", "mode", "wind.speed"] == sorted(names)


def test_alarms(rig: Rig) -> None:
    """All sensors as they are now, then those whose status is another, whatever their values do."""
    device = rig.connect()
    follower = Follower(rig, "/api/v1/stream?device=*&sensors=*&strategy=status")
    _, snapshot = follower.events()
    assert 3 == len(snapshot[2]["readings"]["cbf"])
    for line in (b"1002 1 mode warn off", b"1003 1 mode nominal on", b"1004 1 wind.speed nominal 9"):
        rig.clock.advance(1)
        device.say(b"#sensor-status %b\n" % line)
    [(_, last_id, data)] = follower.events()
    assert {"cbf": [["mode", 1003.0, "nominal", "on"]]} == data["readings"]
    follower.cut()
    device.cut()
    again = Follower(rig, "/api/v1/stream?device=*&sensors=*&strategy=status", last_event_id=str(last_id))
    _, (_, _, missed) = again.events()
    rows = [["mode", 1003.0, "unreachable", "on"], ["wind.speed", 1004.0, "unreachable", 9.0]]
    assert rows == sorted(missed["readings"]["cbf"])


def test_strategy_that_there_is_not(rig: Rig) -> None:
    """The problem names those that there are; `none` would be no stream."""
    detail = ask(rig, "GET", "/api/v1/stream?strategy=often").json["detail"]
    assert detail == (
        "'often' is not a strategy: auto, event, differential, period, event-rate, differential-rate, status"
    )
    detail = ask(rig, "GET", "/api/v1/stream?strategy=status+5").json["detail"]
    assert "status takes no parameters, not 1 parameters" == detail


@pytest.mark.parametrize(
    "query",
    [
        "device=",
        "sensors=/(/",
        "strategy=often",
        "strategy=none",
        "strategy=period+0.001",
        "sensor=x",
        "device=a&device=b",
    ],
)
def test_wish_that_cannot_be_used(rig: Rig, query: str) -> None:
    """A problem, as everywhere; nothing is left of it."""
    answer = ask(rig, "GET", f"/api/v1/stream?{query}")
    assert (400, "bad-request") == (answer.status, answer.json["code"])
    assert {} == rig.hub._streams


def test_head(rig: Rig) -> None:
    """Only what it would be."""
    answer = ask(rig, "HEAD", PATH)
    assert (200, "text/event-stream", b"") == (answer.status, answer.headers["content-type"], answer.body)
    assert {} == rig.hub._streams


def test_end_of_katgate(rig: Rig) -> None:
    """The answer ends as it should, so that the browser comes back by itself."""
    rig.connect()
    follower = Follower(rig)
    follower.events()
    rig.events.close_all()
    assert follower.connection.raw().endswith(b"0\r\n\r\n")
    assert [("notice", "shutdown")] == [(name, data["code"]) for name, _, data in follower.events()]
    assert 0 == len(rig.events._streams)


def test_method_that_there_is_not(rig: Rig) -> None:
    """Events are read."""
    answer = ask(rig, "POST", PATH, b"{}")
    assert (405, "method-not-allowed") == (answer.status, answer.json["code"])
    assert re.search("GET", answer.headers["allow"])
