"""Ending: in which order a katgate goes, and that nobody can hold it up."""

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.logger import LogEvent

from katgate.ending import Ending
from tests.support import outcome


class House:
    """Notes what it is asked; its Deferreds wait for the test."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.drained: Deferred[None] = Deferred()
        self.everybody_gone: Deferred[None] = Deferred()
        self.devices_gone: Deferred[None] = Deferred()

    def leave(self) -> None:
        self.asked.append("leave")

    def gone(self) -> "Deferred[None]":
        return self.everybody_gone

    def cut(self) -> None:
        self.asked.append("cut")

    def drain(self, within_s: float) -> "Deferred[None]":
        self.asked.append(("drain", within_s))
        return self.drained

    def let_go(self) -> "Deferred[None]":
        self.asked.append("let go")
        return self.devices_gone


def end(house: House, clock: Clock) -> list[Any]:
    """Begin to end; return what will hold the result."""
    ending = Ending([house], house.drain, [house.let_go], clock)
    return outcome(Deferred.fromCoroutine(ending.run(8.0)))


def test_devices_are_let_go_when_nobody_waits_for_them() -> None:
    """Browsers are told at once; it is over when all have gone, and no sooner."""
    house, clock = House(), Clock()
    ended = end(house, clock)
    assert [("drain", 8.0), "leave"] == house.asked
    clock.advance(3)
    house.drained.callback(None)
    assert [("drain", 8.0), "leave", "let go"] == house.asked
    house.devices_gone.callback(None)
    assert [] == ended
    house.everybody_gone.callback(None)
    assert ([None], []) == (ended, clock.getDelayedCalls())


def test_one_who_holds_on_is_cut() -> None:
    """A second and a half after the time for requests, whenever the last of those ended; a device too."""
    house, clock = House(), Clock()
    ended = end(house, clock)
    clock.advance(2)
    house.drained.callback(None)
    clock.advance(7.4)
    assert "cut" not in house.asked
    clock.advance(0.2)
    assert ("cut", [None]) == (house.asked[-1], ended)
    house.everybody_gone.callback(None)
    house.devices_gone.callback(None)
    assert [] == clock.getDelayedCalls()


def test_part_that_cannot_be_let_go(logged: list[LogEvent]) -> None:
    """It is logged, and the rest is waited for all the same."""
    house, clock = House(), Clock()
    house.drained = succeed(None)
    house.devices_gone = fail(ValueError("a server of somebody's"))
    ended = end(house, clock)
    assert [] == ended
    house.everybody_gone.callback(None)
    assert [None] == ended
    [event] = [event for event in logged if event.get("log_failure")]
    assert "a server of somebody's" in str(event["log_failure"].value)
