"""DeviceOptions: how one device is treated, as plain values.

The configuration's `[defaults]`, `[[device]]` and `[[host]]` say them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from katgate.katcp.patterns import Patterns
from katgate.katcp.sampling import Strategy

__all__ = ["DeviceOptions", "SamplingRule", "sampling_rule"]


@dataclass(frozen=True, slots=True)
class SamplingRule:
    """A strategy for the sensors that are meant; `is_on_demand`: only while somebody wants them."""

    sensors: Patterns
    strategy: Strategy
    is_on_demand: bool = False


@dataclass(frozen=True, slots=True)
class DeviceOptions:
    """How a device is treated.

    The first rule of `sampling` that means a sensor counts; the last one means all. `confirm` has the requests that
    must be confirmed besides halt and restart. `log_level` is what ?log-level is set to on each connection, "" for
    nothing. `watchdog_s` 0 is no watchdog.
    """

    sampling: tuple[SamplingRule, ...]
    on_demand_linger_s: float
    request_timeout_s: float
    longest_request_timeout_s: float
    requests_in_flight: int
    confirm: Patterns
    watchdog_s: float
    connect_timeout_s: float
    log_level: str


def sampling_rule(sensors: Iterable[str], strategy: str) -> SamplingRule:
    """Return the rule of these patterns and a strategy as the configuration has it: `on-demand [strategy]` or
    `strategy`. Raises PatternError, BadRequest or StrategyError.
    """
    words = strategy.split()
    is_on_demand = words[:1] == ["on-demand"]
    if is_on_demand:
        words = words[1:] or ["auto"]
    return SamplingRule(Patterns.of(sensors), Strategy.parse(words), is_on_demand)
