"""Where radio sources stand in the sky of the Karoo, and which one to look at. Pure.

Good to about a degree (no precession, refraction or polar motion): enough for antennas of paper.
"""

import math
from dataclasses import dataclass
from typing import Final

from katgate.demo.motion import Position

__all__ = ["CATALOGUE", "LATITUDE_DEG", "Source", "best_source", "position_of", "sidereal_deg"]

LATITUDE_DEG: Final = -30.7113
LONGITUDE_DEG: Final = 21.4439

#: 2000 January 1, 12:00 UTC, in UNIX seconds.
_J2000_S: Final = 946_728_000.0

#: A source is left once it is lower than this; it is soon behind the hills.
_LOWEST_DEG: Final = 25.0


@dataclass(frozen=True, slots=True)
class Source:
    """A radio source: right ascension and declination in degrees, J2000."""

    name: str
    right_ascension: float
    declination: float


#: At any time of the day one of these is higher than 40 degrees.
CATALOGUE: Final = (
    Source("PKS 0408-65", 62.085, -65.753),
    Source("Pictor A", 79.957, -45.779),
    Source("Hydra A", 139.524, -12.096),
    Source("Centaurus A", 201.365, -43.019),
    Source("Sagittarius A*", 266.417, -29.008),
    Source("PKS 1934-638", 294.854, -63.713),
    Source("PKS 2152-69", 329.275, -69.690),
)


def sidereal_deg(now: float) -> float:
    """Return the local sidereal time in degrees, at `now` in UNIX seconds."""
    days = (now - _J2000_S) / 86400
    return (280.46061837 + 360.98564736629 * days + LONGITUDE_DEG) % 360


def position_of(source: Source, now: float) -> Position:
    """Return where a source stands; azimuth from -180 to 180 degrees, from north over east."""
    hour_angle = math.radians(sidereal_deg(now) - source.right_ascension)
    declination, latitude = math.radians(source.declination), math.radians(LATITUDE_DEG)
    up = math.sin(declination) * math.sin(latitude)
    up += math.cos(declination) * math.cos(latitude) * math.cos(hour_angle)
    north = math.sin(declination) * math.cos(latitude)
    north -= math.cos(declination) * math.sin(latitude) * math.cos(hour_angle)
    east = -math.cos(declination) * math.sin(hour_angle)
    return Position(math.degrees(math.atan2(east, north)), math.degrees(math.asin(max(-1.0, min(up, 1.0)))))


def best_source(now: float, present: Source | None = None) -> Source:
    """Return the source to look at: the present one while it is high enough, else the highest."""
    if present is not None and position_of(present, now).elevation >= _LOWEST_DEG:
        return present
    return max(CATALOGUE, key=lambda source: position_of(source, now).elevation)
