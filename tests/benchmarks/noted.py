"""What noting browsers have seen: how old readings were on arrival, and whether any frame is missing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.benchmarks.dialects import Told
from tests.benchmarks.frames import messages

__all__ = ["Noted"]

#: Key of a figure -> which share of the latencies is no larger.
_SHARES: Final = {"p50_ms": 0.5, "p90_ms": 0.9, "p99_ms": 0.99, "max_ms": 1.0}


@dataclass(slots=True)
class Noted:
    """What is counted from the moment `since` on; gaps and conflated readings from the beginning."""

    since: float
    latencies_s: list[float] = field(default_factory=list)
    gaps: int = 0
    conflated: int = 0

    def take(self, pieces: Sequence[tuple[float, bytes]], read: Callable[[bytes], Told | None]) -> None:
        """Read all that one browser was sent."""
        self._take((arrival, told) for arrival, payload in messages(pieces) if (told := read(payload)))

    def figures(self) -> dict[str, float]:
        """Return latencies in ms (none if nothing was noted), gaps, and conflated readings."""
        ordered = sorted(self.latencies_s)
        last = len(ordered) - 1
        shown = {key: 1e3 * ordered[round(share * last)] for key, share in _SHARES.items()} if ordered else {}
        return {**shown, "noted": len(ordered), "gaps": self.gaps, "conflated": self.conflated}

    def _take(self, heard: Iterable[tuple[float, Told]]) -> None:
        seq = 0
        for arrival, told in heard:
            # The first to have a number is the snapshot.
            self.gaps += bool(seq) and told.first != seq + 1
            seq = told.last
            self.conflated += told.conflated
            if arrival >= self.since:
                self.latencies_s += [arrival - stamp for stamp in told.timestamps]
