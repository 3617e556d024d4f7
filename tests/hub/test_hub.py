"""Hub, streams and outboxes: what a browser is sent, when, and in which order."""

from random import Random
from typing import Any

import pytest

from katgate.hub.known import KnownSensor
from katgate.hub.outbox import Outbox
from katgate.katcp.reading import Reading, SensorDescription, Status
from tests.hub.rig import FakeBrowser, Rig, TupleEncoder


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_newcomer_gets_the_present_first(rig: Rig) -> None:
    """A snapshot of every selected sensor, then updates from the number it stands at."""
    rig.publish("b", 1)
    browser, _ = rig.join("a", "b")
    assert [["snapshot", 0, [["dev", "a", None, None], ["dev", "b", 1, "nominal"]]]] == browser.take()
    rig.publish("a", 2)
    rig.publish("c", 3)
    assert [["readings", [1, 1], {"dev": [["a", 2, "nominal"]]}, 0]] == browser.take()


def test_second_browser_of_a_wish_shares_numbers_and_flushes_what_was_collected(rig: Rig) -> None:
    """The joiner's case: nothing between its snapshot and its first frame is lost or sent twice."""
    first, _ = rig.join()
    rig.publish("a", 1)
    first.take()
    rig.publish("a", 2, flush=False)
    second, _ = rig.join()
    assert [["readings", [2, 2], {"dev": [["a", 2, "nominal"]]}, 0]] == first.take()
    [snapshot] = second.take()
    assert ("snapshot", 2, ["dev", "a", 2, "nominal"]) == (*snapshot[:2], snapshot[2][0])
    rig.clock.advance(1)
    rig.publish("b", 9)
    assert first.take() == second.take() == [["readings", [3, 3], {"dev": [["b", 9, "nominal"]]}, 0]]


def test_strategy_is_applied_to_each_wish(rig: Rig) -> None:
    """The same readings, seen through three strategies."""
    event, _ = rig.join("a")
    auto, _ = rig.join("a", strategy="auto")
    coarse, _ = rig.join("a", strategy="differential 5")
    for value in (1, 1, 3, 9):
        rig.publish("a", value, flush=False)
    rig.hub.flush()
    values = [[row[1] for frame in b.take()[1:] for row in frame[2]["dev"]] for b in (event, auto, coarse)]
    assert [[1, 3, 9], [1, 1, 3, 9], [1, 9]] == values


def test_newcomer_to_a_differential_wish_sees_what_was_reported(rig: Rig) -> None:
    """Else its next difference would be taken from a value it never saw."""
    rig.join("a", strategy="differential 5")
    rig.publish("a", 1)
    rig.publish("a", 4)
    late, _ = rig.join("a", strategy="differential 5")
    assert [["dev", "a", 1, "nominal"]] == late.take()[0][2]


def test_timed_strategy_sends_at_its_time(rig: Rig) -> None:
    """A period needs no reading to send, and leaves no timer behind when the browser goes."""
    rig.publish("a", 1)
    browser, outbox = rig.join("a", strategy="period 1")
    browser.take()
    rig.clock.advance(1)
    rig.clock.advance(0.5)
    rig.publish("a", 2)
    assert 1 == len(browser.take())
    rig.clock.advance(0.5)
    assert [["readings", [2, 2], {"dev": [["a", 2, "nominal"]]}, 0]] == browser.take()
    rig.leave("a", outbox=outbox, strategy="period 1")
    rig.clock.advance(1)
    assert [] == rig.clock.getDelayedCalls()


def test_flush_at_once_when_idle_then_at_most_every_interval(rig: Rig) -> None:
    """The first update is not delayed; a flood goes out in few frames."""
    browser, _ = rig.join("a")
    browser.take()
    rig.clock.advance(1)
    rig.publish("a", 1)
    assert 1 == len(browser.take())
    for value in range(2, 10):
        rig.publish("a", value)
    assert [] == browser.take()
    rig.clock.advance(0.02)
    [frame] = browser.take()
    assert list(range(2, 10)) == [row[1] for row in frame[2]["dev"]]


@pytest.mark.parametrize(("takes_s", "waits_s"), [(0.012, 0.012), (0.03, 0.02), (5, 0.02)])
def test_after_a_long_flush_there_is_time_for_devices(rig: Rig, takes_s: float, waits_s: float) -> None:
    """As long as it took (very many wishes), but not for ever: what is collected meanwhile must not grow."""
    browser, _ = rig.join("a")
    browser.take()

    class Slow(FakeBrowser):
        def send(self, payload: bytes) -> None:
            rig.clock.rightNow += takes_s

    stream = rig.stream("a")
    stream.join(Slow())
    rig.publish("a", 1)
    rig.publish("a", 2)
    rig.clock.advance(waits_s - 0.001)
    assert 1 == len(browser.take())
    rig.clock.advance(0.002)
    assert [[2, 2]] == [frame[1] for frame in browser.take()]


def test_many_flushes_one_after_the_other(rig: Rig) -> None:
    """A stream that was flushed once is flushed again."""
    browser, _ = rig.join("a")
    browser.take()
    for value in range(5):
        rig.clock.advance(1)
        rig.publish("a", value)
    assert [[n, n] for n in range(1, 6)] == [frame[1] for frame in browser.take()]


