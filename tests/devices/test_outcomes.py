"""Outcomes: how requests ended."""

from typing import Any

import pytest
from twisted.internet.defer import CancelledError

from katgate import errors
from katgate.devices.histogram import Histogram
from katgate.devices.outcomes import Outcomes
from katgate.katcp.message import Message

FAIL = Message.reply("x", "fail", "no")
INVALID = Message.reply("x", "invalid", "no")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "ok"),
        (errors.DeviceFailed("x", FAIL), "failed"),
        (errors.DeviceInvalid("x", INVALID), "invalid"),
        (errors.UnknownRequest("cbf", "x"), "invalid"),
        (errors.DeviceNotConnected("cbf", "sleeping"), "unsent"),
        (errors.DeviceLost("cbf", "x"), "lost"),
        (errors.TooManyRequests("many"), "unsent"),
        (errors.MessageError("a name"), "unsent"),
        (CancelledError(), "cancelled"),
        (errors.GivenUp("cbf", "x"), "lost"),
        (errors.ShuttingDown(), "unsent"),
        (ZeroDivisionError(), "failed"),
    ],
)
def test_each_end_is_counted_as_what_it_was(error: Any, outcome: str) -> None:
    """By the audit log's words: who finds something there finds it in the metrics."""
    outcomes = Outcomes()
    outcomes.note(error, 2.0)
    outcomes.note(error, 1000.0)
    assert [outcome] == list(outcomes.durations)
    assert 1002.0 == outcomes.durations[next(iter(outcomes.durations))].sum_s


def test_histogram() -> None:
    """A bound holds what is as long as itself; what is longer than all counts in the end."""
    histogram = Histogram((0.1, 1.0))
    for duration_s in (0.05, 0.1, 0.5, 1.0, 7.0):
        histogram.observe(duration_s)
    assert [2, 4, 5] == histogram.cumulative
    assert 8.65 == pytest.approx(histogram.sum_s)
