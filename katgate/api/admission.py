"""Admission: how many browsers, or connections, there may be at once, in all and from one address."""

from collections import Counter
from collections.abc import Callable

from katgate.authority.neighbourhood import neighbourhood
from katgate.errors import TooManyRequests

__all__ = ["Admission"]


class Admission:
    """Counts in and out. `what` there are is what the option is called that says how many there may be."""

    def __init__(self, most: int, most_per_address: int, what: str = "browsers") -> None:
        self._what = what
        self._most = most
        self._most_per_address = most_per_address
        self._by_address: Counter[str] = Counter()

    def enter(self, address: str, *, is_proxy: bool = False) -> Callable[[], None]:
        """Let one in; returns what lets it out, once. A proxy's are those of many. Raises TooManyRequests, which
        names the option to set.
        """
        address = neighbourhood(address)
        if self._by_address.total() >= self._most:
            raise TooManyRequests(
                f"there are {self._most} {self._what} already; [limits] {self._what} in the configuration allows more"
            )
        if not is_proxy and self._by_address[address] >= self._most_per_address:
            raise TooManyRequests(
                f"there are {self._most_per_address} {self._what} from {address} already; [limits] "
                f"{self._what}_per_address in the configuration allows more"
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