def test_sensors_that_come_and_go(rig: Rig) -> None:
    """The selection is alive: announced before the first reading, and its end after the last."""
    browser, _ = rig.join("*", device="*")
    browser.take()
    rig.add("new", "x")
    rig.hub.publish("new", "x", Reading(0, Status.NOMINAL, 1))
    rig.hub.change_sensors("new", [], ["x"])
    assert [
        ["sensors", [["new", "x"]], []],
        ["readings", [1, 1], {"new": [["x", 1, "nominal"]]}, 0],
        ["sensors", [], [["new", "x"]]],
    ] == browser.take()


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


def test_defect_in_one_reading_loses_that_one_only(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others of the flush are told, and the next of the sensor too."""
    browser, _ = rig.join("*")
    browser.take()
    row = TupleEncoder.row

    def broken(encoder: TupleEncoder, known: KnownSensor, reading: Reading) -> bytes:
        if reading.value == 13:
            raise ValueError(reading)
        return row(encoder, known, reading)

    monkeypatch.setattr(TupleEncoder, "row", broken)
    for name, value in (("a", 1), ("b", 13), ("c", 2)):
        rig.publish(name, value, flush=False)
    rig.hub.flush()
    rig.clock.advance(1)
    rig.publish("b", 14)
    assert [["a", 1], ["c", 2], ["b", 14]] == [row[:2] for frame in browser.take() for row in frame[2]["dev"]]


def test_replaced_sensor_forgets_its_reading(rig: Rig) -> None:
    """A sensor of the same name and another type is another sensor."""
    rig.publish("a", 1)
    browser, _ = rig.join("a")
    browser.take()
    rig.hub.change_sensors("dev", [SensorDescription("a", "", "", "string")], ["a"])
    assert [["sensors", [], [["dev", "a"]]], ["sensors", [["dev", "a"]], []]] == browser.take()
    known = rig.hub.find("dev", "a")
    assert known is not None
    assert known.reading is None


def test_device_that_goes_away_is_told_at_once_whatever_the_strategy(rig: Rig) -> None:
    """Value and time stay, the status says that they are old; the return is told at once too."""
    rig.publish("a", 7)
    browser, _ = rig.join("a", "b", strategy="event-rate 100 1000")
    browser.take()
    rig.hub.unreachable("dev")
    assert [["readings", [1, 1], {"dev": [["a", 7, "unreachable"]]}, 0]] == browser.take()
    rig.hub.unreachable("dev")
    assert [] == browser.take()
    rig.clock.advance(1)
    rig.publish("a", 7)
    assert [["readings", [2, 2], {"dev": [["a", 7, "nominal"]]}, 0]] == browser.take()


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
    rig.clock.advance(1)
    rig.publish("a", 1)
    assert [3002, 3002] == browser.take()[0][1]


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


def test_one_stream_that_fails_does_not_stop_another(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers of one wish must not suffer from a defect that another wish meets."""
    sick, _ = rig.join("a", strategy="auto")
    well, _ = rig.join("*")
    sick.take()
    well.take()
    monkeypatch.setattr(rig.stream("a", strategy="auto"), "flush", lambda: 1 / 0)
    for value in range(3):
        rig.clock.advance(1)
        rig.publish("a", value)
    assert 3 == len(well.take())


def test_ended_stream_leaves_nothing_behind(rig: Rig) -> None:
    """Subscribing and unsubscribing all day must not make the process grow."""
    before = rig.hub.find("dev", "a")
    assert before is not None
    for _ in range(100):
        _, outbox = rig.join("a", strategy="period 1")
        rig.leave("a", outbox=outbox, strategy="period 1")
    assert [] == before.taps
    assert {} == rig.hub._streams


def test_deadlines_far_ahead_are_not_kept_for_browsers_that_are_gone(rig: Rig) -> None:
    """A longest interval of years must not keep every subscription of the day in memory."""
    rig.publish("a", 1)
    for _ in range(3000):
        _, outbox = rig.join("a", strategy="event-rate 1 1e8")
        rig.leave("a", outbox=outbox, strategy="event-rate 1 1e8")
    assert len(rig.hub._deadlines._heap) <= 1000


def test_deadlines_of_streams_that_ended_are_not_kept(rig: Rig) -> None:
    """However far they lie ahead: with them all that the streams had would be kept."""
    rig.add("dev", *(f"s{n}" for n in range(300)))
    for n in range(300):
        rig.publish(f"s{n}", 1, flush=False)
    outboxes = {f"event-rate {n} 1e8": rig.join("s*", strategy=f"event-rate {n} 1e8")[1] for n in range(20)}
    assert 6000 == len(rig.hub._deadlines._heap)
    for strategy, outbox in outboxes.items():
        rig.leave("s*", outbox=outbox, strategy=strategy)
    assert [] == rig.hub._deadlines._heap
    assert [] == rig.clock.getDelayedCalls()


def test_deadlines_that_move_are_not_kept(rig: Rig) -> None:
    """Each report sets a deadline far ahead; those before it are of no use."""
    rig.join("a", strategy="event-rate 0.1 86400")
    for value in range(5000):
        rig.clock.advance(0.05)
        rig.publish("a", value)
    assert len(rig.hub._deadlines._heap) <= 1000


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
