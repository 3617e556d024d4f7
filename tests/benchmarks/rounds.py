"""Rounds: contestants measured in turn, A B A B, and medians and ratios of that. `table.py` shows them.

A ratio is taken within each round, between neighbours in time, and the median of those is told: what else goes
on on the machine then hits both sides alike. Every second round goes backwards, against drift.
"""

import math
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.table import Figure, Ratio, Row, show

__all__ = ["Case", "options", "run"]

#: Figure key -> what was measured, one number a round.
Samples = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Case:
    """One contestant at one work. `measure` does it once, and returns figure key -> number; it may leave some out."""

    work: str
    contestant: str
    measure: Callable[[], dict[str, float]]

    def __str__(self) -> str:
        return f"{self.work}, {self.contestant}"


def options(about: str) -> ArgumentParser:
    """Return the options that every benchmark has."""
    parser = ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--only", default="", help="only what has this in 'work, contestant'")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def run(
    about: str, cases: Sequence[Case], figures: Sequence[Figure], *, peer: str, arguments: Namespace
) -> None:
    """Measure all cases in rounds, and print what came of it: ratios are to the `peer` at the same work."""
    cases = [case for case in cases if arguments.only in str(case)]
    samples = _measure(cases, figures, arguments.rounds)
    peers = {case.work: its for case, its in zip(cases, samples, strict=True) if case.contestant == peer}
    rows = [
        Row(
            case.work,
            case.contestant,
            {key: median(values) for key, values in measured.items()},
            _ratios(measured, peers.get(case.work), figures),
            measured,
        )
        for case, measured in zip(cases, samples, strict=True)
    ]
    show(about, rows, figures, peer=peer, arguments=arguments)


def _measure(cases: Sequence[Case], figures: Sequence[Figure], rounds: int) -> list[Samples]:
    samples: list[Samples] = [{figure.key: [] for figure in figures} for _ in cases]
    for number in range(rounds):
        order = range(len(cases)) if number % 2 == 0 else reversed(range(len(cases)))
        for at in order:
            _progress(f"round {number + 1} of {rounds}: {cases[at]}")
            measured = cases[at].measure()
            for key, values in samples[at].items():
                values.append(measured.get(key, math.nan))
    _progress("")
    return samples


def _ratios(measured: Samples, peers: Samples | None, figures: Sequence[Figure]) -> dict[str, Ratio]:
    if peers is None:
        return {}
    ratios = {}
    for figure in figures:
        if figure.is_compared:
            pairs = zip(measured[figure.key], peers[figure.key], strict=True)
            better = [mine / its if figure.is_more_better else its / mine for mine, its in pairs]
            ratios[figure.key] = Ratio(median(better), min(better), max(better))
    return ratios


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True)
