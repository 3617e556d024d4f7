"""Browsers that do not take what they are sent: their place in the ring, and what they get once it has moved on."""

import pytest

from katgate.katcp.reading import SensorDescription
from tests.hub.rig import Rig


def test_flush_larger_than_the_ring(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that keeps up gets all of it, however much came at once; the ring is small again then."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 3)
    monkeypatch.setattr("katgate.hub.telling.MOST_FRAME_BYTES", 30)
    monkeypatch.setattr("katgate.hub.stream.MOST_FRAME_BYTES", 30)
    browser, outbox = rig.join("*", strategy="auto")
    browser.take()
    for value in range(50):
        rig.publish("a", value, flush=False)
    rig.hub.flush()
    sent = browser.take()
    assert len(sent) > 10
    assert list(range(50)) == [row[1] for frame in sent for row in frame[2]["dev"]]
    assert 0 == browser.times_behind
    assert None is rig.stream("*", strategy="auto").frame_at(outbox.position - 4)


def test_sensors_that_come_and_go_while_a_browser_falls_behind(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of sensors is right at once, also if their change sends a conflated frame first."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 2)
    browser, _ = rig.join("*", strategy="auto")
    stream = rig.stream("*", strategy="auto")
    browser.room = 1
    for value in range(9):
        rig.clock.advance(1)
        rig.publish("a", value)
    browser.is_paused, browser.room = False, None
    rig.publish("a", 9, flush=False)
    rig.hub.change_sensors("dev", [SensorDescription("d", "", "", "integer")], ["c"])
    assert ["a", "b", "d"] == [known.name for known in stream.sensors]
    late, _ = rig.join("*", strategy="auto")
    assert ["a", "b", "d"] == [row[1] for row in late.take()[0][2]]


def test_slow_browser_learns_that_a_sensor_was_replaced(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It went, then it came: what it showed before is no reading of the new one."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 2)
    browser, outbox = rig.join("*")
    browser.take()
    browser.is_paused = True
    rig.hub.change_sensors("dev", [SensorDescription("c", "", "", "string")], ["c"])
    for value in range(5):
        rig.clock.advance(1)
        rig.publish("a", value)
    browser.is_paused = False
    outbox.pump()
    assert [["sensors", [], [["dev", "c"]]], ["sensors", [["dev", "c"]], []]] == browser.take()[:2]


def test_paused_browser_keeps_its_place(rig: Rig) -> None:
    """Being paused for a moment is not being slow: nothing is lost, nothing conflated."""
    browser, outbox = rig.join("a")
    browser.take()
    browser.is_paused = True
    for value in range(10):
        rig.clock.advance(1)
        rig.publish("a", value)
    assert [] == browser.take()
    browser.is_paused = False
    outbox.pump()
    assert list(range(10)) == [row[1] for frame in browser.take() for row in frame[2]["dev"]]
    assert (10, 0) == (outbox.readings, outbox.conflated)


def test_browser_that_fell_out_of_the_ring_gets_the_newest(rig: Rig) -> None:
    """One frame with the newest reading of each sensor that changed, and how many were replaced."""
    browser, outbox = rig.join("a", "b")
    browser.take()
    browser.is_paused = True
    rig.publish("b", 5)
    for value in range(3000):
        rig.clock.advance(1)
        rig.publish("a", value)
    browser.is_paused = False
    outbox.pump()
    rows = {"dev": [["b", 5, "nominal"], ["a", 2999, "nominal"]]}
    assert [["readings", [1, 3001], rows, 2999]] == browser.take()
    assert (2, 2999) == (outbox.readings, outbox.conflated)
    rig.clock.advance(1)
    rig.publish("a", 1)
    assert [3002, 3002] == browser.take()[0][1]
    assert (3, 2999) == (outbox.readings, outbox.conflated)


def test_slow_browser_learns_what_came_and_went(rig: Rig) -> None:
    """Announcements are not lost with the frames that the ring has dropped."""
    browser, outbox = rig.join("*", device="*")
    browser.take()
    browser.is_paused = True
    rig.add("new", "x")
    rig.hub.change_sensors("dev", [], ["c"])
    for value in range(3000):
        rig.clock.advance(1)
        rig.publish("a", value)
    browser.is_paused = False
    outbox.pump()
    *announcements, frame = browser.take()
    assert [["sensors", [], [["dev", "c"]]], ["sensors", [["new", "x"]], []]] == announcements
    assert "readings" == frame[0]


def test_announcement_is_not_lost_behind_what_it_flushed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sensor that joins while readings wait to go out, for a browser that falls out of the ring just there."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 2)
    browser, outbox = rig.join("*", device="*")
    browser.take()
    browser.room = 1
    rig.publish("a", 1, flush=False)
    rig.add("new", "x")
    for value in range(2, 9):
        rig.clock.advance(1)
        rig.publish("a", value)
    browser.is_paused, browser.room = False, None
    outbox.pump()
    assert ["new", "x"] in [name for m in browser.take() if m[0] == "sensors" for name in m[1]]


def test_conflated_frames_are_not_larger_than_others(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """They cover the numbers without a gap, end between two of them, and hold each sensor once."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 2)
    monkeypatch.setattr("katgate.hub.telling.MOST_FRAME_BYTES", 100)
    rig.add("dev", *(f"s{n}" for n in range(40)))
    browser, outbox = rig.join("*")
    browser.take()
    browser.is_paused = True
    for n in range(80):
        rig.clock.advance(1)
        rig.publish(f"s{n % 40}", n)
    browser.is_paused = False
    outbox.pump()
    frames = browser.take()
    assert len(frames) > 5
    assert [1] + [f[1][1] + 1 for f in frames[:-1]] == [f[1][0] for f in frames]
    assert 80 == frames[-1][1][1]
    assert list(range(40, 80)) == [row[1] for f in frames for row in f[2]["dev"]]
    assert 40 == sum(f[3] for f in frames)
