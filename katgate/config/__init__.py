"""The configuration: every option with its default, unit and limit, as frozen values; read from TOML.

`server.py` and `devices.py` have the options; `reading.py` reads a file, `example.py` writes one. Only the command
line and `app.py` use this; lower rooms are given plain values.
"""

from katgate.config.access import RuleConfig, TokenConfig
from katgate.config.address import Address
from katgate.config.devices import ON_DEMAND, DeviceConfig, DeviceDefaults, HostConfig, SamplingConfig
from katgate.config.metrics import MetricsConfig
from katgate.config.reading import read_config
from katgate.config.server import DEFAULT_LISTEN, KatcpConfig, LimitsConfig, LogConfig, ServerConfig
from katgate.config.settings import Setting, device_setting, environment_settings, host_setting
from katgate.config.whole import Config

__all__ = [
    "DEFAULT_LISTEN",
    "ON_DEMAND",
    "Address",
    "Config",
    "DeviceConfig",
    "DeviceDefaults",
    "HostConfig",
    "KatcpConfig",
    "LimitsConfig",
    "LogConfig",
    "MetricsConfig",
    "RuleConfig",
    "SamplingConfig",
    "ServerConfig",
    "Setting",
    "TokenConfig",
    "device_setting",
    "environment_settings",
    "host_setting",
    "read_config",
]
