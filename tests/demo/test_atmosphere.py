"""The weather model, over a day in a moment."""

from random import Random

import pytest

from katgate.demo.atmosphere import Atmosphere, failing_gauge
from katgate.katcp import Status

CYCLE = [
    (0.0, 40.0, None),
    (24.0, 68.5, None),
    (47.9, pytest.approx(96.9, abs=0.1), None),
    (48.0, 97.0, Status.FAILURE),
    (59.9, 97.0, Status.FAILURE),
    (60.0, 40.0, None),
    (1e6 * 60 + 24.0, 68.5, None),
]


@pytest.mark.parametrize(("seconds", "value", "status"), CYCLE)
def test_gauge_creeps_up_and_fails(seconds: float, value: float, status: Status | None) -> None:
    """Its value stays legal also while it fails."""
    assert (value, status) == failing_gauge(seconds)


def test_a_day_of_weather() -> None:
    """There is wind of all strengths, rain now and then, and nothing that no weather is."""
    air = Atmosphere(Random(1))
    winds, rains = [], []
    for _ in range(86_400):
        air.after(1.0)
        winds.append(air.wind)
        rains.append(air.is_raining)
        assert air.wind <= air.gust < 80
        assert 0 <= air.direction < 360
        assert 0 < air.temperature < 40
        assert 880 < air.pressure < 920
    assert 0 <= min(winds)
    assert 0.4 < sum(wind < 10 for wind in winds) / len(winds)
    assert 0.02 < sum(10 < wind < 15 for wind in winds) / len(winds) < 0.4
    assert 0.001 < sum(wind > 15 for wind in winds) / len(winds) < 0.1
    assert 0.05 < sum(rains) / len(rains) < 0.3


def test_gust_is_the_strongest_wind_of_a_minute() -> None:
    """It is remembered for a minute, and then the next strongest is."""
    air = Atmosphere(Random(2))
    winds = []
    for _ in range(1000):
        air.after(1.0)
        winds.append(air.wind)
        assert max(winds[-60:]) <= air.gust <= max(winds[-61:])
