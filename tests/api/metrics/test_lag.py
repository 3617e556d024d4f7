"""LoopLag: an event loop that comes late."""

import pytest
from twisted.internet.task import Clock

from katgate.api.metrics.lag import LoopLag


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lag(clock: Clock) -> LoopLag:
    lag = LoopLag(clock)
    lag.start()
    return lag


def test_loop_that_comes_in_time(clock: Clock, lag: LoopLag) -> None:
    """Each look counts, and none was late."""
    clock.pump([0.1] * 50)
    assert 50 == lag.histogram.cumulative[-1] == lag.histogram.cumulative[0]
    assert pytest.approx(0.0) == lag.worst_s


def test_loop_that_was_held_up(clock: Clock, lag: LoopLag) -> None:
    """As long as it was late, and for a minute the worst of all: whoever asks, however many do."""
    clock.pump([0.1] * 5)
    clock.advance(0.9)
    assert pytest.approx(0.8) == lag.worst_s
    assert pytest.approx(0.8) == lag.histogram.sum_s
    clock.pump([0.1] * 550)
    clock.advance(0.3)
    assert pytest.approx(0.8) == lag.worst_s
    clock.pump([0.1] * 150)
    assert pytest.approx(0.2) == lag.worst_s
    clock.pump([0.1] * 700)
    assert pytest.approx(0.0) == lag.worst_s


def test_nothing_is_left(clock: Clock, lag: LoopLag) -> None:
    """It may be started and stopped twice."""
    lag.start()
    assert 1 == len(clock.getDelayedCalls())
    lag.stop()
    lag.stop()
    assert [] == clock.getDelayedCalls()
    clock.advance(100)
    assert 0.0 == lag.worst_s
