"""Wishes: what a browser asked for, checked."""

from collections.abc import Iterable, Sequence
from typing import Final

from katgate.errors import BadRequest, StrategyError
from katgate.hub.hub import FLUSH_INTERVAL_S
from katgate.hub.selection import Selection
from katgate.hub.status_changes import STATUS, StatusChanges, WishStrategy
from katgate.hub.stream import Wish
from katgate.katcp.patterns import Patterns
from katgate.katcp.sampling import Kind, Strategy

__all__ = ["wish_of"]

_WISHED: Final = (*(kind.value for kind in Kind if kind is not Kind.NONE), STATUS)


def wish_of(device: str, sensors: Iterable[str], strategy: str, hidden: Patterns) -> Wish:
    """Return the wish for sensors of devices by names, globs and `/regex/`es, but for those that are hidden, with a
    strategy in KATCP's words or `status`.

    Raises BadRequest, PatternError or StrategyError, each with a sentence that says why.
    """
    return Wish(Selection.of(device, sensors, hidden), _strategy_of(strategy.split()))


def _strategy_of(words: Sequence[str]) -> WishStrategy:
    if words and words[0] not in (*_WISHED, Kind.NONE):
        raise StrategyError(f"{words[0][:100]!r} is not a strategy: {', '.join(_WISHED)}")
    if words and words[0] == STATUS:
        if len(words) > 1:
            raise StrategyError(f"{STATUS} takes no parameters, not {len(words) - 1} parameters")
        return StatusChanges()
    parsed = Strategy.parse(words)
    if parsed.kind is Kind.NONE:
        raise BadRequest("the strategy none has no readings; unsubscribe instead")
    interval_s = parsed.longest_s if parsed.period_s is None else parsed.period_s
    if interval_s < FLUSH_INTERVAL_S:
        raise BadRequest(f"the strategy {parsed} is too fast: the shortest interval is {FLUSH_INTERVAL_S} s")
    return parsed
