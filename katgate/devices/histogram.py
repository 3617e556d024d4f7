"""Histogram: how often something took how long. Counting is two additions and a search among a dozen bounds."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

__all__ = ["Histogram"]


class Histogram:
    """Durations by these upper bounds (seconds, ascending); what is longer than the last is counted too."""

    def __init__(self, bounds_s: Sequence[float]) -> None:
        self.bounds_s = bounds_s
        self.sum_s = 0.0
        self._counts = [0] * (len(bounds_s) + 1)

    def observe(self, duration_s: float) -> None:
        """Count one."""
        self._counts[bisect_left(self.bounds_s, duration_s)] += 1
        self.sum_s += duration_s

    @property
    def cumulative(self) -> list[int]:
        """How many took at most each bound; last, all."""
        return list(accumulate(self._counts))
