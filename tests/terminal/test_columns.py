"""Cells below each other, in a terminal of any width."""

import pytest
from rich.cells import cell_len

from katgate.terminal.columns import Cell, Column, Steady, lay_out

COLUMNS = (
    Column("name", least=10, rank=2),
    Column("value", least=6, rank=1, is_right=True),
    Column("units", least=0, rank=3, joins=True),
    Column("text", least=0, rank=0),
)
ROWS: list[list[Cell]] = [
    [("wind-speed", ""), ("12.25", ""), ("m/s", "dim"), ("How fast the wind is", "")],
    [("temperature", ""), ("-1", ""), ("", ""), ("", "")],
]


def plain(width: int | None, rows: list[list[Cell]] = ROWS) -> list[str]:
    """Return the lines without their styles."""
    return [line.plain for line in lay_out(COLUMNS, rows, width)]


def test_as_wide_as_need_be() -> None:
    """Numbers stand to the right, their units close to them, and no line ends in blanks."""
    assert [
        "name         value units  text",
        "wind-speed   12.25 m/s    How fast the wind is",
        "temperature     -1",
    ] == plain(None)


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (45, "wind-speed   12.25 m/s    How fast the wind is"[:44] + "…"),
        (34, "wind-speed   12.25 m/s    How fas…"),
        (32, "wind-speed   12.25 m/s"),
        (23, "wind-speed  12.25 m/s"),
        (22, "wind-speed  12.25"),
    ],
)
def test_the_least_important_gives_way(width: int, line: str) -> None:
    """A column of which too little would be left is not shown at all."""
    assert line == plain(width)[1]


@pytest.mark.parametrize("width", range(24, 60))
def test_never_wider_than_the_terminal(width: int) -> None:
    """A line that wraps makes a table unreadable; wide characters take two places."""
    wide: list[Cell] = [("温度センサー", ""), ("12.5", ""), ("", ""), ("説明が長いのです" * 3, "")]
    assert max(cell_len(line) for line in plain(width, [*ROWS, wide])) <= width


def test_a_table_that_is_shown_again_does_not_tremble() -> None:
    """A value that becomes shorter moves nothing."""
    steady = Steady()
    first = lay_out(COLUMNS, ROWS, None, steady)[1].plain
    shorter: list[Cell] = [("wind-speed", ""), ("9", ""), ("m/s", "dim"), ("How fast the wind is", "")]
    second = lay_out(COLUMNS, [shorter], None, steady)[1].plain
    assert first.replace("12.25", "    9") == second
