"""Conditions: who waits for a sensor to have a certain reading."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.errors import ConditionTimeout
from katgate.katcp.reading import Reading, Status
from katgate.katcp.values import Value

__all__ = ["Condition", "Conditions"]

#: A function of the Reading, or the value it shall have. (Typed so that `reading.value > 5` need not first say
#: that the value is a number.)
Condition = Callable[[Any], bool] | Value


@dataclass(eq=False, slots=True)
class _Waiting:
    is_met: Callable[[Reading], bool]
    result: "Deferred[Reading]"
    last: Reading | None
    timer: IDelayedCall | None = None


class Conditions:
    """All that is waited for at one device, by sensor name. False while nobody waits."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._waiting: dict[str, list[_Waiting]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def wait(
        self, sensor: str, present: Reading | None, condition: Condition, timeout: float | None
    ) -> "Deferred[Reading]":
        """Return a Deferred of the first reading that meets the condition, the present one among them. Fails
        with ConditionTimeout after `timeout` seconds, if given.
        """
        is_met = condition if callable(condition) else _has_value(condition)
        if present is not None and is_met(present):
            return succeed(present)
        waiting = _Waiting(is_met, Deferred(lambda _: self._forget(sensor, waiting)), present)
        self._waiting.setdefault(sensor, []).append(waiting)
        if timeout is not None:
            waiting.timer = self._clock.callLater(timeout, self._timed_out, sensor, waiting, timeout)
        return waiting.result

    def check(self, sensor: str, reading: Reading) -> None:
        """Let those go on whose condition a new reading meets; a condition that raises fails who waits for it."""
        for waiting in list(self._waiting.get(sensor, ())):
            if waiting.result.called:
                continue  # given up by one that was told before it
            waiting.last = reading
            try:
                is_met = waiting.is_met(reading)
            except Exception:
                self._forget(sensor, waiting)
                waiting.result.errback()
                continue
            if is_met:
                self._forget(sensor, waiting)
                waiting.result.callback(reading)

    def _timed_out(self, sensor: str, waiting: _Waiting, timeout: float) -> None:
        self._forget(sensor, waiting)
        last = waiting.last
        shown = None if last is None else f"{last.status} {last.value!r}"
        waiting.result.errback(ConditionTimeout(sensor, timeout, shown))

    def _forget(self, sensor: str, waiting: _Waiting) -> None:
        if waiting.timer is not None and waiting.timer.active():
            waiting.timer.cancel()
        self._waiting[sensor].remove(waiting)
        if not self._waiting[sensor]:
            del self._waiting[sensor]


def _has_value(value: Value) -> Callable[[Reading], bool]:
    return lambda reading: reading.status is not Status.UNREACHABLE and reading.value == value
