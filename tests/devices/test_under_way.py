"""UnderWay: requests that wait for a reply while katgate ends."""

from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from katgate.devices.under_way import UnderWay
from katgate.errors import GivenUp, ShuttingDown
from tests.support import outcome


def wait_for(under_way: UnderWay, reply: "Deferred[Any]") -> "Deferred[Any]":
    return Deferred.fromCoroutine(under_way.wait_for("capture-start", reply))


def test_reply_in_time() -> None:
    """It is given as ever, and then all is over: before the time is."""
    clock = Clock()
    under_way = UnderWay("cbf", clock)
    first: Deferred[str] = Deferred()
    second: Deferred[str] = Deferred()
    waiting = [outcome(wait_for(under_way, reply)) for reply in (first, second)]
    drained = outcome(under_way.drain(8))
    first.callback("ok")
    assert (1, []) == (len(under_way), drained)
    second.callback("fail")
    assert ([["ok"], ["fail"]], [None], []) == (waiting, drained, clock.getDelayedCalls())


def test_no_reply_in_time() -> None:
    """It is given up, with what that means; the device may still carry it out."""
    clock = Clock()
    under_way = UnderWay("cbf", clock)
    waiting = outcome(wait_for(under_way, Deferred()))
    drained = outcome(under_way.drain(8))
    clock.advance(7.9)
    assert ([], []) == (waiting, drained)
    clock.advance(0.2)
    [error] = waiting
    assert (GivenUp, "cbf", "capture-start", True) == (
        type(error),
        error.device,
        error.request,
        error.was_sent,
    )
    assert "may or may not have been carried out" in str(error)
    assert [None] == drained


def test_nothing_new_is_begun() -> None:
    """Also when nothing was under way."""
    under_way = UnderWay("cbf", Clock())
    under_way.check()
    assert [None] == outcome(under_way.drain(8))
    with pytest.raises(ShuttingDown) as raised:
        under_way.check()
    assert raised.value.was_sent is False


def test_browser_that_goes_before() -> None:
    """Its request ends as cancelled, which is nobody's trouble, and holds nothing up."""
    under_way = UnderWay("cbf", Clock())
    asked = wait_for(under_way, Deferred())
    waiting = outcome(asked)
    drained = outcome(under_way.drain(8))
    asked.cancel()
    assert ([CancelledError], [None]) == ([type(error) for error in waiting], drained)
