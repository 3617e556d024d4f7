"""Antenna: dialogues over an in-memory wire."""

from random import Random

import pytest
from twisted.internet.testing import MemoryReactorClock

from katgate.demo.antenna import Antenna
from katgate.katcp import Status
from tests.support import Wire


@pytest.fixture
def reactor() -> MemoryReactorClock:
    reactor = MemoryReactorClock()
    reactor.advance(1_800_000_000.0)
    return reactor


@pytest.fixture
def antenna(reactor: MemoryReactorClock) -> Antenna:
    """An antenna that was told to slew to azimuth 20, elevation 70 and is there."""
    antenna = Antenna("10.8.1.10:7147", Random(1), reactor=reactor)
    antenna.start()
    wire = connect(antenna)
    wire.say(b"?slew 20 70\n")
    reactor.pump([0.25] * 200)
    assert "!slew ok 20.0 70.0" == wire.heard()[-1]
    wire.cut()
    return antenna


def connect(antenna: Antenna) -> Wire:
    wire = Wire(antenna.buildProtocol(None))
    wire.heard()
    return wire


@pytest.fixture
def wire(antenna: Antenna) -> Wire:
    return connect(antenna)


def value(antenna: Antenna, name: str) -> object:
    return antenna.sensors[name].value


def test_slew_tells_its_way(wire: Wire, antenna: Antenna, reactor: MemoryReactorClock) -> None:
    """An inform each second with the id of the request, and the reply on arrival, not at the next tick."""
    wire.say(b"?slew[5] 45.3 60\n")
    assert ("slew", False, 45.3) == (
        value(antenna, "mode"),
        value(antenna, "on-target"),
        value(antenna, "requested-azimuth"),
    )
    reactor.pump([0.125] * 20)
    assert ["#slew[5] 30.0 60.0", "#slew[5] 40.0 60.0"] == wire.heard()
    reactor.pump([0.125])
    assert ["!slew[5] ok 45.3 60.0"] == wire.heard()
    assert ("stop", True, 45.3) == (
        value(antenna, "mode"),
        value(antenna, "on-target"),
        value(antenna, "actual-azimuth"),
    )


def test_slew_to_where_it_is_is_answered_at_once(wire: Wire) -> None:
    """There is nothing to wait for."""
    wire.say(b"?slew 20 70\n")
    assert ["!slew ok 20.0 70.0"] == wire.heard()


ENDINGS = [
    (b"?stop\n", "?stop", ["!stop ok 30.0 60.0"]),
    (b"?track\n", "?track", ["!track ok Sagittarius\\_A*"]),
    (b"?slew[2] 30 60\n", "?slew", ["!slew[2] ok 30.0 60.0"]),
    (b"?stow[2]\n", "?stow", []),
]


@pytest.mark.parametrize(("line", "by", "replies"), ENDINGS)
def test_later_command_ends_a_slew(
    wire: Wire, antenna: Antenna, reactor: MemoryReactorClock, line: bytes, by: str, replies: list[str]
) -> None:
    """Whoever sent the first is told by what it was ended, before the second is answered."""
    other = connect(antenna)
    wire.heard()
    wire.say(b"?slew[1] 100 60\n")
    reactor.pump([0.25] * 4)
    other.say(line)
    ended = f"!slew[1] fail a\\_later\\_{by}\\_took\\_over\\_before\\_the\\_antenna\\_arrived"
    assert ["#slew[1] 30.0 60.0", ended] == wire.heard()
    reactor.advance(0)
    assert replies == other.heard()


def test_same_client_may_change_its_mind(wire: Wire, reactor: MemoryReactorClock) -> None:
    """Both requests get a reply, each its own."""
    wire.say(b"?slew[1] 100 60\n")
    reactor.pump([0.25] * 2)
    wire.say(b"?slew[2] 20 60\n")
    reactor.pump([0.25] * 8)
    [ended, arrived] = wire.heard()
    assert ended.startswith("!slew[1] fail ")
    assert "!slew[2] ok 20.0 60.0" == arrived


REFUSED = [
    ("?slew", "azimuth must be a number from -185 to 275 degrees; it is missing"),
    ("?slew 400 60", "azimuth must be a number from -185 to 275 degrees, not '400'"),
    ("?slew nan 60", "azimuth must be a number from -185 to 275 degrees, not 'nan'"),
    ("?slew 40", "elevation must be a number from 15 to 90 degrees; it is missing"),
    ("?slew 40 up", "elevation must be a number from 15 to 90 degrees, not 'up'"),
    ("?slew 40 14.9", "elevation must be a number from 15 to 90 degrees, not '14.9'"),
    ("?slew 40 60 1", "?slew takes at most 2 arguments, not 3"),
    ("?stow now", "?stow takes at most 0 arguments, not 1"),
]


