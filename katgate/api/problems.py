"""Exception -> RFC 9457 problem details: one table, for REST, WebSocket and everything else.

What is not in the table is a defect of ours: it is logged with its traceback under a reference number, and
the browser sees the number alone.
"""

import inspect
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import msgspec
from twisted.logger import Logger
from twisted.python.failure import Failure
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from katgate import errors
from katgate.errors import without_traceback

__all__ = ["MEANINGS", "STATUSES", "Problem", "problem_of"]

log = Logger()

#: How long a browser should wait before it asks again for a device that is away, in seconds.
RETRY_AFTER_S: Final = 2


@dataclass(frozen=True)
class Problem:
    """What went wrong, as others are told. `facts` are further members, `headers` those of HTTP."""

    code: str
    status: int
    detail: str
    facts: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def phrase(self) -> bytes:
        """The reason phrase of the HTTP status."""
        return HTTPStatus(self.status).phrase.encode("ascii")

    def members(self) -> dict[str, Any]:
        """Return the problem details object."""
        return {
            "type": f"urn:katgate:problem:{self.code}",
            "title": self.code.replace("-", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.facts,
        }

    def json(self) -> bytes:
        """Return the problem details as JSON."""
        return msgspec.json.encode(self.members())


def _answered(error: errors.DeviceAnswered) -> dict[str, Any]:
    return {"reply": without_traceback(error.words), "return_code": error.code}


#: What goes with an answer of that status.
_HEADERS: Final[dict[int, dict[str, str]]] = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": str(RETRY_AFTER_S)},
    503: {"Retry-After": str(RETRY_AFTER_S)},
}

Facts = Callable[[Any], dict[str, Any]]

#: Most special first; the first row that fits counts.
_TABLE: Final[list[tuple[type[BaseException], str, int, Facts | None]]] = [
    (errors.UnknownDevice, "unknown-device", 404, None),
    (errors.UnknownSensor, "unknown-sensor", 404, None),
    (errors.UnknownRequest, "unknown-request", 404, None),
    (errors.UnknownBrowser, "not-found", 404, None),
    (errors.ReservedRequest, "reserved-request", 409, None),
    (errors.NotHosted, "not-hosted", 409, None),
    (errors.ConfirmRequired, "confirm-required", 428, None),
    (errors.BodyTooLarge, "too-large", 413, lambda error: {"limit": error.limit}),
    (errors.UnsupportedMediaType, "unsupported-media-type", 415, None),
    (errors.Refused, "forbidden", 403, None),
    (errors.Unauthorized, "unauthorized", 401, None),
    (errors.Leased, "leased", 403, lambda error: {"holder": error.holder}),
    (errors.Forbidden, "forbidden", 403, None),
    (errors.TooManyRequests, "too-many-requests", 429, None),
    (errors.ShuttingDown, "shutting-down", 503, lambda error: {"sent": error.was_sent}),
    (errors.ConfigurationError, "bad-configuration", 409, None),
    (errors.LocalError, "bad-request", 400, None),
    (errors.DeviceNotConnected, "device-disconnected", 503, None),
    (errors.RequestTimeout, "device-timeout", 504, lambda error: {"elapsed": error.elapsed}),
    (errors.TooManyInforms, "device-failed", 409, None),
    (errors.DeviceInvalid, "device-invalid", 400, _answered),
    (errors.DeviceAnswered, "device-failed", 409, _answered),
]


#: Code -> status of every problem that there is.
STATUSES: Final[dict[str, int]] = {
    **{code: status for _, code, status, _ in _TABLE},
    "not-found": 404,
    "method-not-allowed": 405,
    "internal": 500,
}

#: Code -> when it is answered: what the errors of its rows say of themselves first.
MEANINGS: Final[dict[str, str]] = {
    code: " ".join(
        (inspect.getdoc(kind) or "").partition(". ")[0].removesuffix(".") + "."
        for kind, its, _, _ in _TABLE
        if its == code
    )
    for code in dict.fromkeys(its for _, its, _, _ in _TABLE)
} | {
    "not-found": "Nothing is at this address.",
    "method-not-allowed": "The address does not take this method; `Allow` has those that it takes.",
    "internal": "A defect of katgate; `reference` is what its log has it under.",
}


def problem_of(failure: Failure) -> Problem:
    """Return the problem that an exception is for the one who asked."""
    error = failure.value
    for kind, code, status, facts in _TABLE:
        if isinstance(error, kind):
            headers = dict(_HEADERS.get(status, {}))
            if isinstance(error, errors.TooManyRequests) and error.retry_after_s is not None:
                headers["Retry-After"] = str(error.retry_after_s)
            detail = without_traceback(str(error))
            return Problem(code, status, detail, facts(error) if facts else {}, headers)
    if isinstance(error, HTTPException):
        return _problem_of_routing(error)
    return _defect(failure)


def _problem_of_routing(error: HTTPException) -> Problem:
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return Problem("method-not-allowed", 405, f"this address takes {allowed}", headers={"Allow": allowed})
    if error.code == HTTPStatus.NOT_FOUND:
        return Problem("not-found", 404, "nothing is at this address; the API is at /api/v1")
    return Problem("bad-request", 400, error.description or "the request cannot be used")


def _defect(failure: Failure) -> Problem:
    reference = secrets.token_hex(4)
    log.failure("! a defect of ours, reference {reference}", failure, reference=reference)
    return Problem(
        "internal",
        500,
        f"a defect of katgate; its log tells more under the reference {reference}",
        {"reference": reference},
    )
