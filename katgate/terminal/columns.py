"""Columns: cells laid out below each other, as wide as they need, or as narrow as the terminal is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

__all__ = ["Cell", "Column", "Steady", "lay_out"]

_GAP: Final = "  "

#: A column of fewer characters tells nothing.
_NARROWEST: Final = 8

#: A text, and the style it is shown in.
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `least` is how narrow it may become; 0: it may go. Those with a lower `rank` give way first.

    `joins`: it stands close to the one before, as units do to their value.
    """

    title: str
    least: int
    rank: int
    is_right: bool = False
    joins: bool = False


class Steady:
    """Remembers how wide columns have been: a table that is shown again and again shall not tremble."""

    def __init__(self) -> None:
        self._widths: list[int] = []

    def grown(self, widths: list[int]) -> list[int]:
        """Return these widths, or what they were where that is more."""
        self._widths = [max(pair) for pair in zip_longest(self._widths, widths, fillvalue=0)]
        return list(self._widths)


def lay_out(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    width: int | None,
    steady: Steady | None = None,
) -> list[Text]:
    """Return a line of titles and one for each row, none wider than `width` if that is given."""
    titles = [(column.title, "bold") for column in columns]
    cells = [titles, *rows]
    widths = [max(cell_len(row[i][0]) for row in cells) for i in range(len(columns))]
    if steady is not None:
        widths = steady.grown(widths)
    widths = _fitted(columns, widths, width)
    return [_line(columns, row, widths) for row in cells]


def _fitted(columns: Sequence[Column], widths: list[int], most: int | None) -> list[int]:
    if most is None:
        return widths
    for i in sorted(range(len(columns)), key=lambda i: columns[i].rank):
        excess = _total(columns, widths) - most
        if excess <= 0:
            break
        column = columns[i]
        left = widths[i] - excess
        if left >= max(column.least, _NARROWEST):
            widths[i] = left
        else:
            widths[i] = min(widths[i], column.least)
    return widths


def _total(columns: Sequence[Column], widths: Sequence[int]) -> int:
    shown = [i for i, width in enumerate(widths) if width]
    gaps = sum(1 if columns[i].joins else len(_GAP) for i in shown[1:])
    return sum(widths) + gaps


def _line(columns: Sequence[Column], row: Sequence[Cell], widths: Sequence[int]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for i, (column, (text, style), width) in enumerate(zip(columns, row, widths, strict=True)):
        if not width:
            continue
        if line.plain or i:
            line.append(" " if column.joins else _GAP)
        line.append(_sized(text, width, is_right=column.is_right), style)
    line.rstrip()
    return line


def _sized(text: str, width: int, *, is_right: bool) -> str:
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    padding = " " * (width - length)
    return padding + text if is_right else text + padding
