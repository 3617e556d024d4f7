"""All seven strategies, ours and aiokatcp's: the same changes in virtual time, the same updates.

By hand and at random. Where the two differ on purpose: `test_strategies_that_differ.py`.
"""

import math
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from katgate.katcp import Kind
from tests.interop.scripts import Script, Update, played, sampled

#: How far apart the two may send the same update, in seconds.
_TOLERANCE_S = 1e-6

#: Changes, repetitions, changes that are taken back within a shortest interval, of the status alone, on the
#: instants of the grids and off them, two in one instant, and a long gap.
SENSORS = ["number", "level", "mode", "text", "flag"]
CHANGES = [
    (0, "nominal", ["0", "0", "idle", "a", "0"]),
    (0.25, "nominal", ["1", "0.5", "stowed", "b", "1"]),
    (0.5, "nominal", ["1", "0.5", "stowed", "b", "1"]),
    (0.75, "nominal", ["0", "-0.0", "idle", "a", "0"]),
    (1, "warn", ["0", "0", "idle", "a", "0"]),
    (1.5, "nominal", ["5", "2.5", "capturing", "two words", "1"]),
    (1.625, "nominal", ["0", "0", "idle", "a", "0"]),
    (1.75, "nominal", ["7", "1e300", "stowed", "é", "1"]),
    (3, "error", ["7", "1e300", "stowed", "é", "1"]),
    (4.328125, "nominal", ["9", "inf", "idle", "", "0"]),
    (4.328125, "nominal", ["10", "inf", "stowed", "b", "1"]),
    (5, "unknown", ["0", "-inf", "idle", "", "0"]),
    (6, "failure", ["0", "0.25", "idle", "", "0"]),
    (29.5, "unreachable", ["-3", "3.25", "stowed", "\\\n", "1"]),
    (29.625, "inactive", ["-3", "3.25", "stowed", "\\\n", "1"]),
    (41, "nominal", [str(2**70), "1", "idle", "a", "0"]),
]
ANY_TYPE = [
    "none",
    "auto",
    "event",
    "period 0.25",
    "period 1",
    "period 7.5",
    "period inf",
    "event-rate 0 inf",
    "event-rate 0 0.5",
    "event-rate 0.25 inf",
    "event-rate 0.5 0.5",
    "event-rate 1 4",
    "event-rate 1 1e300",
    "event-rate 2.5 10",
    "event-rate inf inf",
]
NUMERIC = [
    "differential 1",
    "differential 3",
    "differential 1000000",
    "differential-rate 1 0 inf",
    "differential-rate 1 0.5 4",
    "differential-rate 5 1 1",
    "differential-rate 3 2.5 inf",
]
FLOAT = ["differential 0.5", "differential 0.25", "differential inf", "differential-rate 0.5 0.25 10"]
BY_HAND = [
    (sensor, strategy)
    for sensor in SENSORS
    for strategy in ANY_TYPE
    + (NUMERIC if sensor in ("number", "level") else [])
    + (FLOAT if sensor == "level" else [])
]


def assert_same(ours: list[Update], theirs: list[Update]) -> None:
    """The same updates, in the same order, at the same times."""
    assert [(u.status, u.value) for u in theirs] == [(u.status, u.value) for u in ours]
    expected = [time for u in theirs for time in (u.sent_s, u.timestamp_s)]
    actual = [time for u in ours for time in (u.sent_s, u.timestamp_s)]
    assert pytest.approx(expected, rel=0, abs=_TOLERANCE_S) == actual


@pytest.mark.parametrize("is_change_first", [False, True], ids=["timers-first", "change-first"])
@pytest.mark.parametrize(("sensor", "strategy"), BY_HAND)
def test_strategy_sends_the_same(sensor: str, strategy: str, is_change_first: bool) -> None:
    """Whoever replaces an aiokatcp device by one of ours sees no other updates."""
    column = SENSORS.index(sensor)
    script: Script = [(at, f"{status} {values[column]}") for at, status, values in CHANGES]
    ours, theirs = played(sensor, sampled(strategy, [*script, (60, "end")]), is_change_first)
    assert_same(ours, theirs)
    assert (strategy == "none") == (ours == [])


