"""Wishes: what a browser asked for, checked."""

from collections.abc import Iterable

from katgate.errors import BadRequest
from katgate.hub.hub import FLUSH_INTERVAL_S
from katgate.hub.selection import Selection
from katgate.hub.stream import Wish
from katgate.katcp.sampling import Kind, Strategy

__all__ = ["wish_of"]


def wish_of(device: str, sensors: Iterable[str], strategy: str) -> Wish:
    """Return the wish for sensors of devices by names, globs and `/regex/`es, with a strategy in KATCP's words.

    Raises BadRequest, PatternError or StrategyError, each with a sentence that says why.
    """
    parsed = Strategy.parse(strategy.split())
    if parsed.kind is Kind.NONE:
        raise BadRequest("the strategy none has no readings; unsubscribe instead")
    interval_s = parsed.longest_s if parsed.period_s is None else parsed.period_s
    if interval_s < FLUSH_INTERVAL_S:
        raise BadRequest(f"the strategy {parsed} is too fast: the shortest interval is {FLUSH_INTERVAL_S} s")
    return Wish(Selection.of(device, sensors), parsed)
