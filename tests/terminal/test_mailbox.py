"""What happens, in order, until someone takes it."""

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from katgate.terminal.mailbox import Mailbox


def test_what_comes_together_is_taken_together() -> None:
    """A chunk of a thousand readings wakes its reader once."""
    clock = Clock()
    mailbox: Mailbox[int] = Mailbox(clock)
    taken: list[list[int]] = []
    for _ in range(2):
        Deferred.fromCoroutine(mailbox.take()).addCallback(taken.append)
        mailbox.put(1)
        mailbox.put(2)
        clock.advance(0)
    assert [[1, 2], [1, 2]] == taken
    assert [] == mailbox.take_now()
    assert [] == list(clock.getDelayedCalls())


def test_the_end_comes_after_what_is_kept() -> None:
    """Nothing is lost, and who waits is not left waiting."""
    clock = Clock()
    mailbox: Mailbox[int] = Mailbox(clock)
    waiting: Deferred[list[int]] = Deferred.fromCoroutine(mailbox.take())
    mailbox.put(1)
    mailbox.end(Failure(ValueError("over")))
    clock.advance(0)
    assert [1] == waiting.result
    with pytest.raises(ValueError, match="over"):
        mailbox.take().send(None)


def test_an_end_without_a_failure() -> None:
    """It is an empty list for ever."""
    mailbox: Mailbox[int] = Mailbox(Clock())
    mailbox.end()
    with pytest.raises(StopIteration) as stopped:
        mailbox.take().send(None)
    assert [] == stopped.value.value
