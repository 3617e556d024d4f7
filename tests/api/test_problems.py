"""Exceptions as problem details: the error rows of the contract."""

import json

import pytest
from twisted.logger import LogEvent
from twisted.python.failure import Failure
from werkzeug.exceptions import MethodNotAllowed, NotFound

from katgate import errors
from katgate.api.problems import problem_of
from katgate.authority.outcomes import outcome_of
from katgate.katcp.message import Message

FAIL = Message.reply("x", "fail", "no power")

ROWS: list[tuple[Exception, str, int]] = [
    (errors.BadRequest("why"), "bad-request", 400),
    (errors.PatternError("/(/", "why"), "bad-request", 400),
    (errors.StrategyError("why"), "bad-request", 400),
    (errors.MessageError("why"), "bad-request", 400),
    (errors.DeviceInvalid("x", Message.reply("x", "invalid", "why")), "device-invalid", 400),
    (errors.Refused("why"), "forbidden", 403),
    (errors.UnknownDevice("x"), "unknown-device", 404),
    (errors.UnknownSensor("x", "y"), "unknown-sensor", 404),
    (errors.UnknownRequest("x", "y"), "unknown-request", 404),
    (NotFound(), "not-found", 404),
    (MethodNotAllowed(["POST"]), "method-not-allowed", 405),
    (errors.DeviceFailed("x", FAIL), "device-failed", 409),
    (errors.DeviceFailed("x", Message.reply("x")), "device-failed", 409),
    (errors.ReservedRequest("bulk-sampling"), "reserved-request", 409),
    (errors.NotHosted("cbf"), "not-hosted", 409),
    (errors.BodyTooLarge(10), "too-large", 413),
    (errors.UnsupportedMediaType("text/plain"), "unsupported-media-type", 415),
    (errors.ConfirmRequired("halt"), "confirm-required", 428),
    (errors.TooManyRequests("why"), "too-many-requests", 429),
    (errors.DeviceNotConnected("x"), "device-disconnected", 503),
    (errors.DeviceLost("x", "y"), "device-disconnected", 503),
    (errors.TooManyInforms("x", 10), "device-failed", 409),
    (errors.RequestTimeout("x", 1.5), "device-timeout", 504),
    (errors.Unauthorized("why"), "unauthorized", 401),
    (errors.Forbidden("why"), "forbidden", 403),
    (errors.Leased("cbf", "olga"), "leased", 403),
    (errors.ConfigurationError("why"), "bad-configuration", 409),
    (errors.ShuttingDown(), "shutting-down", 503),
    (errors.GivenUp("cbf", "go"), "shutting-down", 503),
]


@pytest.mark.parametrize(("error", "code", "status"), ROWS)
def test_row(error: Exception, code: str, status: int) -> None:
    """Code, status and a sentence; the object is what RFC 9457 says."""
    problem = problem_of(Failure(error))
    members = json.loads(problem.json())
    assert (code, status) == (members["code"], members["status"])
    assert {"type", "title", "detail"} <= members.keys()
    assert len(members["detail"]) > 2
    assert (status in (429, 503)) == ("Retry-After" in problem.headers)


@pytest.mark.parametrize(("error", "code", "status"), ROWS)
def test_audit_log_has_the_same_code(error: Exception, code: str, status: int) -> None:
    """What was told to who asked is found there by it. (What fails before a device is asked is not in the log.)"""
    before = {"unknown-sensor", "not-found", "method-not-allowed", "too-large", "unsupported-media-type"}
    if code not in before:
        assert code == outcome_of(error).why


def test_facts_of_a_row() -> None:
    """What a program needs is a member of its own, not hidden in the sentence."""
    assert "no power" == problem_of(Failure(errors.DeviceFailed("x", FAIL))).facts["reply"]
    assert 1.5 == problem_of(Failure(errors.RequestTimeout("x", 1.5))).facts["elapsed"]
    assert "POST" == problem_of(Failure(MethodNotAllowed(["POST"]))).headers["Allow"]


def test_defect_is_logged_and_shown_by_number_only(logged: list[LogEvent]) -> None:
    """A browser sees no traceback and no secret; the operator finds both by the number."""
    problem = problem_of(Failure(KeyError("secret")))
    assert ("internal", 500) == (problem.code, problem.status)
    assert "secret" not in problem.json().decode()
    [event] = logged
    assert problem.facts["reference"] == event["reference"]


def test_traceback_of_a_device_stays_out() -> None:
    """katcp-python sends whole tracebacks; the last line says what went wrong."""
    words = (
        'Oops. Traceback (most recent call last):\n  File "/secret.py", line 1\nValueError: no such input\n'
    )
    assert "Oops. ValueError: no such input" == errors.without_traceback(words)
    assert "plain words" == errors.without_traceback("plain words")
    problem = problem_of(Failure(errors.DeviceFailed("x", Message.reply("x", "fail", words))))
    assert "secret.py" not in problem.json().decode()