OTHER_SCRIPTS: list[tuple[str, Script]] = [
    # Two strategies, the second on top of the first: nothing of the first is left.
    ("level", [(0, "nominal 1"), (0, "? period 1"), (2.5, "? event"), (3.25, "warn 1"), (9, "end")]),
    ("level", [(0, "nominal 1"), (0, "? event"), (2.5, "? period 1"), (3.25, "warn 1"), (9, "end")]),
    ("level", [(0, "nominal 1"), (0, "? period 1"), (2.5, "? period 1"), (9, "end")]),
    ("level", [(0, "nominal 1"), (0, "? period 1"), (1, "? period 2"), (9, "end")]),
    ("level", [(0, "nominal 1"), (0, "? auto"), (1, "? none"), (2, "nominal 2"), (9, "end")]),
    ("level", [(0, "nominal 1"), (0, "? none"), (1, "? auto"), (2, "nominal 1"), (9, "end")]),
    # While a change waits for the end of shortest: it is told at once, and not again.
    (
        "level",
        [(0, "nominal 1"), (0, "? event-rate 4 8"), (1, "nominal 2"), (2, "? event-rate 1 8"), (20, "end")],
    ),
    ("level", [(0, "nominal 1"), (0, "? event-rate 4 8"), (1, "nominal 2"), (2, "? none"), (20, "end")]),
    # NaN, where what is sent does not hang on whether it has changed.
    ("level", sampled("auto", [(0, "nominal nan"), (1, "nominal nan"), (2, "nominal 1"), (3, "end")])),
    ("level", sampled("period 1", [(0, "nominal nan"), (1.5, "nominal 2"), (2.5, "warn nan"), (9, "end")])),
    ("level", sampled("event", [(0, "nominal 1"), (1, "nominal nan"), (2, "nominal 2"), (9, "end")])),
    ("level", sampled("event", [(0, "nominal nan"), (1, "warn nan"), (2, "warn 2"), (9, "end")])),
    # Long grids of intervals that no binary number is equal to.
    ("level", sampled("period 0.1", [(0, "nominal 1"), (99.95, "warn 1"), (200.04, "end")])),
    ("level", sampled("event-rate 0.1 0.3", [(0, "nominal 1"), (99.95, "warn 1"), (200.04, "end")])),
    # A process that is a little late: the grid stands.
    ("level", sampled("period 1", [(0, "nominal 1"), (0.75, "busy 0.5"), (1.75, "nominal 2"), (9, "end")])),
]


@pytest.mark.parametrize(("sensor", "script"), OTHER_SCRIPTS)
def test_script_is_told_the_same(sensor: str, script: Script) -> None:
    """One strategy on top of another, NaN where both agree, long grids, a process that is a little late."""
    ours, theirs = played(sensor, script)
    assert_same(ours, theirs)
    assert ours != []


def test_difference_of_an_integer_is_exact() -> None:
    """`more than` must hold for counters beyond 2^53, where floats have gaps."""
    script = [(0.0, "nominal 0"), (1.0, f"nominal {2**53 + 1}"), (2.0, f"nominal {2**53 + 2}"), (3.0, "end")]
    assert_same(*played("number", sampled(f"differential {2**53 + 1}", script)))


# At random. Times are whole 1/8 s and intervals whole 1/4 s, so that timers and changes often meet.

POOLS = {
    "number": ["0", "1", "2", "3", "5", "-4", str(2**70)],
    "level": ["0", "-0.0", "0.5", "1", "1.5", "-2.5", "1e300", "inf", "-inf"],
    "mode": ["idle", "capturing", "stowed"],
    "text": ["", "a", "b", "two words"],
    "flag": ["0", "1"],
}
KINDS = [kind.value for kind in Kind]
_quarters = st.integers(1, 12).map(lambda n: n / 4)
_pauses = st.one_of(st.integers(0, 10), st.integers(0, 100)).map(lambda n: n / 8)
_rates = st.tuples(st.one_of(st.just(0.0), _quarters), st.one_of(_quarters, st.just(math.inf))).map(
    lambda rate: f"{rate[0]} {rate[0] + rate[1]}"
)


@cache
def _words(kind: str, is_integer: bool) -> SearchStrategy[str]:
    """Strategies of that kind."""
    differences = st.integers(1, 4).map(lambda n: str(n if is_integer else n / 2))
    parameters = {
        "period": [_quarters.map(str)],
        "event-rate": [_rates],
        "differential": [differences],
        "differential-rate": [differences, _rates],
    }
    return st.tuples(st.just(kind), *parameters.get(kind, [])).map(" ".join)


@cache
def _readings(sensor: str) -> SearchStrategy[str]:
    return st.tuples(st.sampled_from(["nominal", "nominal", "warn"]), st.sampled_from(POOLS[sensor])).map(
        " ".join
    )


@cache
def _steps(sensor: str) -> SearchStrategy[list[tuple[float, str]]]:
    """Readings after pauses, and a further strategy now and then."""
    is_numeric = sensor in ("number", "level")
    kinds = [kind for kind in KINDS if is_numeric or not kind.startswith("differential")]
    others = st.one_of([_words(kind, sensor == "number") for kind in kinds]).map("? {}".format)
    step = st.tuples(_pauses, st.one_of([*[_readings(sensor)] * 9, others]))
    return st.lists(step, min_size=1, max_size=15)


@st.composite
def scripts(draw: st.DrawFn, kind: str) -> tuple[str, Script, bool]:
    """Draw a sensor, a script that begins with a strategy of that kind, and what is first in one instant."""
    sensor = draw(st.sampled_from(["number", "level"] if kind.startswith("differential") else sorted(POOLS)))
    is_change_first = draw(st.booleans())
    script = [(0.0, draw(_readings(sensor))), (0.0, f"? {draw(_words(kind, sensor == 'number'))}")]
    for pause, what in draw(_steps(sensor)):
        # Two changes in the instant of a timer are told differently: test_strategies_that_differ.py.
        script.append((script[-1][0] + (pause or is_change_first * 0.125), what))
    return sensor, [*script, (script[-1][0] + 7, "end")], is_change_first


@pytest.mark.parametrize("kind", KINDS)
def test_random_scripts_are_told_the_same(kind: str) -> None:
    """No order of changes, timers and further strategies is told differently."""

    @settings(max_examples=100, derandomize=True, database=None, deadline=None)
    @given(scripts(kind))
    def compare(drawn: tuple[str, Script, bool]) -> None:
        assert_same(*played(*drawn))

    compare()
