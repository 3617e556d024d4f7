"""Undertaking: a pause that may be ended."""

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from katgate.demo.undertaking import Undertaking
from katgate.katcp import FailReply
from tests.support import outcome


def test_waits() -> None:
    """Time passes, and nothing else happens."""
    clock = Clock()
    waited = outcome(Deferred.fromCoroutine(Undertaking(clock).wait(2.0)))
    clock.advance(1.9)
    assert [] == waited
    clock.advance(0.1)
    assert [None] == waited


def test_ended_fails_with_the_sentence_and_leaves_no_timer() -> None:
    """Also what it does next fails: it has ended."""
    clock = Clock()
    undertaking = Undertaking(clock)
    waited = outcome(Deferred.fromCoroutine(undertaking.wait(2.0)))
    undertaking.end("somebody else came")
    waited += outcome(Deferred.fromCoroutine(undertaking.wait(2.0)))
    assert ["somebody else came"] * 2 == [str(error) for error in waited]
    assert all(isinstance(error, FailReply) for error in waited)
    assert [] == clock.getDelayedCalls()


def test_end_while_nobody_waits() -> None:
    """The next pause fails."""
    undertaking = Undertaking(Clock())
    undertaking.end("too late")
    [error] = outcome(Deferred.fromCoroutine(undertaking.wait(2.0)))
    with pytest.raises(FailReply, match="too late"):
        raise error
