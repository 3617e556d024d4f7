"""Browsers that lose their connection and come back: to where they were, or to a fresh snapshot."""

from random import Random
from typing import Any

import pytest

from katgate.hub.outbox import Outbox
from tests.hub.rig import FakeBrowser, Rig


def test_browser_that_returns_after_an_announcement(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once that is gone from the ring nobody knows whether the browser has had it: it begins anew."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 2)
    browser, outbox = rig.join("*")
    rig.publish("a", 1)
    rig.leave("*", outbox=outbox, may_return=True)
    rig.hub.change_sensors("dev", [], ["c"])
    for value in (2, 3):
        rig.clock.advance(1)
        rig.publish("a", value)
    assert rig.come_back("*", browser=browser, seq=2) is not None
    assert rig.come_back("*", browser=browser, seq=1) is None


def test_browser_that_returns_and_is_slow_learns_what_was_removed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removed while nobody was there; the ring has moved on before it has read that."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 2)
    browser, outbox = rig.join("*")
    rig.publish("a", 1)
    rig.leave("*", outbox=outbox, may_return=True)
    rig.hub.change_sensors("dev", [], ["c"])
    browser.take()
    browser.is_paused = True
    back = rig.come_back("*", browser=browser, seq=1)
    assert back is not None
    for value in range(2, 6):
        rig.clock.advance(1)
        rig.publish("a", value)
    browser.is_paused = False
    back.pump()
    assert ["sensors", [], [["dev", "c"]]] in browser.take()


def test_browser_that_returns_gets_what_came_meanwhile(rig: Rig) -> None:
    """Every reading once, in order, also those that came while it was the only one and away."""
    browser, outbox = rig.join("a")
    rig.publish("a", 1)
    assert [1, 1] == browser.take()[-1][1]
    rig.leave("a", outbox=outbox, may_return=True)
    for value in (2, 3):
        rig.clock.advance(1)
        rig.publish("a", value)
    assert rig.come_back("a", browser=browser, seq=1) is not None
    rig.clock.advance(1)
    rig.publish("a", 4)
    assert [[2, 2], [3, 3], [4, 4]] == [frame[1] for frame in browser.take()]


@pytest.mark.parametrize("seq", [-1, 2, 99])
def test_browser_that_returns_with_a_number_that_never_was(rig: Rig, seq: int) -> None:
    """It begins anew."""
    browser, _ = rig.join("a")
    rig.publish("a", 1)
    assert rig.come_back("a", browser=browser, seq=seq) is None


def test_browser_that_returns_before_anything_came(rig: Rig) -> None:
    """Nothing is what it has missed; what comes then is the first."""
    browser, outbox = rig.join("a")
    rig.leave("a", outbox=outbox, may_return=True)
    browser.take()
    assert rig.come_back("a", browser=browser, seq=0) is not None
    rig.publish("a", 1)
    assert [[1, 1]] == [frame[1] for frame in browser.take()]


@pytest.mark.parametrize(("seq", "shown"), [(1, None), (2, [3, 4, 5, 6]), (5, [6]), (6, [])])
def test_browser_that_returns_when_the_ring_has_moved_on(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, seq: int, shown: list[int] | None
) -> None:
    """It gets all that came after, or begins anew: never a part."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 4)
    browser, outbox = rig.join("a")
    browser.take()
    rig.leave("a", outbox=outbox, may_return=True)
    for value in range(1, 7):
        rig.clock.advance(1)
        rig.publish("a", value)
    assert (shown is None) is (rig.come_back("a", browser=browser, seq=seq) is None)
    assert (shown or []) == [frame[1][1] for frame in browser.take()]


@pytest.mark.parametrize("is_over", [True, False])
def test_numbers_of_an_old_stream_mean_nothing_in_a_new_one(rig: Rig, is_over: bool) -> None:
    """A browser that returns after its minute begins anew, also if the wish has been wished again meanwhile."""
    _, outbox = rig.join("a")
    for value in range(3):
        rig.clock.advance(1)
        rig.publish("a", value)
    rig.leave("a", outbox=outbox, may_return=is_over)
    rig.clock.advance(60)
    assert {} == rig.hub._streams
    fresh, _ = rig.join("a")
    assert 4 == fresh.take()[0][1]
    for seq in range(4):
        assert rig.stream("a").place_after(seq) is None


@pytest.mark.parametrize(("most", "most_sensors", "kept"), [(16, 1000, 16), (1000, 20, 6)])
def test_streams_that_are_kept_are_bounded(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, most: int, most_sensors: int, kept: int
) -> None:
    """A browser that comes and goes with ever new wishes fills nothing: few streams, of few sensors in all."""
    monkeypatch.setattr("katgate.hub.kept._MOST", most)
    monkeypatch.setattr("katgate.hub.kept._MOST_SENSORS", most_sensors)
    for number in range(40):
        names = ["a", "b", "c", f"x{number}"]
        _, outbox = rig.join(*names)
        rig.leave(*names, outbox=outbox, may_return=True)
    assert kept == len(rig.hub._streams) == len(rig.hub._kept)
    rig.hub.stop()
    assert [] == rig.clock.getDelayedCalls()


@pytest.mark.parametrize("seed", range(30))
def test_random_walk_of_browsers_that_pause_and_return(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens, a browser can tell what it holds: no gap, no repetition, and the present at the end."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 8)
    random = Random(seed)
    rig = Rig()
    names = ["a", "b", "c"]
    walkers: list[tuple[FakeBrowser, Outbox]] = []
    away: list[FakeBrowser] = []
    value = 0
    for _ in range(1500):
        step = random.random()
        if step < 0.01 and len(walkers) < 5:
            walkers.append(rig.join(*names))
        elif step < 0.05 and walkers:
            browser, outbox = random.choice(walkers)
            browser.is_paused = not browser.is_paused
            browser.room = random.choice([None, 1, 3])
            if not browser.is_paused:
                outbox.pump()
        elif step < 0.06:
            rig.clock.advance(random.choice([0.01, 0.5]))
        elif step < 0.065 and walkers:
            # A connection is lost, and the browser is back sooner or later.
            browser, outbox = walkers.pop(random.randrange(len(walkers)))
            rig.leave(*names, outbox=outbox, may_return=True)
            away.append(browser)
        elif step < 0.07 and away:
            browser = away.pop(0)
            browser.is_paused, browser.room = False, None
            again = rig.come_back(*names, browser=browser, seq=last_seq(browser.sent))
            if again is None:
                stream = rig.stream(*names)
                again = stream.join(browser)
                again.start(stream.snapshot(told=len(stream.sensors)))
            walkers.append((browser, again))
        elif step < 0.08:
            # A burst longer than the ring: those that are paused now fall out of it.
            for _ in range(20):
                value += 1
                rig.clock.advance(0.1)
                rig.publish(random.choice(names), value)
        else:
            value += 1
            rig.publish(random.choice(names), value)
    rig.hub.flush()
    present = {
        name: known.reading.value for name in names if (known := rig.hub.find("dev", name)) and known.reading
    }
    for browser, outbox in walkers:
        browser.is_paused, browser.room = False, None
        outbox.pump()
        check_whole(browser.sent, present)


def last_seq(sent: list[Any]) -> int:
    """Return the number a browser stands at, as it knows it."""
    kind, *rest = sent[-1]
    return int(rest[0] if kind == "snapshot" else rest[0][1])


def check_whole(sent: list[Any], present: dict[str, Any]) -> None:
    """Replay what a browser was sent as a browser would."""
    held: dict[str, Any] = {}
    seq: int | None = None
    for kind, *rest in sent:
        if kind == "snapshot":
            seq = rest[0]
            held = {name: value for _, name, value, _ in rest[1]}
            continue
        (first, last), rows, conflated = rest
        assert seq is not None
        assert seq + 1 == first
        assert conflated or first == last
        seq = last
        values = [row[1] for row in rows["dev"]]
        assert values == sorted(set(values))
        assert min(values) > max((v for v in held.values() if v is not None), default=0) or conflated
        held.update((row[0], row[1]) for row in rows["dev"])
    assert present == {name: value for name, value in held.items() if value is not None}
