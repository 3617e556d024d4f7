"""Tables of sensors and of requests, as lines for a terminal of some width. Pure."""

from collections.abc import Iterable, Sequence
from inspect import cleandoc
from typing import Final

from rich.text import Text

from katgate.katcp.harmless import harmless
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.terminal.columns import Cell, Column, lay_out
from katgate.terminal.words import short_time, units_words, value_words

__all__ = ["STYLE_OF_STATUS", "Row", "help_lines", "sensor_lines"]

#: A sensor, and its reading if it has one.
Row = tuple[SensorDescription, Reading | None]

#: The word says it; the colour helps to find it.
STYLE_OF_STATUS: Final = {
    "nominal": "green",
    "warn": "yellow",
    "error": "bold red",
    "failure": "bold white on red",
    "unknown": "cyan",
    "inactive": "dim",
    "unreachable": "magenta",
}

_SENSORS: Final = (
    Column("name", least=16, rank=3),
    Column("value", least=10, rank=1, is_right=True),
    Column("units", least=4, rank=2, joins=True),
    Column("status", least=11, rank=5),
    Column("time", least=0, rank=4),
    Column("description", least=0, rank=0),
)


def sensor_lines(rows: Iterable[Row], width: int | None, now: float) -> list[Text]:
    """Return a table of sensors; `now` is UNIX seconds: times of today need no date."""
    return lay_out(_SENSORS, [_cells(about, reading, now) for about, reading in rows], width)


def _cells(about: SensorDescription, reading: Reading | None, now: float) -> list[Cell]:
    name, text = harmless(about.name), harmless(about.description)
    units = units_words(about)
    if reading is None:
        return [(name, ""), ("-", "dim"), (units, "dim"), ("-", "dim"), ("-", "dim"), (text, "dim")]
    status = reading.status.value
    # What a device said before it went is not to be taken for what it says now.
    style = "dim" if status == "unreachable" else ""
    return [
        (name, ""),
        (value_words(reading.value, about.type), style),
        (units, "dim"),
        (status, STYLE_OF_STATUS[status]),
        (short_time(reading.timestamp, now), style),
        (text, "dim"),
    ]


_REQUESTS: Final = (Column("request", least=16, rank=1), Column("description", least=8, rank=0))


def help_lines(informs: Sequence[Message], width: int | None) -> list[Text]:
    """Return what `?help` says: a table of requests with the first paragraph of each, or all of a single one."""
    if len(informs) == 1:
        return _one_request(informs[0])
    rows = [
        [(harmless(msg.text(0)), "bold"), (_first_paragraph(msg.text(1)), "")]
        for msg in sorted(informs, key=lambda msg: msg.text(0))
    ]
    return lay_out(_REQUESTS, rows, width)


def _one_request(msg: Message) -> list[Text]:
    text = cleandoc(msg.text(1)).splitlines()
    return [Text(harmless(msg.text(0)), "bold"), *(Text("  " + harmless(line)) for line in text)]


def _first_paragraph(text: str) -> str:
    paragraph = cleandoc(text).partition("\n\n")[0]
    return harmless(" ".join(paragraph.split()))
