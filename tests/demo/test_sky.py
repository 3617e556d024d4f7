"""Where sources stand: against what can be worked out by hand."""

import pytest

from katgate.demo.sky import CATALOGUE, LATITUDE_DEG, Source, best_source, position_of, sidereal_deg

#: 2000 January 1, 12:00 UTC.
J2000 = 946_728_000.0
DAY_S = 86_400.0


def test_sidereal_time_of_the_epoch() -> None:
    """Greenwich had 280.46 degrees then; the site is 21.44 further east."""
    assert pytest.approx(301.904, abs=0.001) == sidereal_deg(J2000)


def test_sidereal_day_is_four_minutes_short() -> None:
    """The same sky comes back after 23 h 56 min 4 s."""
    assert pytest.approx(sidereal_deg(J2000), abs=0.001) == sidereal_deg(J2000 + 86_164.0905)


def test_culminations() -> None:
    """On the meridian, elevation follows from declination alone."""
    meridian = sidereal_deg(J2000)
    zenith = position_of(Source("zenith", meridian, LATITUDE_DEG), J2000)
    assert pytest.approx(90.0, abs=1e-4) == zenith.elevation
    equator = position_of(Source("equator", meridian, 0.0), J2000)
    assert pytest.approx((0.0, 90.0 + LATITUDE_DEG), abs=1e-4) == (equator.azimuth, equator.elevation)
    pole = position_of(Source("pole", 0.0, -90.0), J2000)
    assert pytest.approx((180.0, -LATITUDE_DEG), abs=1e-4) == (abs(pole.azimuth), pole.elevation)


def test_sources_rise_in_the_east() -> None:
    """Six hours before its culmination a source on the equator is on the horizon."""
    rising = position_of(Source("equator", sidereal_deg(J2000) + 90.0, 0.0), J2000)
    assert pytest.approx((90.0, 0.0), abs=1e-4) == (rising.azimuth, rising.elevation)


def test_there_is_always_something_to_track() -> None:
    """At no time of the day do the antennas look at their feet."""
    times = [J2000 + DAY_S * step / 200 for step in range(200)]
    assert all(position_of(best_source(now), now).elevation > 40 for now in times)


def test_source_is_kept_while_it_is_high_enough() -> None:
    """The antennas do not hop to whatever is a little higher."""
    source, kept = CATALOGUE[0], 0
    for step in range(2000):
        now = J2000 + DAY_S * step / 1000
        following = best_source(now, source)
        if following is source:
            kept += 1
        else:
            assert position_of(source, now).elevation < 25
        source = following
    assert kept > 1980
