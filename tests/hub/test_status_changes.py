"""Wishes that are told of statuses: all sensors at first, then those whose status is another."""

from random import Random
from typing import Any

import pytest

from katgate.hub.outbox import Outbox
from katgate.katcp.reading import SensorDescription, Status
from tests.hub.rig import FakeBrowser, Rig

NOMINAL, WARN, ERROR, UNREACHABLE = Status.NOMINAL, Status.WARN, Status.ERROR, Status.UNREACHABLE


def rows(browser: FakeBrowser) -> list[Any]:
    """Return the rows of the frames of readings that a browser was sent since the last call."""
    return [row for m in browser.take() if m[0] == "readings" for row in m[2]["dev"]]


def test_update_comes_with_another_status_only(rig: Rig) -> None:
    """Whatever the values do; a change of status has the value of its moment."""
    rig.publish("a", 1)
    browser, _ = rig.join("*", strategy="status")
    assert [
        ["snapshot", 0, [["dev", "a", 1, "nominal"], ["dev", "b", None, None], ["dev", "c", None, None]]]
    ] == (browser.take())
    seen = []
    for value, status in enumerate([NOMINAL, WARN, WARN, ERROR, ERROR, WARN, NOMINAL, NOMINAL]):
        rig.clock.advance(1)
        rig.publish("a", value, status)
        seen += rows(browser)
    assert [["a", 1, "warn"], ["a", 3, "error"], ["a", 5, "warn"], ["a", 6, "nominal"]] == seen


def test_first_reading_is_told(rig: Rig) -> None:
    """Also one of unknown status: it has a value, of which nothing was said."""
    browser, _ = rig.join("*", strategy="status")
    rig.publish("b", 5, Status.UNKNOWN)
    rig.publish("b", 6, Status.UNKNOWN)
    assert [["b", 5, "unknown"]] == rows(browser)


def test_joiner_sees_the_present_and_shares_what_comes(rig: Rig) -> None:
    """The snapshot has values that were never told; from then on both have the same frames."""
    first, _ = rig.join("*", strategy="status")
    for value in range(4):
        rig.clock.advance(1)
        rig.publish("a", value)
    second, _ = rig.join("*", strategy="status")
    assert ["dev", "a", 3, "nominal"] == second.take()[0][2][0]
    first.take()
    rig.clock.advance(1)
    rig.publish("a", 9, WARN)
    told = first.take()
    assert [["readings", [2, 2], {"dev": [["a", 9, "warn"]]}, 0]] == told
    assert told == second.take()
    assert 1 == len(rig.hub._streams)


def test_device_that_goes_and_returns(rig: Rig) -> None:
    """Each sensor once: unreachable, then as it is. One that is unreachable behind it, too, is no news."""
    rig.publish("a", 1)
    rig.publish("b", 2, WARN)
    rig.publish("c", 3, UNREACHABLE)
    browser, _ = rig.join("*", strategy="status")
    browser.take()
    rig.hub.unreachable("dev")
    rig.hub.unreachable("dev")
    assert [["a", 1, "unreachable"], ["b", 2, "unreachable"]] == rows(browser)
    rig.clock.advance(1)
    for name, value, status in (("a", 1, NOMINAL), ("b", 4, UNREACHABLE), ("c", 3, UNREACHABLE)):
        rig.publish(name, value, status)
    rig.clock.advance(1)
    assert [["a", 1, "nominal"]] == rows(browser)


def test_changes_between_two_flushes_are_all_told(rig: Rig) -> None:
    """A short alarm is an alarm."""
    rig.publish("a", 0)
    browser, _ = rig.join("a", strategy="status")
    browser.take()
    for value, status in enumerate([ERROR, NOMINAL, NOMINAL]):
        rig.publish("a", value, status, flush=False)
    rig.hub.flush()
    assert [["a", 0, "error"], ["a", 1, "nominal"]] == rows(browser)


