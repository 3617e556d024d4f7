"""The table that stays where it is: what it shows, of what happened."""

from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.terminal.live import Table
from katgate.terminal.source import Away, Here, Listed, Noticed, Read


def table() -> Table:
    """Return a table of three sensors, of which a has a reading."""
    table = Table("cbf", "event")
    table.take(Listed(tuple(SensorDescription(name, "", "K", "float") for name in "cab")))
    table.take(Read("a", Reading(0.0, Status.NOMINAL, 1.5)))
    return table


def words(table: Table, height: int = 24) -> list[list[str]]:
    """Return its lines as words."""
    return [line.plain.split() for line in table.lines(80, height, 0.0)]


def test_newest_reading_of_each_by_name() -> None:
    """What came before is written over."""
    shown = table()
    shown.take(Read("a", Reading(1.0, Status.WARN, 2.5)))
    state, _, a, *others = words(shown)
    assert ["cbf", "3", "sensors,", "event"] == state
    assert ["a", "2.5", "K", "warn"] == a[:4]
    assert ["b", "c"] == [other[0] for other in others]


def test_more_than_fits_is_counted() -> None:
    """Nobody takes what is shown for all there is."""
    assert "and 2 more: a higher window shows them" == " ".join(words(table(), 5)[-1])


def test_away_and_back() -> None:
    """The first line says so, and why."""
    shown = table()
    shown.take(Away("no \x1b[2J power"))
    assert r"cbf is away: no \x1b[2J power" == " ".join(words(shown)[0])
    shown.take(Here())
    assert "3 sensors" in " ".join(words(shown)[0])


def test_sensors_that_go_are_gone_and_notices_stand_below() -> None:
    """One that is described anew is removed first, then added, without its old reading."""
    shown = table()
    shown.take(Listed((SensorDescription("a", "", "", "string"),), ("a", "b")))
    shown.take(Noticed("too slow"))
    assert [["a", "-", "-", "-"], ["c", "-", "K", "-", "-"], ["too", "slow"]] == words(shown)[2:]
