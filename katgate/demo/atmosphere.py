"""The weather at the site, and a humidity gauge that has seen better days. Pure: `dt` and a seeded Random."""

import math
from random import Random
from typing import Final

from katgate.demo.levels import Fault, Level
from katgate.katcp import Status

__all__ = ["GAUGE_CYCLE_S", "Atmosphere", "failing_gauge"]

#: How long the humidity gauge takes from health to health.
GAUGE_CYCLE_S: Final = 60.0
#: From here to the end of its cycle the gauge shows nothing of use.
_GAUGE_FAILS_S: Final = 48.0
_GAUGE_RANGE: Final = (40.0, 97.0)

#: A gust comes once in this time on average, and dies away with this time constant, in seconds.
_GUST_EVERY_S: Final = 30.0
_GUST_TAU_S: Final = 6.0
#: How strong gusts are on average, in m/s.
_GUST_MEAN: Final = 4.0
#: Over how long the strongest wind is kept as `gust`, in seconds, as meteorologists do.
GUST_WINDOW_S: Final = 60.0


class Atmosphere:
    """The air at the site: let it age with `after`, then read it.

    Wind in m/s, direction (where it comes from) in degrees from north over east, temperature in degrees
    Celsius, pressure in hPa at 1,050 m above the sea.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._mean_wind = Level(random, 6.0, 1.5, 300.0)
        self._turbulence = Level(random, 0.0, 0.5, 3.0)
        self._direction = Level(random, 160.0, 25.0, 600.0)
        self._temperature = Level(random, 21.0, 2.5, 1800.0)
        self._pressure = Level(random, 898.0, 3.0, 3600.0)
        self._shower = Fault(random, False, True, every_s=240.0, lasts_s=40.0)
        self._gust = 0.0
        self._age_s = 0.0
        self._strongest: list[tuple[float, float]] = []  # (age, wind), falling winds
        self.is_raining = False
        self.after(0.0)

    @property
    def wind(self) -> float:
        """The wind at present."""
        return max(0.0, self._mean_wind.value + self._turbulence.value + self._gust)

    @property
    def gust(self) -> float:
        """The strongest wind of the last minute."""
        return self._strongest[0][1]

    @property
    def direction(self) -> float:
        """Where the wind comes from."""
        return self._direction.value % 360

    @property
    def temperature(self) -> float:
        """The temperature; rain cools."""
        return self._temperature.value - (2.0 if self.is_raining else 0.0)

    @property
    def pressure(self) -> float:
        """The pressure."""
        return self._pressure.value

    def after(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self._age_s += dt
        for level in (
            self._mean_wind,
            self._turbulence,
            self._direction,
            self._temperature,
            self._pressure,
        ):
            level.after(dt)
        self.is_raining = self._shower(0.0, dt)
        self._gust *= math.exp(-dt / _GUST_TAU_S)
        if self._random.random() < -math.expm1(-dt / _GUST_EVERY_S):
            self._gust += self._random.expovariate(1 / _GUST_MEAN)
        self._remember_wind()

    def _remember_wind(self) -> None:
        wind = self.wind
        # A weaker wind that is older than this one will never be the strongest again.
        kept = [(age, w) for age, w in self._strongest if age > self._age_s - GUST_WINDOW_S and w > wind]
        self._strongest = [*kept, (self._age_s, wind)]


def failing_gauge(seconds: float) -> tuple[float, Status | None]:
    """Return the humidity in percent that a gauge shows so long after it was reset, and its status.

    The reading creeps up over its limits (then the status is None: let the limits say), then the gauge fails
    and shows the last value that it had, then it resets itself.
    """
    lowest, highest = _GAUGE_RANGE
    phase = seconds % GAUGE_CYCLE_S
    if phase >= _GAUGE_FAILS_S:
        return highest, Status.FAILURE
    return lowest + (highest - lowest) * phase / _GAUGE_FAILS_S, None
