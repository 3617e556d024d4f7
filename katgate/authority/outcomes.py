"""Outcomes: what became of what somebody asked for, as the audit log has it."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from twisted.internet.defer import CancelledError

from katgate import errors

__all__ = ["GONE", "OK", "OUTCOMES", "Outcome", "Word", "outcome_of"]

#: `failed` and `invalid` are the device's answers; after `timeout`, `lost` and `cancelled` (who asked has gone) it
#: may have been carried out; `unsent` never was; `refused` is katgate's own no.
Word = Literal["ok", "failed", "invalid", "timeout", "lost", "cancelled", "unsent", "refused"]

OUTCOMES: Final[tuple[Word, ...]] = get_args(Word)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A word for it; `why` is a code, mostly that of the problem which the one who asked was told; `detail` is for
    people.
    """

    word: Word
    why: str = ""
    detail: str = ""


OK: Final = Outcome("ok")
GONE: Final = Outcome("cancelled", "gone", "who asked has gone")

#: Most special first; the first row that fits counts.
_TABLE: Final[list[tuple[type[BaseException], Word, str]]] = [
    (errors.Leased, "refused", "leased"),
    (errors.Forbidden, "refused", "forbidden"),
    (errors.Refused, "refused", "forbidden"),
    (errors.Unauthorized, "refused", "unauthorized"),
    (errors.ConfirmRequired, "refused", "confirm-required"),
    (errors.UnknownDevice, "refused", "unknown-device"),
    (errors.UnknownRequest, "invalid", "unknown-request"),
    (errors.NotHosted, "refused", "not-hosted"),
    (errors.ReservedRequest, "unsent", "reserved-request"),
    (errors.TooManyRequests, "unsent", "too-many-requests"),
    (errors.GivenUp, "lost", "shutting-down"),
    (errors.ShuttingDown, "unsent", "shutting-down"),
    (errors.ConfigurationError, "failed", "bad-configuration"),
    (errors.LocalError, "unsent", "bad-request"),
    (errors.DeviceLost, "lost", "device-disconnected"),
    (errors.DeviceNotConnected, "unsent", "device-disconnected"),
    (errors.RequestTimeout, "timeout", "device-timeout"),
    (errors.DeviceInvalid, "invalid", "device-invalid"),
    (errors.DeviceAnswered, "failed", "device-failed"),
    (errors.TooManyInforms, "failed", "device-failed"),
]


def outcome_of(error: BaseException) -> Outcome:
    """Return the outcome that an error stands for; one that is in no row is a defect of ours."""
    if isinstance(error, CancelledError):
        return GONE
    for kind, word, why in _TABLE:
        if isinstance(error, kind):
            return Outcome(word, why, errors.without_traceback(str(error)))
    return Outcome("failed", "internal", type(error).__name__)
