"""Hub, streams and outboxes: what a browser is sent, when, and in which order."""

import pytest

from katgate.hub.known import KnownSensor
from katgate.katcp.reading import Reading, SensorDescription, Status
from tests.hub.rig import FakeBrowser, Rig, TupleEncoder


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


def test_device_that_is_forgotten(rig: Rig) -> None:
    """What it reported goes out first; its sensors go, those of others stay; one of its name may come again."""
    rig.add("other", "a")
    browser, _ = rig.join("a", device="*")
    browser.take()
    rig.publish("a", 1, flush=False)
    rig.hub.forget("dev")
    rig.hub.forget("dev")
    assert ["readings", "sensors"] == [message[0] for message in browser.sent]
    assert [["dev", "a"]] == browser.take()[1][2]
    assert (0, 1) == (rig.hub.count("dev"), rig.hub.count("other"))
    rig.add("dev", "a")
    assert [["dev", "a"]] == browser.take()[0][1]
