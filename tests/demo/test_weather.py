"""WeatherStation: what clients see of the weather."""

from random import Random

import pytest
from twisted.internet.testing import MemoryReactorClock

from katgate.demo.weather import WeatherStation
from katgate.katcp import Status
from tests.support import Wire


@pytest.fixture
def reactor() -> MemoryReactorClock:
    return MemoryReactorClock()


@pytest.fixture
def station(reactor: MemoryReactorClock) -> WeatherStation:
    station = WeatherStation(Random(1), reactor=reactor)
    station.start()
    return station


def test_gauge_goes_through_all_statuses(station: WeatherStation, reactor: MemoryReactorClock) -> None:
    """Within a minute, and `device-status` with it."""
    seen: list[tuple[Status, object]] = []
    for _ in range(62):
        now = station.sensors["humidity"].status, station.sensors["device-status"].value
        if now not in seen[-1:]:
            seen.append(now)
        reactor.advance(1)
    assert [
        (Status.NOMINAL, "ok"),
        (Status.WARN, "degraded"),
        (Status.ERROR, "fail"),
        (Status.FAILURE, "fail"),
        (Status.NOMINAL, "ok"),
    ] == seen


def test_gauge_reset(station: WeatherStation, reactor: MemoryReactorClock) -> None:
    """A request that mends something at once."""
    wire = Wire(station.buildProtocol(None))
    reactor.pump([1.0] * 50)
    wire.heard()
    wire.say(
        b"?gauge-reset\n?sensor-value humidity\n?sensor-value gauge-resets\n?sensor-value device-status\n"
    )
    assert [
        "!gauge-reset ok",
        "#sensor-value 50.000000 1 humidity nominal 40.0",
        "!sensor-value ok 1",
        "#sensor-value 50.000000 1 gauge-resets nominal 1",
        "!sensor-value ok 1",
        "#sensor-value 50.000000 1 device-status nominal ok",
        "!sensor-value ok 1",
    ] == wire.heard()


def test_rain_warns_and_is_remembered(station: WeatherStation, reactor: MemoryReactorClock) -> None:
    """`last-rain` is not applicable until it has rained."""
    assert Status.INACTIVE is station.sensors["last-rain"].status
    rain = station.sensors["rain"]
    for _ in range(3600):
        reactor.advance(1)
        if rain.value:
            break
    assert (True, Status.WARN) == (rain.value, rain.status)
    assert (reactor.seconds(), Status.NOMINAL) == (
        station.sensors["last-rain"].value,
        station.sensors["last-rain"].status,
    )


def test_wind_has_the_status_of_its_limits(station: WeatherStation, reactor: MemoryReactorClock) -> None:
    """All three occur within an hour or so."""
    seen = set()
    wind = station.sensors["wind-speed"]
    for _ in range(7200):
        reactor.advance(1)
        speed = float(wind.value)
        expected = Status.NOMINAL if speed <= 10 else Status.WARN if speed <= 15 else Status.ERROR
        assert expected is wind.status
        seen.add(wind.status)
    assert {Status.NOMINAL, Status.WARN, Status.ERROR} == seen


def test_stop_leaves_nothing(station: WeatherStation, reactor: MemoryReactorClock) -> None:
    """No timer, also when it is stopped twice."""
    station.stop()
    station.stop()
    reactor.advance(0)
    assert [] == reactor.getDelayedCalls()
