"""AggregateSensor, and statuses that follow from values."""

import math
from collections.abc import Collection

import pytest

from katgate.katcp import AggregateSensor, Reading, Sensor, Status, status_by_limits
from katgate.katcp.values import Value


class Hottest(AggregateSensor):
    def includes(self, sensor: Sensor) -> bool:
        return sensor.name.endswith(".temperature")

    def compute(self, sensors: Collection[Sensor]) -> Value | tuple[Status, Value] | None:
        return max(float(sensor.value) for sensor in sensors)


def board(name: str, value: float, status: Status = Status.NOMINAL) -> Sensor:
    sensor = Sensor(Sensor.FLOAT, f"{name}.temperature", clock=lambda: 1.0)
    sensor.set(2.0, status, value)
    return sensor


@pytest.fixture
def hottest() -> Hottest:
    return Hottest(Sensor.FLOAT, "hottest", "The warmest board", "C", clock=lambda: 99.0)


def test_it_follows_its_sources(hottest: Hottest) -> None:
    """As they are added, read anew, replaced and removed; the timestamp is that of what made it change."""
    one, two = board("one", 20.0), board("two", 25.0, Status.WARN)
    hottest.add_sources([one])
    assert (2.0, Status.NOMINAL, 20.0) == hottest.reading
    hottest.add_sources([two])
    assert (2.0, Status.WARN, 25.0) == hottest.reading
    one.set(3.0, Status.ERROR, 30.0)
    assert (3.0, Status.ERROR, 30.0) == hottest.reading
    hottest.add_sources([board("one", 10.0)])
    one.set(4.0, Status.ERROR, 90.0)
    assert (2.0, Status.WARN, 25.0) == hottest.reading
    hottest.remove_sources(["two.temperature"])
    assert (99.0, Status.NOMINAL, 10.0) == hottest.reading
    hottest.remove_sources(["one.temperature"])
    assert (99.0, Status.UNKNOWN, 10.0) == hottest.reading
    hottest.remove_sources(["never.temperature"])


def test_it_follows_only_what_it_includes(hottest: Hottest) -> None:
    """Other sensors, and itself, are none of its business."""
    hottest.add_sources([Sensor(Sensor.FLOAT, "pressure")])
    hottest.add_sources([hottest])
    assert (Status.UNKNOWN, 0.0) == hottest.reading[1:]


def test_defect_in_compute_is_a_failure_and_is_logged(
    hottest: Hottest, caplog: pytest.LogCaptureFixture
) -> None:
    """Who sets the source is not bothered; clients see that the aggregate is not to be trusted; said once."""
    source = Sensor(Sensor.STRING, "odd.temperature", default="1")
    hottest.add_sources([source])
    told: list[object] = []
    source.attach(lambda sensor, reading: told.append(reading.value))
    source.set_value("warm")
    source.set_value("hot")
    assert ["warm", "hot"] == told
    assert (Status.FAILURE, 1.0) == hottest.reading[1:]
    assert ["the aggregate sensor hottest could not be computed"] == [r.message for r in caplog.records]
    source.set_value("2")
    assert (Status.NOMINAL, 2.0) == hottest.reading[1:]


def test_two_that_follow_each_other(hottest: Hottest) -> None:
    """Each is computed once, not for ever."""

    class Every(Hottest):
        def includes(self, sensor: Sensor) -> bool:
            return True

    one, two = Every(Sensor.FLOAT, "one"), Every(Sensor.FLOAT, "two")
    one.add_sources([two])
    two.add_sources([one])
    one.add_sources([board("x", 3.0)])
    assert (3.0, 3.0) == (one.value, two.value)


def test_computed_as_a_whole_reading() -> None:
    """With a timestamp of its own."""

    class Copy(AggregateSensor):
        def compute(self, sensors: Collection[Sensor]) -> Reading:
            return Reading(7.0, Status.WARN, 1)

    copy = Copy(Sensor.INTEGER, "copy")
    copy.add_sources([board("one", 1.0)])
    assert (7.0, Status.WARN, 1) == copy.reading


def test_status_by_itself_or_by_its_own_rule(hottest: Hottest) -> None:
    """`compute` may give a status, and `status_func` goes before the worst of the sources."""

    class Count(AggregateSensor):
        def compute(self, sensors: Collection[Sensor]) -> tuple[Status, Value] | None:
            return (Status.INACTIVE, len(sensors)) if len(sensors) > 1 else None

    count = Count(Sensor.INTEGER, "count")
    count.add_sources([board("one", 1.0)])
    assert (Status.UNKNOWN, 0) == count.reading[1:]
    count.add_sources([board("two", 1.0)])
    assert (Status.INACTIVE, 2) == count.reading[1:]
    hottest.status_func = status_by_limits(0, 50)
    hottest.add_sources([board("one", 20.0, Status.ERROR)])
    assert Status.NOMINAL is hottest.status


LIMITS = [
    ((0, 10), 5, Status.NOMINAL),
    ((0, 10), 10, Status.NOMINAL),
    ((0, 10), 11, Status.WARN),
    ((0, 10, -5, 15), 11, Status.WARN),
    ((0, 10, -5, 15), -5.1, Status.ERROR),
    ((0, 10), math.nan, Status.ERROR),
]


@pytest.mark.parametrize(("limits", "value", "status"), LIMITS)
def test_status_by_limits(limits: tuple[float, ...], value: float, status: Status) -> None:
    """Inside the first two nominal, inside the others warn, outside error (KATCP rev 5)."""
    sensor = Sensor(Sensor.FLOAT, "x", status_func=status_by_limits(*limits))
    sensor.set_value(value)
    assert status is sensor.status
    sensor.set_value(value, Status.INACTIVE)
    assert Status.INACTIVE is sensor.status


def test_limits_are_two_or_four() -> None:
    """Three are a mistake."""
    with pytest.raises(ValueError, match="two or four"):
        status_by_limits(1, 2, 3)
