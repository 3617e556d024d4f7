"""How a device is treated, from its part of the configuration to the plain values of the room below."""

from katgate.config import DeviceDefaults
from katgate.devices.options import DeviceOptions, sampling_rule
from katgate.katcp.patterns import Patterns

__all__ = ["device_options"]


def device_options(config: DeviceDefaults) -> DeviceOptions:
    """Return how a device is treated, as its part of the configuration says."""
    return DeviceOptions(
        sampling=(
            *(sampling_rule(rule.sensors, rule.strategy) for rule in config.sampling),
            sampling_rule(["*"], config.strategy),
        ),
        on_demand_linger_s=config.on_demand_linger_s,
        request_timeout_s=config.request_timeout_s,
        longest_request_timeout_s=config.longest_request_timeout_s,
        requests_in_flight=config.requests_in_flight,
        confirm=Patterns.of(config.confirm),
        watchdog_s=config.watchdog_s,
        connect_timeout_s=config.connect_timeout_s,
        log_level=config.log_level,
    )
