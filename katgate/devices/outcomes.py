"""Outcomes: how requests to one device ended, and how long that took."""

from enum import StrEnum
from typing import Final

from twisted.internet.defer import CancelledError

from katgate.devices.histogram import Histogram
from katgate.errors import (
    DeviceAnswered,
    DeviceInvalid,
    DeviceLost,
    DeviceNotConnected,
    LocalError,
    RequestTimeout,
    TooManyInforms,
    UnknownRequest,
)

__all__ = ["Outcome", "Outcomes"]

#: From a watchdog of a device near by to a correlator that loads its gateware, in seconds.
_BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Outcome(StrEnum):
    """How a request ended."""

    OK = "ok"
    #: The device answered `fail`, a code of its own, or without end.
    FAILED = "failed"
    #: It answered `invalid`, or that it knows no such request.
    INVALID = "invalid"
    TIMEOUT = "timeout"
    #: The connection went after the request was written: it may have been carried out.
    LOST = "lost"
    #: There was no connection, so nothing was sent.
    DISCONNECTED = "disconnected"
    #: By katgate, so nothing was sent: too many at once, reserved, a name that cannot be sent.
    REFUSED = "refused"
    #: Nobody waits for the answer any more.
    CANCELLED = "cancelled"
    #: By a defect of katgate.
    BROKEN = "broken"


#: Most special first.
_TABLE: Final[list[tuple[type[BaseException], Outcome]]] = [
    (DeviceLost, Outcome.LOST),
    (DeviceNotConnected, Outcome.DISCONNECTED),
    (RequestTimeout, Outcome.TIMEOUT),
    (DeviceInvalid, Outcome.INVALID),
    (UnknownRequest, Outcome.INVALID),
    (DeviceAnswered, Outcome.FAILED),
    (TooManyInforms, Outcome.FAILED),
    (LocalError, Outcome.REFUSED),
    (CancelledError, Outcome.CANCELLED),
    (GeneratorExit, Outcome.CANCELLED),
]


class Outcomes:
    """Of one device. Iterate over `durations` for those that there were."""

    def __init__(self) -> None:
        self.durations: dict[Outcome, Histogram] = {}

    def note(self, error: BaseException | None, duration_s: float) -> None:
        """Count a request that ended with an error, or None: it was answered `ok`."""
        outcome = Outcome.OK if error is None else _outcome_of(error)
        known = self.durations.get(outcome)
        if known is None:
            known = self.durations[outcome] = Histogram(_BOUNDS_S)
        known.observe(duration_s)


def _outcome_of(error: BaseException) -> Outcome:
    return next((outcome for kind, outcome in _TABLE if isinstance(error, kind)), Outcome.BROKEN)
