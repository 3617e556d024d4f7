"""Mount: how an antenna moves, without an antenna."""

from random import Random

import pytest

from katgate.demo.motion import REST_S, Mode, Mount, Position, drive_current, jittered

SOURCE = Position(20.0, 70.0)


@pytest.fixture
def mount() -> Mount:
    """A mount that tracks SOURCE."""
    mount = Mount()
    mount.move(0.0, SOURCE)
    mount.move(2.0, SOURCE)
    assert (SOURCE, Mode.TRACK) == (mount.actual, mount.mode)
    return mount


def test_tracks_when_nobody_commands_it() -> None:
    """It goes from its stow position to the source, and is slewing on the way."""
    mount = Mount()
    mount.move(0.5, SOURCE)
    assert (Mode.SLEW, Position(5.0, 85.0), (10.0, -10.0)) == (mount.mode, mount.actual, mount.speeds)
    mount.move(1.5, SOURCE)
    assert (Mode.TRACK, SOURCE) == (mount.mode, mount.actual)


def test_slew_takes_as_long_as_the_longer_way(mount: Mount) -> None:
    """At ten degrees a second; the axis with the shorter way waits for the other."""
    mount.slew(Position(60.0, 60.0))
    assert 4.0 == mount.time_left_s()
    mount.move(2.0, SOURCE)
    assert (Position(40.0, 60.0), Mode.SLEW, False) == (mount.actual, mount.mode, mount.has_arrived)
    mount.move(2.0, SOURCE)
    assert (Position(60.0, 60.0), Mode.STOP, True) == (mount.actual, mount.mode, mount.has_arrived)
    assert 0.0 == mount.time_left_s()


@pytest.mark.parametrize("dt", [0.001, 0.3, 7.0, 100.0])
def test_arrives_whatever_the_steps(mount: Mount, dt: float) -> None:
    """It never passes by, nor trembles about the goal."""
    mount.slew(Position(-100.0, 15.0))
    for _ in range(round(12 / dt) + 2):
        mount.move(dt, SOURCE)
    assert Position(-100.0, 15.0) == mount.actual


def test_slew_to_where_it_is(mount: Mount) -> None:
    """There is no way to go, and no tracking either."""
    mount.slew(SOURCE)
    mount.move(0.0, SOURCE)
    assert (Mode.STOP, True) == (mount.mode, mount.has_arrived)


def test_stop_on_the_way(mount: Mount) -> None:
    """It stays where it was stopped."""
    mount.slew(Position(60.0, 60.0))
    mount.move(1.0, SOURCE)
    mount.stop()
    mount.move(1.0, SOURCE)
    assert (Position(30.0, 60.0), Mode.STOP, (0.0, 0.0)) == (mount.actual, mount.mode, mount.speeds)


def test_goes_back_to_tracking_after_a_rest(mount: Mount) -> None:
    """An antenna that somebody stopped and forgot becomes alive again."""
    mount.stop()
    mount.move(0.0, SOURCE)
    mount.move(REST_S - 1, Position(21.0, 70.0))
    assert Mode.STOP is mount.mode
    mount.move(1.0, Position(21.0, 70.0))
    assert (Mode.TRACK, 21.0) == (mount.mode, mount.actual.azimuth)


def test_stays_stowed(mount: Mount) -> None:
    """Nobody stows an antenna to find it tracking."""
    mount.stow()
    mount.move(2.0, SOURCE)
    mount.move(10 * REST_S, SOURCE)
    assert (Mode.STOW, Position(20.0, 90.0)) == (mount.mode, mount.actual)
    mount.track()
    mount.move(2.0, SOURCE)
    assert (Mode.TRACK, SOURCE) == (mount.mode, mount.actual)


TURNS = [
    (270.0, Position(-100.0, 30.0), 260.0),
    (-180.0, Position(-100.0, 30.0), -100.0),
    (100.0, Position(179.0, 30.0), 179.0),
    (170.0, Position(-179.0, 30.0), 181.0),
    (-20.0, Position(-170.0, 30.0), -170.0),
]


@pytest.mark.parametrize(("present", "source", "expected"), TURNS)
def test_takes_the_shorter_way_round(mount: Mount, present: float, source: Position, expected: float) -> None:
    """A source that crosses south does not send the antenna round the circle."""
    mount.slew(Position(present, 30.0))
    mount.move(100.0, source)
    mount.track()
    mount.move(100.0, source)
    assert (Mode.TRACK, expected) == (mount.mode, mount.actual.azimuth)


def test_does_not_look_below_its_lowest_elevation(mount: Mount) -> None:
    """The antenna waits at its limit for a source that is behind the hill."""
    mount.move(100.0, Position(20.0, 3.0))
    assert Position(20.0, 15.0) == mount.actual


def test_drives_draw_more_the_faster_and_stiffer_they_are() -> None:
    """This is what makes the worn antenna's status change when it slews."""
    at_rest, slewing, stiff = (
        drive_current(speed, friction, Random(1)) for speed, friction in [(0, 1), (-10, 1), (10, 1.3)]
    )
    assert 0 < at_rest < 3 < slewing < 12 < stiff < 15


def test_jitter_is_some_seconds_of_arc() -> None:
    """The last digits live, the first do not."""
    read = jittered(SOURCE, Random(1))
    assert 0 < read.distance(SOURCE) < 0.01
