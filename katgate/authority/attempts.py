"""Attempts: how often somebody may try credentials that do not count, until they must wait.

Only failures are counted, address by address. Each address has a small stock of them, which fills up again with time;
one whose stock is used up is refused before its credentials are looked at, so that ten thousand attempts cost next to
nothing. If there are too many failures in all, from however many addresses, an address that has failed has a stock of
one; one that has not is let in all the same: nobody's failures keep another out.

An IPv6 address stands for its /64: whoever has one has all of these.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final

from katgate.errors import TooManyRequests

__all__ = ["Attempts"]

#: How many may fail in a row before it depends on how often: somebody who looks for the right one of their tokens.
_BURST: Final = 10
#: How many times what one address may all may, until each has a stock of one.
_ALL: Final = 100
#: How many addresses are remembered, 300 bytes each; the one that has failed least recently is forgotten.
_MOST_ADDRESSES: Final = 10_000


@dataclass(slots=True)
class _Stock:
    """What is left of a stock, as it was at `at`."""

    left: float
    at: float

    def at_time(self, now: float, per_s: float, most: float) -> float:
        """Return what is left by now."""
        return min(most, self.left + (now - self.at) * per_s)


class Attempts:
    """Counts failed logins, `per_minute` of one address. `clock` gives seconds that only go forward."""

    def __init__(self, per_minute: float, clock: Callable[[], float]) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._stocks: OrderedDict[str, _Stock] = OrderedDict()
        self._all = _Stock(_ALL * _BURST, clock())

    def check(self, address: str) -> None:
        """Let somebody try. Raises TooManyRequests, which says how long to wait, for one who has failed too often."""
        stock = self._stocks.get(_neighbourhood(address))
        if stock is None:
            return
        now = self._clock()
        per_s = self.per_minute / 60
        needed = 1 if self._left_of_all(now) >= 1 else _BURST
        missing = needed - stock.at_time(now, per_s, _BURST)
        if missing > 0:
            wait_s = ceil(missing / per_s)
            raise TooManyRequests(
                f"too many attempts with credentials that do not count came from {address}; try again in {wait_s} s",
                retry_after_s=wait_s,
            )

    def failed(self, address: str) -> None:
        """Note that credentials from there did not count."""
        now = self._clock()
        self._all = _Stock(max(0.0, self._left_of_all(now) - 1), now)
        key = _neighbourhood(address)
        stock = self._stocks.pop(key, None)
        left = _BURST if stock is None else stock.at_time(now, self.per_minute / 60, _BURST)
        self._stocks[key] = _Stock(max(0.0, left - 1), now)
        if len(self._stocks) > _MOST_ADDRESSES:
            self._stocks.popitem(last=False)

    def _left_of_all(self, now: float) -> float:
        return self._all.at_time(now, self.per_minute / 60 * _ALL, _ALL * _BURST)


@lru_cache(maxsize=256)
def _neighbourhood(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped is not None else str(ip_network((parsed, 64), strict=False))
