"""Congestion: a browser that does not keep up is told, and told of the end; one that takes nothing is cut."""

from typing import Any

import pytest
from twisted.internet.task import Clock

from katgate.api.congestion import Congestion
from tests.api.follower import Follower
from tests.api.rig import FakeSocket, Rig


class Told:
    """What a congestion says and does."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.notices: list[tuple[str, str]] = []
        self.cuts = 0
        self.congestion = Congestion(
            self.clock, tell=lambda notice: self.notices.append((notice.level, notice.code)), cut=self.cut
        )

    def cut(self) -> None:
        self.cuts += 1


@pytest.fixture
def told() -> Told:
    return Told()


BEGIN, END = ("warn", "congestion"), ("info", "congestion")


def test_once_at_its_beginning_and_once_at_its_end(told: Told) -> None:
    """However often it falls behind in between."""
    for _ in range(10):
        told.congestion.fell_behind()
        told.clock.advance(4)
    assert [BEGIN] == told.notices
    told.clock.advance(1)
    assert [BEGIN, END] == told.notices
    told.congestion.fell_behind()
    assert [BEGIN, END, BEGIN] == told.notices


def test_it_is_not_over_while_the_browser_is_paused(told: Told) -> None:
    """It may be behind again, and nobody knows yet."""
    told.congestion.fell_behind()
    told.congestion.paused()
    told.clock.pump([5.0] * 4)
    assert [BEGIN] == told.notices
    told.congestion.resumed()
    told.clock.advance(5)
    assert [BEGIN, END] == told.notices


def test_browser_that_takes_nothing_for_a_minute_is_cut(told: Told) -> None:
    """Not sooner; and not for pauses that end, however many, as those of a large snapshot over a slow line do."""
    for _ in range(100):
        told.congestion.paused()
        told.clock.advance(30)
        told.congestion.resumed()
    told.congestion.paused()
    told.clock.advance(59)
    assert 0 == told.cuts
    told.clock.advance(1)
    assert (1, []) == (told.cuts, told.notices)


def test_nothing_is_left_of_a_browser_that_is_gone(told: Told) -> None:
    """No timer, in whatever state it was."""
    told.congestion.fell_behind()
    told.congestion.paused()
    told.congestion.close()
    assert [] == told.clock.getDelayedCalls()


# On a socket, and with events.


def flood(rig: Rig, device: Any, count: int) -> None:
    for number in range(count):
        rig.clock.advance(0.025)
        device.say(b"#sensor-status %d 1 mode nominal m%d\n" % (2000 + number, number))


def test_socket(rig: Rig, socket: FakeSocket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notice stands before the frame that is conflated; the end comes by itself."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 8)
    device = rig.connect()
    socket.call("sensors.subscribe", device="cbf", sensors=["mode"])
    socket.take()
    socket.session.paused()
    flood(rig, device, 20)
    assert [] == socket.take()
    socket.session.resumed()
    notice, frame = socket.take()
    assert ("notice", "warn", "congestion") == (
        notice["method"],
        notice["params"]["level"],
        notice["params"]["code"],
    )
    assert 19 == frame["params"]["conflated"]
    rig.clock.advance(5)
    [over] = socket.take()
    assert ("info", "congestion") == (over["params"]["level"], over["params"]["code"])
    assert not socket.is_closed_slow


def test_socket_of_a_browser_that_takes_nothing(rig: Rig, socket: FakeSocket) -> None:
    """It is closed as too slow after a minute; another is not bothered."""
    rig.connect()
    other = FakeSocket(rig)
    socket.session.paused()
    rig.clock.pump([1.0] * 60)
    assert (True, False) == (socket.is_closed_slow, other.is_closed_slow)


def test_events(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same notices; and the connection is cut in the end."""
    monkeypatch.setattr("katgate.hub.ring._MOST_FRAMES", 8)
    device = rig.connect()
    follower = Follower(rig)
    follower.events()
    [events] = rig.events._streams
    events.pauseProducing()
    flood(rig, device, 20)
    events.resumeProducing()
    notice, frame = follower.events()
    assert ("notice", "congestion") == (notice[0], notice[2]["code"])
    assert ("readings", "e1-20", 19) == (*frame[:2], frame[2]["conflated"])
    events.pauseProducing()
    rig.clock.pump([1.0] * 61)
    assert 0 == len(rig.events._streams)
