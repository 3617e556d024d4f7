"""Where our updates differ from aiokatcp's on purpose: each difference with its reason, and both sides of it."""

from typing import NamedTuple

import pytest

from tests.interop.scripts import Script, played, sampled


class Difference(NamedTuple):
    """A script that is told differently on purpose: (seconds, value) of the updates of each."""

    reason: str
    sensor: str
    strategy: str
    script: Script
    ours: list[tuple[float, str]]
    theirs: list[tuple[float, str]]
    is_change_first: bool = False


DIFFERENCES = {
    "stuck at NaN": Difference(
        "NaN is unequal to itself: aiokatcp takes each for a change; to us it is the same news",
        "level",
        "event",
        [(0, "nominal nan"), (1, "nominal nan"), (2, "nominal nan"), (3, "end")],
        [(0, "nan")],
        [(0, "nan"), (1, "nan"), (2, "nan")],
    ),
    "stuck at NaN, with a rate": Difference(
        "the same, thinned out by shortest",
        "level",
        "event-rate 2 inf",
        [(0, "nominal nan"), (1, "nominal nan"), (3, "end")],
        [(0, "nan")],
        [(0, "nan"), (2, "nan")],
    ),
    "to NaN and back by a difference": Difference(
        "nothing is more than a difference away from NaN: aiokatcp does not tell that the sensor has become so",
        "level",
        "differential 1",
        [(0, "nominal 0"), (1, "nominal nan"), (2, "nominal nan"), (3, "nominal 0"), (4, "end")],
        [(0, "0.0"), (1, "nan"), (3, "0.0")],
        [(0, "0.0")],
    ),
    "from NaN by a difference": Difference(
        "the same: of a sensor that is NaN to begin with aiokatcp tells nothing more, until its status changes",
        "level",
        "differential-rate 1 1 inf",
        [(0, "nominal nan"), (2, "nominal 5"), (3, "nominal 9"), (4, "end")],
        [(0, "nan"), (2, "5.0"), (3, "9.0")],
        [(0, "nan")],
    ),
    "very late for a period": Difference(
        "a process that missed some of the grid lands on it again with us; aiokatcp begins a new one, at once",
        "level",
        "period 1",
        [(0, "nominal 1"), (0.5, "busy 3"), (5.25, "end")],
        [(0, "1.0"), (3.5, "1.0"), (4, "1.0"), (5, "1.0")],
        [(0, "1.0"), (3.5, "1.0"), (3.5, "1.0"), (4.5, "1.0")],
    ),
    "late for a longest interval": Difference(
        "we count from when the last report was sent, as the specification says; aiokatcp from when it was due",
        "level",
        "event-rate 0 2",
        [(0, "nominal 1"), (1.5, "busy 1"), (7, "end")],
        [(0, "1.0"), (2.5, "1.0"), (4.5, "1.0"), (6.5, "1.0")],
        [(0, "1.0"), (2.5, "1.0"), (4, "1.0"), (6, "1.0")],
    ),
    "late for a shortest interval": Difference(
        "the same: no two of our reports are closer than shortest",
        "level",
        "event-rate 2 inf",
        [(0, "nominal 1"), (1, "nominal 2"), (1.5, "busy 1"), (2.75, "nominal 3"), (9, "end")],
        [(0, "1.0"), (2.5, "2.0"), (4.5, "3.0")],
        [(0, "1.0"), (2.5, "2.0"), (4, "3.0")],
    ),
    "two changes at the end of shortest": Difference(
        "in the very instant that ends shortest, before its timer: we send the first, aiokatcp the last",
        "number",
        "event-rate 2 inf",
        [(0, "nominal 1"), (1, "nominal 2"), (2, "nominal 3"), (2, "nominal 4"), (9, "end")],
        [(0, "1"), (2, "3"), (4, "4")],
        [(0, "1"), (2, "4")],
        is_change_first=True,
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_difference_that_is_meant(name: str) -> None:
    """Each is as described: one that goes away, on either side, should be struck from the table."""
    difference = DIFFERENCES[name]
    script = sampled(difference.strategy, difference.script)
    ours, theirs = played(difference.sensor, script, difference.is_change_first)
    assert difference.ours == [(u.sent_s, u.value) for u in ours]
    assert difference.theirs == [(u.sent_s, u.value) for u in theirs]
