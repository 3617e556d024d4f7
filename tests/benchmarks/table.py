"""The table of a benchmark, or its JSON: what was measured, where, and beside whom."""

import math
import os
import platform
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import msgspec

import katgate
from tests.benchmarks.pinned import DRIVER, MEASURED

__all__ = ["Figure", "Ratio", "Row", "show"]

_PACKAGES: Final = (
    "twisted",
    "autobahn",
    "klein",
    "katcp-codec",
    "aiokatcp",
    "aiohttp",
    "websockets",
    "katcp",
    "tornado",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A column: its key in what is measured, its heading, and whether more of it is better."""

    key: str
    heading: str
    form: str
    is_more_better: bool = False
    is_compared: bool = True


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times better than the peer: the median of the rounds, the worst and the best."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}-{self.most:.2f})"


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant at one work; each by figure key."""

    work: str
    contestant: str
    medians: dict[str, float]
    times_better: dict[str, Ratio]
    samples: dict[str, list[float]]


def show(
    about: str, rows: Sequence[Row], figures: Sequence[Figure], *, peer: str, arguments: Namespace
) -> None:
    """Print the rows, and what they were measured with: as a table, or as JSON."""
    where = {
        "versions": {"katgate": katgate.__version__, "python": platform.python_version()}
        | {package: _version(package) for package in _PACKAGES},
        "measured_on_core": MEASURED,
        "driven_from_core": DRIVER,
        "load_average": os.getloadavg()[0],
    }
    chosen = {name: value for name, value in vars(arguments).items() if name != "json"}
    if arguments.json:
        print(
            msgspec.json.encode(
                {"about": about, "peer": peer, "options": chosen, **where, "rows": rows}
            ).decode()
        )
        return
    print(about.strip())
    print()
    print(", ".join(f"{name} {its}" for name, its in where["versions"].items()))  # type: ignore[attr-defined]
    print(
        f"measured on core {MEASURED}, driven from core {DRIVER}; load average {where['load_average']:.1f}, "
        "of which the benchmark itself is up to 2"
    )
    print(", ".join(f"{name} {value}" for name, value in chosen.items() if value != ""))
    print()
    print("\n".join(_table(rows, figures, peer)))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _table(rows: Sequence[Row], figures: Sequence[Figure], peer: str) -> list[str]:
    heading = ["work", "contestant"]
    lines = [heading]
    for figure in figures:
        heading += [figure.heading, f"x {peer}"] if figure.is_compared else [figure.heading]
    for row in rows:
        cells = [row.work, row.contestant]
        for figure in figures:
            number = row.medians[figure.key]
            cells.append("-" if math.isnan(number) else format(number, figure.form))
            if figure.is_compared:
                cells.append(str(row.times_better.get(figure.key, "-")))
        lines.append(cells)
    widths = [max(len(line[at]) for line in lines) for at in range(len(heading))]
    return [
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
