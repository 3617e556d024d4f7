"""Admission: how many browsers there may be at once, in all and from one address; sockets and event streams alike."""

from collections import Counter
from collections.abc import Callable

from katgate.errors import TooManyRequests

__all__ = ["Admission"]


class Admission:
    """Counts browsers in and out."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._by_address: Counter[str] = Counter()

    def enter(self, address: str) -> Callable[[], None]:
        """Let a browser in; returns what lets it out, once. Raises TooManyRequests, which names the option to set."""
        if self._by_address.total() >= self._most:
            raise TooManyRequests(
                f"there are {self._most} browsers already; [limits] browsers in the configuration allows more"
            )
        if self._by_address[address] >= self._most_per_address:
            raise TooManyRequests(
                f"there are {self._most_per_address} browsers from {address} already; [limits] browsers_per_address "
                "in the configuration allows more"
            )
        self._by_address[address] += 1
        is_out = False

        def leave() -> None:
            nonlocal is_out
            if is_out:
                return
            is_out = True
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

        return leave