@pytest.mark.parametrize(("line", "sentence"), REFUSED)
def test_refused_with_a_sentence(wire: Wire, antenna: Antenna, line: str, sentence: str) -> None:
    """A bad argument is named with its range, and the antenna does not move."""
    wire.say(line.encode() + b"\n")
    [reply] = wire.heard()
    assert sentence == reply.split(" ", 2)[2].replace("\\_", " ")
    assert ("stop", 1) == (value(antenna, "mode"), value(antenna, "slews"))


def test_stow(wire: Wire, antenna: Antenna, reactor: MemoryReactorClock) -> None:
    """It goes straight up and stays there."""
    wire.say(b"?stow[1]\n")
    reactor.pump([0.25] * 8)
    assert ["#stow[1] 20.0 80.0", "!stow[1] ok 20.0 90.0"] == wire.heard()
    reactor.pump([0.5] * 600)
    assert ("stow", 90.0) == (value(antenna, "mode"), value(antenna, "actual-elevation"))


def test_tracks_when_nobody_commands_it(antenna: Antenna, reactor: MemoryReactorClock) -> None:
    """The page is alive: two minutes after the last command the antenna follows its source."""
    reactor.pump([0.5] * 320)
    assert ("track", True) == (value(antenna, "mode"), value(antenna, "on-target"))
    before = value(antenna, "requested-azimuth")
    reactor.pump([0.5] * 20)
    assert before != value(antenna, "requested-azimuth")


def test_client_that_goes_leaves_no_timer(wire: Wire, antenna: Antenna, reactor: MemoryReactorClock) -> None:
    """Only the antenna's own tick is left; the antenna itself goes on to where it was sent."""
    wire.say(b"?slew 100 60\n")
    assert 2 == len(reactor.getDelayedCalls())
    wire.cut()
    assert 1 == len(reactor.getDelayedCalls())
    reactor.pump([0.25] * 40)
    assert 100.0 == value(antenna, "actual-azimuth")


def test_stop_of_the_server_ends_what_is_under_way(
    wire: Wire, antenna: Antenna, reactor: MemoryReactorClock
) -> None:
    """The client hears why, then goodbye; no timer is left."""
    wire.say(b"?slew[1] 100 60\n")
    antenna.stop()
    reactor.advance(0)
    assert [
        "!slew[1] fail the\\_device\\_is\\_shutting\\_down",
        "#disconnect the\\_device\\_is\\_shutting\\_down",
    ] == wire.heard()
    assert [] == reactor.getDelayedCalls()


def test_restart_goes_on_where_it_was(wire: Wire, antenna: Antenna, reactor: MemoryReactorClock) -> None:
    """The model lives on after ?restart, and has not aged in between."""
    wire.say(b"?restart\n")
    reactor.advance(0)
    assert 20.0 == value(antenna, "actual-azimuth")
    connect(antenna).say(b"?slew 40 70\n")
    reactor.pump([0.25] * 8)
    assert 40.0 == value(antenna, "actual-azimuth")


def test_worn_drive_warns_when_it_slews(reactor: MemoryReactorClock) -> None:
    """A status of interest, caused by what the user commands."""
    antenna = Antenna("10.8.1.13:7147", Random(1), friction=1.3, reactor=reactor)
    antenna.start()
    reactor.pump([0.5] * 80)
    assert ("ok", Status.NOMINAL) == antenna.sensors["device-status"].reading[:0:-1]
    wire = connect(antenna)
    wire.say(b"?slew -180 20\n")
    reactor.pump([0.5] * 4)
    assert Status.WARN is antenna.sensors["azimuth-drive-current"].status
    assert ("degraded", Status.WARN) == antenna.sensors["device-status"].reading[:0:-1]


def test_clock_set_back(antenna: Antenna, wire: Wire, reactor: MemoryReactorClock) -> None:
    """The antenna does not run backwards when the computer's clock is corrected."""
    wire.say(b"?slew 60 70\n")
    reactor.pump([0.5] * 2)
    reactor.rightNow -= 3600
    antenna.tick()
    assert 30.0 == antenna.mount.actual.azimuth


def test_help(wire: Wire) -> None:
    """Each request of its own says how it is used."""
    for name in ("slew", "stow", "stop", "track"):
        wire.say(f"?help {name}\n".encode())
        [inform, _] = wire.heard()
        assert f"`?{name}" in inform