def test_sensors_come_and_go(rig: Rig) -> None:
    """A selection is alive, as with any strategy; one that is replaced begins anew."""
    rig.publish("a", 1)
    browser, _ = rig.join("*", strategy="status")
    browser.take()
    rig.hub.change_sensors("dev", [SensorDescription("a", "", "", "integer")], ["a"])
    rig.publish("a", 2)
    came = [["sensors", [], [["dev", "a"]]], ["sensors", [["dev", "a"]], []]]
    assert [*came, ["readings", [1, 1], {"dev": [["a", 2, "nominal"]]}, 0]] == browser.take()


def test_it_is_no_demand_and_leaves_nothing_behind(rig: Rig) -> None:
    """A sensor on demand is not sampled for it, but for who wants its readings."""
    watcher, outbox = rig.join("*", strategy="status")
    known = rig.hub.find("dev", "a")
    assert known is not None
    assert not rig.hub.is_wanted("dev", "a")
    _, reader = rig.join("a")
    assert rig.hub.is_wanted("dev", "a")
    rig.leave("a", outbox=reader)
    assert not rig.hub.is_wanted("dev", "a")
    rig.publish("a", 1)
    assert [["a", 1, "nominal"]] == rows(watcher)
    rig.leave("*", outbox=outbox, strategy="status")
    assert ([], [], {}) == (known.taps, known.status_taps, rig.hub._streams)


@pytest.mark.parametrize("seed", range(20))
def test_random_walk(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers that pause, are cut and return hold each sensor's present status, and no row repeats one that they
    hold, but for those that fell behind.
    """
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 8)
    random = Random(seed)
    rig = Rig()
    walkers: list[tuple[FakeBrowser, Outbox]] = []
    for _ in range(1500):
        step = random.random()
        if step < 0.01 and len(walkers) < 5:
            walkers.append(rig.join("*", strategy="status"))
        elif step < 0.05 and walkers:
            browser, outbox = random.choice(walkers)
            browser.is_paused, browser.room = not browser.is_paused, random.choice([None, 1, 3])
            if not browser.is_paused:
                outbox.pump()
        elif step < 0.07:
            rig.clock.advance(random.choice([0.01, 0.5]))
        elif step < 0.08 and walkers:
            browser, outbox = walkers.pop(random.randrange(len(walkers)))
            rig.leave("*", outbox=outbox, strategy="status", may_return=True)
            browser.is_paused, browser.room = False, None
            seq = held(browser)[1]
            back = None
            if seq is not None:
                back = rig.come_back("*", browser=browser, seq=seq, strategy="status")
            if back is not None:
                walkers.append((browser, back))
        elif step < 0.1:
            rig.hub.unreachable("dev")
        else:
            status = random.choice([NOMINAL] * 8 + list(Status))
            rig.publish(random.choice("abc"), random.randrange(99), status, flush=random.random() < 0.7)
    rig.hub.flush()
    present = {known.name: known.status.value for known in rig.hub.sensors_of("dev")}
    assert walkers
    for browser, outbox in walkers:
        browser.is_paused, browser.room = False, None
        outbox.pump()
        assert present == held(browser)[0]


def held(browser: FakeBrowser) -> tuple[dict[str, str], int | None]:
    """Replay what a browser was sent: return each sensor's status, and the number it stands at."""
    statuses: dict[str, str | None] = {}
    seq: int | None = None
    for kind, *rest in browser.sent:
        if kind == "snapshot":
            seq = rest[0]
            statuses = {name: status for _, name, _, status in rest[1]}
        else:
            assert kind == "readings"
            (first, last), frame, conflated = rest
            assert seq is not None
            assert seq + 1 == first
            seq = last
            for name, _, status in frame["dev"]:
                assert status != statuses[name] or conflated
                statuses[name] = status
    return {name: status or "unknown" for name, status in statuses.items()}, seq
