"""Levels, counters and faults, and the status that follows from a value."""

import math
from itertools import pairwise
from random import Random
from statistics import fmean, pstdev

import pytest

from katgate.demo.levels import Counter, Fault, Level, health, status_of
from katgate.katcp import Sensor, SensorDescription, Status, worst_status
from katgate.katcp.values import Value

FOUR = SensorDescription("wind", "", "", Sensor.FLOAT, (0.0, 10.0, -1.0, 15.0))
TWO = SensorDescription("azimuth", "", "", Sensor.INTEGER, (0, 10))
NONE = SensorDescription("count", "", "", Sensor.INTEGER)
WORD = SensorDescription("device-status", "", "", Sensor.DISCRETE, ("ok", "degraded", "fail"))
LRU = SensorDescription("drive-lru", "", "", Sensor.LRU)

STATUSES: list[tuple[SensorDescription, Value, Status]] = [
    (FOUR, 0.0, Status.NOMINAL),
    (FOUR, 10.0, Status.NOMINAL),
    (FOUR, 10.1, Status.WARN),
    (FOUR, -1.0, Status.WARN),
    (FOUR, 15.1, Status.ERROR),
    (FOUR, math.nan, Status.ERROR),
    (TWO, 10, Status.NOMINAL),
    (TWO, 11, Status.WARN),
    (TWO, math.nan, Status.ERROR),
    (NONE, 10**9, Status.NOMINAL),
    (WORD, "ok", Status.NOMINAL),
    (WORD, "degraded", Status.WARN),
    (WORD, "fail", Status.ERROR),
    (LRU, "nominal", Status.NOMINAL),
    (LRU, "error", Status.ERROR),
]


@pytest.mark.parametrize(("about", "value", "expected"), STATUSES)
def test_status_follows_from_the_value(about: SensorDescription, value: Value, expected: Status) -> None:
    """Limits decide for numbers, words for the rest."""
    assert expected is status_of(about, value)


def test_own_alarms_of_a_boolean() -> None:
    """Which truth is bad, only the sensor knows."""
    about = SensorDescription("pps-locked", "", "", Sensor.BOOLEAN)
    assert Status.ERROR is status_of(about, False, {False: Status.ERROR})
    assert Status.NOMINAL is status_of(about, True, {False: Status.ERROR})


HEALTHS = [
    ([], Status.NOMINAL, "ok"),
    ([Status.INACTIVE, Status.UNKNOWN], Status.NOMINAL, "ok"),
    ([Status.NOMINAL, Status.WARN, Status.INACTIVE], Status.WARN, "degraded"),
    ([Status.ERROR, Status.WARN], Status.ERROR, "fail"),
    ([Status.ERROR, Status.FAILURE], Status.FAILURE, "fail"),
]


@pytest.mark.parametrize(("statuses", "expected", "word"), HEALTHS)
def test_health_is_that_of_the_worst(statuses: list[Status], expected: Status, word: str) -> None:
    """A sensor that is not in use makes nobody ill."""
    assert (expected, word) == (worst_status(statuses), health(statuses))


@pytest.mark.parametrize("dt", [0.1, 20.0, 1e6])
def test_level_keeps_its_centre_and_spread(dt: float) -> None:
    """However often it is asked, or after a night asleep, a level neither dies away nor runs off."""
    level = Level(Random(1), 50.0, 2.0, tau_s=0.5)
    values = [level.after(dt) for _ in range(5000)]
    assert 50.0 == pytest.approx(fmean(values), abs=0.4)
    assert 2.0 == pytest.approx(pstdev(values), rel=0.1)


def test_level_moves_little_in_little_time() -> None:
    """It wanders; it does not jump."""
    level = Level(Random(1), 0.0, 1.0, tau_s=1000.0)
    before = level.value
    assert before == level.after(0.0)
    assert before == pytest.approx(level.after(0.01), abs=0.05)


def test_counter_only_rises_and_keeps_its_rate() -> None:
    """Rare events come one at a time."""
    count = Counter(Random(1), 0.05)
    counts = [count(0.0, 4.0) for _ in range(1000)]
    assert sorted(counts) == counts
    assert 200 == pytest.approx(counts[-1], rel=0.2)
    assert {0, 1} == {after - before for before, after in pairwise(counts)}


def test_fault_comes_and_lasts_and_goes() -> None:
    """A fault lasts as long as was said, and comes as often."""
    lock = Fault(Random(1), True, False, every_s=100.0, lasts_s=10.0)
    seen = [lock(0.0, 1.0) for _ in range(20_000)]
    assert 10 / 110 == pytest.approx(seen.count(False) / len(seen), rel=0.25)
    first = seen.index(False)
    assert [False] * 10 == seen[first : first + 10]


def test_no_fault_in_no_time() -> None:
    """To look is not to age."""
    lock = Fault(Random(1), True, False, every_s=0.001, lasts_s=10.0)
    assert lock(0.0, 0.0)
