"""Snapshots and conflated frames in pages, for browsers that take them while readings go on."""

from random import Random
from typing import Any

import pytest

from katgate.katcp.reading import SensorDescription
from tests.hub.rig import FakeBrowser, Rig

NAMES = [f"s{n:02}" for n in range(40)]


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A device of 40 sensors more, of which ten make a page."""
    monkeypatch.setattr("katgate.hub.telling._PAGE_BYTES", 200)
    monkeypatch.setattr("katgate.hub.telling.MOST_FRAME_BYTES", 200)
    rig = Rig()
    rig.hub.change_sensors("dev", [], ["a", "b", "c"])
    rig.add("dev", *NAMES)
    return rig


def rows_of(pages: list[Any]) -> dict[str, Any]:
    """Return what a snapshot says; each sensor once."""
    rows = [(name, value) for _, _, page in pages for _, name, value, _ in page]
    assert len(rows) == len(dict(rows))
    return dict(rows)


def slow_joiner(rig: Rig, room: int = 1, strategy: str = "event") -> tuple[FakeBrowser, Any]:
    """Let a browser join that takes so many messages and is paused then."""
    browser = FakeBrowser()
    browser.room = room
    stream = rig.stream(*NAMES, strategy=strategy)
    outbox = stream.join(browser)
    outbox.start(stream.snapshot(told=len(NAMES)))
    return browser, outbox


def take_all(browser: FakeBrowser, outbox: Any) -> list[Any]:
    """Let it take everything, one message at a time."""
    while True:
        browser.is_paused, browser.room = False, 1
        before = len(browser.sent)
        outbox.pump()
        if len(browser.sent) == before:
            return browser.take()


def test_pages_of_a_snapshot_show_one_moment(rig: Rig) -> None:
    """Readings that come while it is taken are told after it: each of them, once."""
    for n, name in enumerate(NAMES):
        rig.publish(name, n)
    browser, outbox = slow_joiner(rig)
    for value in (100, 200):
        rig.clock.advance(1)
        for name in NAMES[::3]:
            rig.publish(name, value, flush=False)
        rig.hub.flush()
    sent = take_all(browser, outbox)
    pages = [m for m in sent if m[0] == "snapshot"]
    assert len(pages) > 3
    assert [None] * (len(pages) - 1) + [0] == [seq for _, seq, _ in pages]
    assert {name: n for n, name in enumerate(NAMES)} == rows_of(pages)
    frames = [m for m in sent[len(pages) :] if m[0] == "readings"]
    assert [100] * 14 + [200] * 14 == [row[1] for frame in frames for row in frame[2]["dev"]]
    assert frames[0][1][0] == 1
    assert 0 == browser.times_behind


def test_reading_that_waits_for_the_flush_is_not_told_twice(rig: Rig) -> None:
    """A page that is made between a reading and its flush shows what was told before."""
    for name in NAMES:
        rig.publish(name, 1)
    browser, outbox = slow_joiner(rig)
    rig.clock.advance(1)
    rig.publish(NAMES[-1], 2, flush=False)
    sent = take_all(browser, outbox)
    assert 1 == rows_of(sent)[NAMES[-1]]
    rig.hub.flush()
    browser.is_paused = False
    outbox.pump()
    assert [["readings", [1, 1], {"dev": [[NAMES[-1], 2, "nominal"]]}, 0]] == browser.take()


def test_newest_reading_is_in_a_snapshot_though_the_strategy_has_not_told_it(rig: Rig) -> None:
    """Only a differential strategy moves from what was last told."""
    browser, outbox = slow_joiner(rig, strategy="event-rate 10 100")
    rig.publish(NAMES[-1], 1)
    rig.publish(NAMES[-1], 2)
    sent = take_all(browser, outbox)
    assert None is rows_of([m for m in sent if m[0] == "snapshot"])[NAMES[-1]]
    late, outbox = slow_joiner(rig, strategy="event-rate 10 100")
    assert 2 == rows_of(take_all(late, outbox))[NAMES[-1]]


def test_sensors_that_go_while_a_snapshot_is_taken(rig: Rig) -> None:
    """It shows them as they were, then they go."""
    for name in NAMES:
        rig.publish(name, 1)
    browser, outbox = slow_joiner(rig)
    rig.hub.change_sensors("dev", [SensorDescription("s40", "", "", "integer")], NAMES[20:])
    sent = take_all(browser, outbox)
    assert set(NAMES) == set(rows_of([m for m in sent if m[0] == "snapshot"]))
    assert ["sensors", [], [["dev", name] for name in NAMES[20:]]] == sent[-1]


def test_snapshot_that_takes_too_long_is_made_good(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last pages show the present, and a conflated frame tells of all that changed: nothing goes back in time."""
    monkeypatch.setattr("katgate.hub.past._PART", 4 * 1024 * 1024 // (5 * 300))
    for name in NAMES:
        rig.publish(name, 1)
    browser, outbox = slow_joiner(rig)
    for value in range(2, 9):
        rig.clock.advance(1)
        for name in NAMES[5:]:
            rig.publish(name, value, flush=False)
        rig.hub.flush()
    sent = take_all(browser, outbox)
    assert set(NAMES) == set(rows_of([m for m in sent if m[0] == "snapshot"]))
    held: dict[str, int] = {}
    for name, value in [
        *((row[1], row[2]) for m in sent if m[0] == "snapshot" for row in m[2]),
        *((row[0], row[1]) for m in sent if m[0] == "readings" for row in m[2]["dev"]),
    ]:
        assert value >= held.get(name, 0)
        held[name] = value
    assert {1, 8} == set(held.values())
    assert 1 == browser.times_behind
    assert [1, 8] == sorted({value for name, value in held.items()})


def test_lost_snapshot_of_a_timed_strategy(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows what was told, not what is yet to be told: nothing goes back in time."""
    monkeypatch.setattr("katgate.hub.past._PART", 4 * 1024 * 1024 // 900)
    for name in NAMES:
        rig.publish(name, 1)
    browser, outbox = slow_joiner(rig, strategy="event-rate 10 100")
    rig.clock.advance(10)
    for name in NAMES:
        rig.publish(name, 2, flush=False)
    rig.hub.flush()
    rig.clock.advance(1)
    for name in NAMES:
        rig.publish(name, 3)
    sent = take_all(browser, outbox)
    snapshot = rows_of([m for m in sent if m[0] == "snapshot"])
    assert {1, 2} == set(snapshot.values())
    told = {row[0]: row[1] for m in sent if m[0] == "readings" for row in m[2]["dev"]}
    assert all(told[name] >= value for name, value in snapshot.items() if name in told)


def test_past_is_bounded_by_what_it_weighs(rig: Rig) -> None:
    """A few long texts are as much as many numbers."""
    for name in NAMES:
        rig.publish(name, "x" * 300_000)
    slow_joiner(rig)
    for name in NAMES:
        rig.publish(name, "y", flush=False)
    rig.hub.flush()
    assert 3 == len(rig.stream(*NAMES)._past._order)


def test_nothing_of_the_past_is_kept_for_browsers_that_are_gone(rig: Rig) -> None:
    """Whether they took all of a snapshot, or none."""
    for name in NAMES:
        rig.publish(name, 1)
    stays, its = slow_joiner(rig)
    _, outbox = slow_joiner(rig)
    stream = rig.stream(*NAMES)
    rig.clock.advance(1)
    rig.publish(NAMES[-1], 2)
    stream.leave(outbox)
    assert stream._past.is_needed
    take_all(stays, its)
    assert not stream._past.is_needed
    assert not stream._past._kept


@pytest.mark.parametrize("seed", range(20))
def test_random_walk_of_joiners(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a plain reference: whoever is sent all pages and frames holds each value that was told, in order."""
    monkeypatch.setattr("katgate.hub.telling._PAGE_BYTES", 60)
    monkeypatch.setattr("katgate.hub.telling.MOST_FRAME_BYTES", 100)
    monkeypatch.setattr("katgate.hub.past._PART", 4 * 1024 * 1024 // (12 * 300))
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 12)
    random = Random(seed)
    rig = Rig()
    names = ["a", "b", "c", *NAMES[:12]]
    rig.add("dev", *NAMES[:12])
    walkers: list[tuple[FakeBrowser, Any]] = []
    value = 0
    for _ in range(1200):
        step = random.random()
        if step < 0.02 and len(walkers) < 6:
            browser = FakeBrowser()
            browser.room = random.choice([1, 2, 5])
            stream = rig.stream(*names)
            outbox = stream.join(browser)
            outbox.start(stream.snapshot(told=random.choice([0, 5, len(names)])))
            walkers.append((browser, outbox))
        elif step < 0.03 and walkers:
            _, outbox = walkers.pop(random.randrange(len(walkers)))
            rig.leave(*names, outbox=outbox)
        elif step < 0.3 and walkers:
            browser, outbox = random.choice(walkers)
            browser.is_paused, browser.room = False, random.choice([1, 1, 3])
            outbox.pump()
        elif step < 0.4:
            rig.clock.advance(random.choice([0.01, 0.1]))
        else:
            value += 1
            rig.publish(random.choice(names), value, flush=random.random() < 0.7)
    rig.hub.flush()
    for browser, outbox in walkers:
        browser.sent = take_all(browser, outbox)
        check(browser, {n: k.reading.value for n in names if (k := rig.hub.find("dev", n)) and k.reading})


def check(browser: FakeBrowser, present: dict[str, Any]) -> None:
    """Replay what a browser was sent: numbers without a gap, values that only grow, the present at the end."""
    held: dict[str, Any] = {}
    seq: int | None = None
    is_whole = False
    for kind, *rest in browser.sent:
        if kind == "snapshot":
            assert not is_whole
            seq, is_whole = rest[0], rest[0] is not None
            rows = [(name, value) for _, name, value, _ in rest[1]]
            assert not {name for name, _ in rows} & set(held)
        elif kind == "readings":
            (first, last), frame, conflated = rest
            assert is_whole
            assert seq is not None
            assert seq + 1 == first
            assert conflated or first == last or browser.times_behind
            seq = last
            rows = [(row[0], row[1]) for row in frame.get("dev", [])]
        else:
            continue
        for name, value in rows:
            before = held.get(name)
            assert before is None or value > before or (browser.times_behind and value == before)
            held[name] = value
    assert present == {name: value for name, value in held.items() if value is not None}
