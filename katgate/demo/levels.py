"""Numbers that wander, things that break, and what status follows from a value. Pure: `dt` and a seeded Random."""

import math
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Final, Generic, TypeVar

from katgate.katcp import SensorDescription, Status, status_by_limits, worst_status
from katgate.katcp.values import Value

__all__ = ["WORDS", "Counter", "Fault", "Level", "Model", "health", "status_of"]

T = TypeVar("T")

#: What a sensor shows after `dt` more seconds, at `now` (UNIX seconds): `model(now, dt)`.
Model = Callable[[float, float], Value]

#: The statuses of the words that our discrete and lru sensors use; any other word is nominal.
WORDS: Final[Mapping[Value, Status]] = {
    "degraded": Status.WARN,
    "fail": Status.ERROR,
    "down": Status.ERROR,
    "error": Status.ERROR,
}


def status_of(about: SensorDescription, value: Value, alarms: Mapping[Value, Status] = WORDS) -> Status:
    """Return the status of a value: by the sensor's limits if it is a number, else by `alarms`."""
    if isinstance(value, int | float) and about.katcp_type.is_numeric and about.params:
        return status_by_limits(*map(float, about.params))(value)
    return alarms.get(value, Status.NOMINAL)


def health(statuses: Iterable[Status]) -> str:
    """Return what `device-status` says of a device whose sensors have these statuses."""
    return {Status.NOMINAL: "ok", Status.WARN: "degraded"}.get(worst_status(statuses), "fail")


class Level:
    """A number that wanders about its centre and keeps coming back (an Ornstein-Uhlenbeck process).

    `spread` is the standard deviation in the long run, `tau_s` how long it remembers where it was.
    The result does not depend on how often it is asked.
    """

    def __init__(self, random: Random, centre: float, spread: float, tau_s: float = 60.0) -> None:
        self.centre = centre
        self._random = random
        self._spread = spread
        self._tau_s = tau_s
        self._away = random.gauss(0.0, spread)

    @property
    def value(self) -> float:
        """The number at present."""
        return self.centre + self._away

    def after(self, dt: float) -> float:
        """Return the number after `dt` more seconds."""
        kept = math.exp(-max(dt, 0.0) / self._tau_s)
        self._away = self._away * kept + self._random.gauss(0.0, self._spread) * math.sqrt(1 - kept * kept)
        return self.value

    def __call__(self, now: float, dt: float) -> float:
        return self.after(dt)


class Counter:
    """An integer that only rises: by `rate` a second on average, in steps of `step`."""

    def __init__(self, random: Random, rate: float, step: int = 1) -> None:
        self._random = random
        self._rate = rate
        self._step = step
        self._count = 0

    def __call__(self, now: float, dt: float) -> int:
        steps = self._rate * max(dt, 0.0) / self._step
        # The fraction that is left over is taken by chance, so that rare events come irregularly.
        self._count += self._step * (int(steps) + (self._random.random() < steps % 1))
        return self._count


class Fault(Generic[T]):
    """A thing that is `good`, breaks once in `every_s` seconds on average, and is `bad` for `lasts_s`."""

    def __init__(self, random: Random, good: T, bad: T, *, every_s: float, lasts_s: float) -> None:
        self._random = random
        self._good = good
        self._bad = bad
        self._every_s = every_s
        self._lasts_s = lasts_s
        self._left_s = 0.0

    def __call__(self, now: float, dt: float) -> T:
        self._left_s -= dt
        if self._left_s <= 0 and self._random.random() < -math.expm1(-max(dt, 0.0) / self._every_s):
            self._left_s = self._lasts_s
        return self._bad if self._left_s > 0 else self._good
