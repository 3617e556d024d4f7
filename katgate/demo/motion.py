"""How an antenna moves: two axes that turn at a steady speed, and what their drives draw. Pure.

Angles are in degrees: azimuth from north over east, elevation from the horizon.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Final

__all__ = [
    "AZIMUTHS",
    "ELEVATIONS",
    "SPEED",
    "STOW_ELEVATION",
    "Mode",
    "Mount",
    "Position",
    "drive_current",
    "jittered",
]

#: What the axes can reach: azimuth overlaps itself, so that no source needs an unwinding half way.
AZIMUTHS: Final = (-185.0, 275.0)
ELEVATIONS: Final = (15.0, 90.0)

#: Straight up, where the wind finds least to hold.
STOW_ELEVATION: Final = 90.0

#: Of either axis, in degrees a second.
SPEED: Final = 10.0

#: After so many seconds at rest the antenna goes back to tracking, so that there is something to see.
REST_S: Final = 120.0

#: What the encoders can tell apart, in degrees: an axis that is closer has arrived.
_RESOLUTION: Final = 1e-4


class Mode(StrEnum):
    """What an antenna is doing."""

    STOP = "stop"
    SLEW = "slew"
    TRACK = "track"
    STOW = "stow"


@dataclass(frozen=True, slots=True)
class Position:
    """Where an antenna points, or a source stands, in degrees."""

    azimuth: float
    elevation: float

    def distance(self, other: "Position") -> float:
        """Return how far the axis turns that has the longer way."""
        return max(abs(self.azimuth - other.azimuth), abs(self.elevation - other.elevation))


class Mount:
    """The two axes of an antenna, and what they have been told.

    It starts stowed and goes off tracking. Whatever ends a movement leaves the antenna where it is.
    """

    def __init__(self) -> None:
        self.actual = self.requested = Position(0.0, STOW_ELEVATION)
        self.mode = Mode.STOP
        #: Degrees a second of azimuth and elevation, in the last move.
        self.speeds = (0.0, 0.0)
        self._mode_there = Mode.TRACK
        self._rested_s = 0.0

    @property
    def has_arrived(self) -> bool:
        """Whether it points where it was told to."""
        return self.actual == self.requested

    def time_left_s(self) -> float:
        """Return how long the rest of the way takes."""
        return self.actual.distance(self.requested) / SPEED

    def slew(self, requested: Position) -> None:
        """Go somewhere, and stop there."""
        self._go(requested, Mode.STOP)

    def stow(self) -> None:
        """Go straight up, and stay there until told otherwise."""
        self._go(replace(self.actual, elevation=STOW_ELEVATION), Mode.STOW)

    def stop(self) -> None:
        """Stay here, for a while."""
        self._go(self.actual, Mode.STOP)

    def track(self) -> None:
        """Follow the source from now on."""
        self._mode_there = Mode.TRACK

    def move(self, dt: float, source: Position) -> None:
        """Let `dt` seconds pass. `source` is where the source stands at their end."""
        if self.mode is Mode.STOP:
            self._rested_s += dt
            if self._rested_s >= REST_S:
                self.track()
        if self._mode_there is Mode.TRACK:
            self.requested = _within_reach(source, self.actual)
        before, self.actual = self.actual, _towards(self.requested, self.actual, SPEED * dt)
        self.mode = self._mode_there if self.has_arrived else Mode.SLEW
        if dt > 0:
            turned = (self.actual.azimuth - before.azimuth, self.actual.elevation - before.elevation)
            self.speeds = (turned[0] / dt, turned[1] / dt)

    def _go(self, requested: Position, mode_there: Mode) -> None:
        self.requested = requested
        self._mode_there = mode_there
        self._rested_s = 0.0


def drive_current(speed: float, friction: float, random: Random) -> float:
    """Return what a drive draws, in ampere; `friction` is 1 for one that is well greased."""
    return max(0.0, friction * (1.5 + 0.9 * abs(speed)) + random.gauss(0.0, 0.15))


def jittered(position: Position, random: Random) -> Position:
    """Return what the encoders read while the drives hold a moving antenna: 3 seconds of arc off."""
    return Position(
        position.azimuth + random.gauss(0.0, 3 / 3600), position.elevation + random.gauss(0.0, 3 / 3600)
    )


def _towards(requested: Position, actual: Position, step: float) -> Position:
    return Position(
        _axis_towards(requested.azimuth, actual.azimuth, step),
        _axis_towards(requested.elevation, actual.elevation, step),
    )


def _axis_towards(requested: float, actual: float, step: float) -> float:
    way = requested - actual
    if abs(way) <= step + _RESOLUTION:
        return requested
    return actual + step if way > 0 else actual - step


def _within_reach(source: Position, near: Position) -> Position:
    """Return the position of a source that the axes reach soonest: azimuth has more than one turn."""
    turns = [source.azimuth + turn for turn in (-360.0, 0.0, 360.0)]
    reached = [azimuth for azimuth in turns if AZIMUTHS[0] <= azimuth <= AZIMUTHS[1]]
    azimuth = min(reached, key=lambda azimuth: abs(azimuth - near.azimuth))
    return Position(azimuth, max(ELEVATIONS[0], min(source.elevation, ELEVATIONS[1])))
