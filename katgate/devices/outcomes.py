"""Outcomes: how requests to one device ended, and how long that took. The words are those of the audit log."""

from typing import Final

from katgate.authority.outcomes import OK, Word, outcome_of
from katgate.devices.histogram import Histogram

__all__ = ["Outcomes"]

#: From a watchdog of a device near by to a correlator that loads its gateware, in seconds.
_BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Outcomes:
    """Of one device: `durations` has those that there were."""

    def __init__(self) -> None:
        self.durations: dict[Word, Histogram] = {}

    def note(self, error: BaseException | None, duration_s: float) -> None:
        """Count a request that ended with an error, or None: it was answered `ok`."""
        word = (OK if error is None else outcome_of(error)).word
        known = self.durations.get(word)
        if known is None:
            known = self.durations[word] = Histogram(_BOUNDS_S)
        known.observe(duration_s)
