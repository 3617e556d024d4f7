"""Sampler: for each strategy a script of readings and times, and exactly what goes out."""

import math

import pytest

from katgate.errors import StrategyError
from katgate.katcp.reading import Reading, Status
from katgate.katcp.sampling import Kind, Sampler, Strategy
from katgate.katcp.types import Float, Str
from katgate.katcp.values import Value

NAN = math.nan


def run(
    strategy: str, script: list[tuple[float, Value | None]], status: Status = Status.NOMINAL
) -> list[object]:
    """Play (time, new value, or None for 'the time has come') and return (time, value) of what is sent.

    Between two steps every deadline that has passed is served at its time, as a timer would.
    """
    sampler = Sampler(Strategy.parse(strategy.split()))
    sent: list[object] = []
    for now, value in script:
        while sampler.deadline is not None and sampler.deadline <= now:
            at = sampler.deadline
            due = sampler.expire(at)
            assert due is not None
            sent.append((at, due.value))
        if value is not None:
            due = sampler.observe(Reading(now, status, value), now)
            if due is not None:
                sent.append((now, due.value))
    return sent


SCRIPTS = [
    ("none", [(0, 1), (1, 2)], []),
    ("auto", [(0, 1), (1, 1), (2, 2)], [(0, 1), (1, 1), (2, 2)]),
    ("event", [(0, 1), (1, 1), (2, 2), (3, 2)], [(0, 1), (2, 2)]),
    ("event", [(0, "a"), (1, "a"), (2, b"\xff")], [(0, "a"), (2, b"\xff")]),
    ("event", [(0, NAN), (1, NAN), (2, 1.0)], [(0, NAN), (2, 1.0)]),
    ("differential 2", [(0, 0), (1, 2), (2, 3), (3, 1), (4, 0)], [(0, 0), (2, 3), (4, 0)]),
    ("differential 2", [(0, 0), (1, "text"), (2, "text")], [(0, 0), (1, "text")]),
    ("differential 2", [(0, 10**400), (1, 0)], [(0, 10**400), (1, 0)]),
    ("period 1", [(0, 1), (0.5, 2), (2.5, 3), (4, None)], [(0, 1), (1.0, 2), (2.0, 2), (3.0, 3), (4.0, 3)]),
    # Inside shortest one timer; at its end the then current value, even if it has gone back.
    ("event-rate 1 10", [(0, 1), (0.2, 2), (0.4, 1), (5, None)], [(0, 1), (1.0, 1)]),
    ("event-rate 1 10", [(0, 1), (3, 2), (4, None)], [(0, 1), (3, 2)]),
    ("event-rate 1 4", [(0, 1), (9, None)], [(0, 1), (4.0, 1), (8.0, 1)]),
    ("event-rate 0 inf", [(0, 1), (0, 2), (99, None)], [(0, 1), (0, 2)]),
    ("differential-rate 2 1 inf", [(0, 0), (0.1, 3), (0.2, 9), (5, 10)], [(0, 0), (1.0, 9)]),
]


@pytest.mark.parametrize(("strategy", "script", "expected"), SCRIPTS)
def test_what_a_strategy_sends(
    strategy: str, script: list[tuple[float, Value | None]], expected: object
) -> None:
    """The rules of KATCP's strategies, initial update included."""
    assert repr(expected) == repr(run(strategy, script))


def test_change_of_status_alone_is_an_event() -> None:
    """An operator must see a sensor go to warn although its value stands still."""
    for words in (["event"], ["differential", "5"]):
        sampler = Sampler(Strategy.parse(words))
        assert sampler.observe(Reading(0, Status.NOMINAL, 1), 0) is not None
        warned = Reading(1, Status.WARN, 1)
        assert warned == sampler.observe(warned, 1)


def test_late_period_keeps_its_grid() -> None:
    """A busy reactor must not make a period drift, nor send a burst to catch up."""
    sampler = Sampler(Strategy.parse(["period", "1"]))
    sampler.observe(Reading(0, Status.NOMINAL, 1), 10.0)
    assert 11.0 == sampler.deadline
    assert sampler.expire(13.4) is not None
    assert 14.0 == sampler.deadline
    assert sampler.expire(13.9) is None


REFUSED = [
    ([], "no strategy"),
    (["often"], "is not a strategy: none, auto"),
    (["event", "1"], "event takes no parameters"),
    (["period"], "period takes period"),
    (["period", "0"], "at least 0.001"),
    (["period", "1e-320"], "at least 0.001"),
    (["event-rate", "0", "0"], "at least 0.001"),
    (["period", "nan"], "must be a number"),
    (["differential", "-1"], "more than 0"),
    (["event-rate", "5", "1"], "shortest <= longest"),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED)
def test_unusable_strategy_is_refused_with_a_sentence(words: list[str], sentence: str) -> None:
    """Who asks for nonsense learns what would do."""
    with pytest.raises(StrategyError, match=sentence):
        Strategy.parse(words)


def test_words_of_a_strategy() -> None:
    """A strategy is written as a request carries it; v4 has milliseconds."""
    rate = Strategy.parse(["event-rate", "0.5", "inf"])
    assert "event-rate 0.5 inf" == str(rate)
    assert [b"period", b"500"] == Strategy.parse(["period", "0.5"]).arguments(4)
    assert Strategy.parse(["period", "0.5"]) == Strategy.parse(["period", "500"], 4)


def test_difference_needs_numbers() -> None:
    """A text has no distance from another."""
    differential = Strategy(Kind.DIFFERENTIAL, difference=1.0)
    differential.check_type(Float())
    with pytest.raises(StrategyError, match="integer and float"):
        differential.check_type(Str())
