"""Attempts: how often somebody may show credentials that do not count, until they are told to wait.

Each address has a small stock of failures, which fills up again with time. What counts is never refused for them: a
token cannot be guessed, so those of a forgotten program must not keep out others at the same address, let alone
elsewhere. Ten thousand failures, from one address or from as many, cost next to nothing and little memory.

An IPv6 address stands for its /64: whoever has one has all of these.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

from katgate.authority.neighbourhood import neighbourhood
from katgate.errors import TooManyRequests

__all__ = ["Attempts"]

#: How many may fail in a row before it depends on how often: somebody who looks for the right one of their tokens.
_BURST: Final = 10
#: How many addresses are remembered, 300 bytes each; the one that has failed least recently is forgotten.
_MOST_ADDRESSES: Final = 10_000


@dataclass(slots=True)
class _Stock:
    """How many failures an address has left, as it was at `at`."""

    left: float
    at: float


class Attempts:
    """Counts failures, `per_minute` of one address. `clock` gives seconds that only go forward."""

    def __init__(self, per_minute: float, clock: Callable[[], float]) -> None:
        self._per_s = per_minute / 60
        self._clock = clock
        self._stocks: OrderedDict[str, _Stock] = OrderedDict()

    def failed(self, address: str) -> None:
        """Note that credentials from there did not count. Raises TooManyRequests, which says how long to wait, if
        that was once too often.
        """
        now = self._clock()
        key = neighbourhood(address)
        stock = self._stocks.pop(key, None) or _Stock(_BURST, now)
        left = min(_BURST, stock.left + (now - stock.at) * self._per_s)
        self._stocks[key] = _Stock(left - 1 if left >= 1 else left, now)
        if len(self._stocks) > _MOST_ADDRESSES:
            self._stocks.popitem(last=False)
        if left < 1:
            wait_s = ceil((1 - left) / self._per_s)
            raise TooManyRequests(
                f"too many attempts with credentials that do not count came from {address}; wait {wait_s} s before "
                "the next",
                retry_after_s=wait_s,
            )
