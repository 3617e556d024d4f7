"""Tables of sensors and of requests, as lines for a terminal of some width. Pure."""

from collections.abc import Iterable, Sequence
from inspect import cleandoc
from textwrap import wrap
from typing import Final

from rich.text import Text

from katgate.errors import shortened
from katgate.katcp.harmless import harmless
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.terminal.columns import Cell, Column, Steady, lay_out
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

#: No terminal shows more of a value; a device may send megabytes.
_LONGEST_CELL: Final = 500

_SENSORS: Final = (
    Column("name", least=16, rank=3),
    Column("value", least=10, rank=1, is_right=True),
    Column("units", least=4, rank=2, joins=True),
    Column("status", least=11, rank=5),
    Column("time", least=0, rank=4),
    Column("description", least=0, rank=0),
)


def sensor_lines(
    rows: Iterable[Row], width: int | None, now: float, steady: Steady | None = None
) -> list[Text]:
    """Return a table of sensors; `now` is UNIX seconds: times of today need no date."""
    return lay_out(_SENSORS, [_cells(about, reading, now) for about, reading in rows], width, steady)


def _cells(about: SensorDescription, reading: Reading | None, now: float) -> list[Cell]:
    name, text = harmless(about.name), harmless(shortened(about.description, _LONGEST_CELL))
    units = shortened(units_words(about), _LONGEST_CELL)
    if reading is None:
        return [(name, ""), ("-", "dim"), (units, "dim"), ("-", "dim"), ("-", "dim"), (text, "dim")]
    status = reading.status.value
    # What a device said before it went is not to be taken for what it says now.
    style = "dim" if status == "unreachable" else ""
    return [
        (name, ""),
        (shortened(value_words(reading.value, about.type), _LONGEST_CELL), style),
        (units, "dim"),
        (status, STYLE_OF_STATUS[status]),
        (short_time(reading.timestamp, now), style),
        (text, "dim"),
    ]


#: Names longer than this leave no room for what they mean.
_WIDEST_NAME: Final = 30

_REQUESTS: Final = (
    Column("request", least=_WIDEST_NAME, rank=1),
    Column("description", least=8, rank=0),
)
_NARROWEST_TEXT: Final = 20


def help_lines(informs: Sequence[Message], width: int | None) -> list[Text]:
    """Return what `?help` says: a table of requests with the first paragraph of each, or all of a single one."""
    if len(informs) == 1:
        return _one_request(informs[0], width)
    texts = {msg.text(0): _first_paragraph(msg.text(1)) for msg in informs}
    name_width = min(_WIDEST_NAME, max(map(len, ("request", *texts))))
    rows: list[list[Cell]] = []
    for name, text in sorted(texts.items()):
        first, *more = _wrapped(text, width and width - name_width - 2)
        rows += [[(harmless(name), "bold"), (first, "")], *([("", ""), (line, "")] for line in more)]
    return lay_out(_REQUESTS, rows, width)


def _one_request(msg: Message, width: int | None) -> list[Text]:
    lines = [harmless(line) for line in cleandoc(msg.text(1)).splitlines()]
    text = [Text("  " + part) for line in lines for part in _wrapped(line, width and width - 2)]
    return [Text(harmless(msg.text(0)), "bold"), *text]


def _first_paragraph(text: str) -> str:
    paragraph = cleandoc(text).partition("\n\n")[0]
    return harmless(" ".join(paragraph.split()))


def _wrapped(text: str, width: int | None) -> list[str]:
    """Return a text in lines of that width, at least one; as it is without a width."""
    if width is None:
        return [text]
    return wrap(text, max(width, _NARROWEST_TEXT), break_on_hyphens=False) or [""]
