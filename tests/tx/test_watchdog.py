"""Watchdog: what it does at which second; alone, and over a connection and a mirror."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from katgate.tx.connection import State
from katgate.tx.watchdog import LONGEST_BUSY_S, WATCHDOG_S, Watchdog, unacknowledged_s
from tests.support import V5, V5_WITHOUT_IDS, Wire, outcome
from tests.tx.mirror_rig import A, Rig, list_sensors, synced


class Watched:
    """A connection whose device says what the test says; `told` is what the watchdog did, and when."""

    def __init__(self, watchdog_s: float = 10.0) -> None:
        self.clock = Clock()
        self.clock.advance(1000)
        self.heard_at = 0.0
        self.busy_since: float | None = None
        self.told: list[tuple[float, str]] = []
        self.asked: list[Deferred[Any]] = []
        self.watchdog = Watchdog(self, watchdog_s, self._cut, self.clock)
        self.watchdog.start()

    def send_request(self, name: str, *, timeout: float) -> "Deferred[Any]":
        self._tell(f"?{name}")
        self.asked.append(Deferred())
        return self.asked[-1]

    def _cut(self, why: str) -> None:
        self._tell(why)

    def _tell(self, what: str) -> None:
        self.told.append((self.clock.seconds() - 1000, what))

    def hear(self) -> None:
        self.heard_at = self.clock.seconds()

    def answer(self) -> None:
        self.hear()
        self.asked[-1].callback(None)

    def pass_time(self, seconds: float) -> None:
        """As a reactor does that is not held up."""
        self.clock.pump([0.125] * round(seconds * 8))


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_silent_from_the_beginning(watched: Watched) -> None:
    """Asked once at half the time, cut at the whole, in words; then all is over."""
    watched.pass_time(60)
    assert [
        (5, "?watchdog"),
        (10, "it has said nothing for 10 s, and does not answer ?watchdog; the connection was cut"),
    ] == watched.told
    assert [] == watched.clock.getDelayedCalls()


def test_device_that_talks_is_not_asked(watched: Watched) -> None:
    """And costs one look in half the time, however much it says."""
    looks = 0
    last: object = None
    for _ in range(100):
        watched.pass_time(1)
        watched.hear()
        [timer] = watched.clock.getDelayedCalls()
        looks += timer is not last
        last = timer
    assert [] == watched.told
    assert looks <= 100 / 4


def test_time_runs_from_the_last_word(watched: Watched) -> None:
    """Not from the last look."""
    watched.pass_time(3)
    watched.hear()
    watched.pass_time(60)
    assert [8, 13] == [when for when, _ in watched.told]


def test_quiet_device_that_answers_lives(watched: Watched) -> None:
    """It is asked again each half of the time."""
    for _ in range(4):
        watched.pass_time(5)
        watched.answer()
    watched.pass_time(10)
    assert [5, 10, 15, 20, 25, 30] == [when for when, _ in watched.told]
    assert "the connection was cut" in watched.told[-1][1]


def test_any_word_will_do(watched: Watched) -> None:
    """A device that never answers ?watchdog, and talks, lives; it is asked once only. When it talks no more it has
    been asked, and is cut when its time is over.
    """
    for _ in range(10):
        watched.pass_time(6)
        watched.hear()
    assert [(5, "?watchdog")] == watched.told
    watched.pass_time(20)
    assert [5, 70] == [when for when, _ in watched.told]


def test_busy_device_is_left_in_peace(watched: Watched) -> None:
    """It is asked all the same, so that something is on its way, but only once; and cut after the longest time."""
    watched.busy_since = 1002.0
    watched.pass_time(LONGEST_BUSY_S)
    assert [(5, "?watchdog")] == watched.told
    watched.pass_time(10)
    assert (
        602,
        "it has said nothing for 602 s, and has not answered a request for 600 s; the connection was cut",
    ) == watched.told[1]
    assert [] == watched.clock.getDelayedCalls()


def test_device_that_was_busy_is_watched_as_before(watched: Watched) -> None:
    """Silence after the slow request counts from its reply."""
    watched.busy_since = 1002.0
    watched.pass_time(100)
    watched.answer()
    watched.busy_since = None
    watched.pass_time(20)
    assert [5, 105, 110] == [when for when, _ in watched.told]


def test_own_sleep_is_not_the_device_s_silence(watched: Watched) -> None:
    """A process that was stopped, or whose clock was set, has not read what the device has said."""
    watched.pass_time(6)
    watched.clock.advance(3600)
    watched.pass_time(9.5)
    watched.answer()
    watched.pass_time(4.5)
    assert [(5, "?watchdog")] == watched.told


def test_stopped(watched: Watched) -> None:
    """It does nothing more, whatever it was about to do."""
    watched.pass_time(6)
    watched.watchdog.stop()
    watched.pass_time(60)
    assert [5] == [when for when, _ in watched.told]
    assert [] == watched.clock.getDelayedCalls()
    watched.watchdog.stop()


def test_link_that_is_gone_is_found_in_time_while_the_device_is_busy() -> None:
    """Asking begins at half; the system has the other half, less what Linux does not count, to acknowledge."""
    first_retransmission_s = 0.4
    assert WATCHDOG_S / 2 + first_retransmission_s + unacknowledged_s(WATCHDOG_S) <= WATCHDOG_S


# Over a mirror, that is with everything between.


@pytest.fixture
def rig() -> Rig:
    return Rig(watchdog_s=10)


def pass_time(rig: Rig, seconds: float) -> None:
    rig.clock.pump([0.125] * round(seconds * 8))


def cut_at(rig: Rig, wire: Wire) -> float:
    """Return after how many seconds the connection is cut."""
    began = rig.clock.seconds()
    for _ in range(100_000):
        if wire.is_cut:
            return rig.clock.seconds() - began
        pass_time(rig, 0.125)
    raise AssertionError("it is never cut")


def test_synced_device_that_falls_silent(rig: Rig) -> None:
    """It is asked, is cut, is unreachable and looked for again; back, it is as before."""
    wire = synced(rig)
    rig.take()
    pass_time(rig, 5)
    assert ["?watchdog[4]"] == wire.heard()
    pass_time(rig, 4.5)
    assert "synced" == rig.connection.state
    assert 0.5 == cut_at(rig, wire)
    assert ("sleeping", ["unreachable"]) == (rig.connection.state, rig.take())
    assert str(rig.connection.error).startswith("it has said nothing for 10 s")
    pass_time(rig, 0.5)
    synced(rig)
    assert rig.connection.error is None


ANSWERS = [b"!watchdog[4] ok\n", b"!watchdog[4] fail\n", b"!watchdog[4] invalid what?\n", b"#lo"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_signs_of_life(rig: Rig, answer: bytes) -> None:
    """Any answer, and be it half a line."""
    wire = synced(rig)
    pass_time(rig, 9)
    wire.say(answer)
    assert 10 == cut_at(rig, wire)


@pytest.mark.parametrize("request_name", ["watchdog", "sensor-value"])
def test_request_that_is_never_slow_excuses_nothing(rig: Rig, request_name: str) -> None:
    """Values of sensors that are not sampled are asked for again and again: a device that hangs is found."""
    wire = synced(rig)
    outcome(rig.mirror.send_request(request_name, timeout=1))
    assert 10 == cut_at(rig, wire)


def test_slow_request_may_take_its_time(rig: Rig) -> None:
    """Its asker has long gone; the device is left in peace until it answers, and is watched again then."""
    wire = synced(rig)
    given_up = outcome(rig.mirror.send_request("slew", timeout=1))
    pass_time(rig, 120)
    assert 1 == len(given_up)
    assert ["?slew[4]", "?watchdog[5]"] == wire.heard()
    assert not wire.is_cut
    wire.say(b"!slew[4] ok\n!watchdog[5] ok\n")
    assert 10 == cut_at(rig, wire)


def test_request_that_never_answers_excuses_no_silence_for_ever(rig: Rig) -> None:
    """And those that were written behind it do not either."""
    wire = synced(rig)
    pass_time(rig, 3)
    outcome(rig.mirror.send_request("check-pause", timeout=1))
    pass_time(rig, 400)
    outcome(rig.mirror.send_request("slew", timeout=1))
    assert LONGEST_BUSY_S - 400 == cut_at(rig, wire)
    assert "has not answered a request for 600 s" in str(rig.connection.error)


def test_device_that_never_answers_anything_costs_no_memory(rig: Rig) -> None:
    """Of those that are given up only the newest are remembered, and none that was answered, however late."""
    wire = synced(rig)
    for number in range(2000):
        outcome(rig.mirror.send_request("slew", timeout=1))
        if number % 100 == 0:
            pass_time(rig, 1)
            wire.say(b"#log info 1 x alive\n")
    pass_time(rig, 1)
    remembered = wire.protocol._pending._given_up
    assert 1000 == len(remembered)
    wire.say(*(b"!slew[%d] ok\n" % mid for mid in list(remembered)))
    assert {} == remembered
    assert 10 == cut_at(rig, wire)


def test_request_behind_a_reading_is_still_carried_out(rig: Rig) -> None:
    """A device that has said something since may be about to fall silent over it."""
    wire = synced(rig)
    outcome(rig.mirror.send_request("slew", timeout=1))
    pass_time(rig, 100)
    wire.say(b"#sensor-status 9 1 a nominal 1\n")
    assert LONGEST_BUSY_S - 100 == cut_at(rig, wire)


def test_watchdog_of_a_user_excuses_nothing(rig: Rig) -> None:
    """It is never slow by itself, only behind others."""
    wire = synced(rig)
    pass_time(rig, 1)
    asked = outcome(rig.mirror.send_request("watchdog", timeout=1))
    assert 9 == cut_at(rig, wire)
    assert "RequestTimeout" == type(asked[0]).__name__


def test_watchdog_of_a_user_of_a_device_without_ids(rig: Rig) -> None:
    """Each gets its own reply; and while a user's is unanswered none is asked besides."""
    wire = rig.endpoint.accept()
    wire.say(V5_WITHOUT_IDS, b"!help ok 0\n", b"!sensor-list ok 0\n")
    assert "synced" == rig.connection.state
    wire.heard()
    pass_time(rig, 5)
    first = outcome(rig.mirror.send_request("watchdog"))
    assert ["?watchdog"] == wire.heard()
    wire.say(b"!watchdog fail ours\n")
    assert (["?watchdog"], []) == (wire.heard(), first)
    pass_time(rig, 5)
    assert [] == wire.heard()
    wire.say(b"!watchdog ok theirs\n")
    assert "!watchdog ok theirs" == str(first[0][1])
    assert ["?watchdog"] == wire.heard()


def test_long_sync_of_a_busy_device_is_not_cut(rig: Rig) -> None:
    """Nor is a long list of sensors that comes in slowly."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    pass_time(rig, 29)
    assert State.SYNCING is rig.connection.state
    wire.say(b"!help[1] ok 0\n")
    for number in range(4):
        pass_time(rig, 7)
        wire.say(b"#sensor-list[2] s%d x \\@ integer\n" % number)
    pass_time(rig, 1)
    assert State.SYNCING is rig.connection.state


def test_device_is_not_watched_before_it_speaks(rig: Rig) -> None:
    """The negotiation has a limit of its own; and nothing is left of a watchdog after the end."""
    wire = rig.endpoint.accept()
    pass_time(rig, 0.5)
    wire.say(V5)
    list_sensors(wire, [A])
    rig.connection.stop()
    assert [] == rig.clock.getDelayedCalls()


def test_watchdog_that_is_off() -> None:
    """Silence is no reason then."""
    rig = Rig(watchdog_s=0)
    synced(rig)
    assert [] == rig.clock.getDelayedCalls()
    pass_time(rig, 1000)
    assert "synced" == rig.connection.state


@pytest.mark.parametrize("watchdog_s", [-1.0, float("nan"), float("inf")])
def test_watchdog_that_is_none(watchdog_s: float) -> None:
    """Said at once."""
    with pytest.raises(ValueError, match="cannot be used"):
        Rig(watchdog_s=watchdog_s)
