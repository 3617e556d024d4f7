"""The parts of the configuration that concern devices: `[defaults]`, `[[device]]` and `[[host]]`.

The descriptions are what `katgate example-config` prints above each option.
"""

import re
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from katgate.config.address import Address
from katgate.config.checks import OptionError, check, check_katcp_port
from katgate.errors import ConfigurationError
from katgate.katcp.pattern import Pattern
from katgate.katcp.sampling import Strategy

__all__ = ["ON_DEMAND", "DeviceConfig", "DeviceDefaults", "HostConfig", "SamplingConfig"]

#: Says of sensors that they are sampled only while somebody wants them.
ON_DEMAND: Final = "on-demand"

#: What a device may be called: it stands in addresses of the web, and before its sensors' names.
_DEVICE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
#: A class: the dotted name of a module, and its name in there.
_SERVER_CLASS: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*\Z", re.ASCII)


class SamplingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A strategy for some sensors."""

    sensors: Annotated[tuple[str, ...], Meta(description="Names, globs and /regex/es.")]
    strategy: Annotated[str, Meta(description="As `strategy` of the device.")]

    def __post_init__(self) -> None:
        for index, text in enumerate(self.sensors):
            _check_pattern(text, "sensors", index)
        check("strategy", _check_strategy, self.strategy)


class DeviceDefaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How devices are treated that do not say otherwise: all of these may stand in a [[device]] or [[host]], too."""

    strategy: Annotated[
        str,
        Meta(
            description='How the device shall sample its sensors: "auto", "event", "period 10", "event-rate 0.5 10" '
            '(times in seconds), "differential 0.1", "differential-rate 0.1 0.5 10" or "none"; or "on-demand", alone '
            'or before another ("on-demand period 1"): only while a browser wants them.'
        ),
    ] = "auto"
    sampling: Annotated[
        tuple[SamplingConfig, ...],
        Meta(
            description='Strategies for some sensors, such as [{ sensors = ["*.temp"], strategy = "period 10" }]: '
            "by names, globs and /regex/es; the first that means a sensor counts."
        ),
    ] = ()
    on_demand_linger_s: Annotated[
        float,
        Meta(
            ge=0,
            le=86400,
            description='How long sensors "on-demand" are sampled on once nobody wants them, in seconds. (A browser '
            "that was cut wants them for a minute more: it may come back.)",
        ),
    ] = 30.0
    request_timeout_s: Annotated[
        float,
        Meta(
            gt=0,
            le=86400,
            description="How long a request may take, in seconds, whose sender does not say, nor the device "
            "(?request-timeout-hint).",
        ),
    ] = 30.0
    longest_request_timeout_s: Annotated[
        float, Meta(gt=0, le=86400, description="The longest that a sender may ask for, in seconds.")
    ] = 3600.0
    requests_in_flight: Annotated[
        int, Meta(ge=1, le=1000, description="How many requests may be under way at the device at once.")
    ] = 64
    confirm: Annotated[
        tuple[str, ...],
        Meta(
            description="Requests that must be confirmed, besides halt and restart: names, globs and /regex/es."
        ),
    ] = ()
    watchdog_s: Annotated[
        float,
        Meta(
            ge=0,
            le=3600,
            description="A device of which nothing is heard for so many seconds is lost; at half of that it is asked "
            "for a sign of life (?watchdog). 0: never.",
        ),
    ] = 15.0
    connect_timeout_s: Annotated[
        float, Meta(ge=0.1, le=300, description="How long an attempt to connect may take, in seconds.")
    ] = 10.0
    log_level: Annotated[
        Literal["", "off", "fatal", "error", "warn", "info", "debug", "trace", "all"],
        Meta(
            description="What ?log-level is set to whenever the device is connected, so that it sends fewer #log "
            'informs, or more; most devices do so for all who are connected. "" leaves it alone.'
        ),
    ] = ""

    def __post_init__(self) -> None:
        check("strategy", _check_strategy, self.strategy)
        for index, text in enumerate(self.confirm):
            _check_pattern(text, "confirm", index)
        if self.longest_request_timeout_s < self.request_timeout_s:
            raise OptionError(
                f"the longest timeout ({self.longest_request_timeout_s:g} s) is shorter than request_timeout_s "
                f"({self.request_timeout_s:g} s); write at least as much",
                "longest_request_timeout_s",
            )


class DeviceConfig(DeviceDefaults, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device to connect to."""

    name: Annotated[
        str,
        Meta(
            description="What it is called: letters, digits, dots, dashes and underscores, up to 100, the first a "
            "letter or digit."
        ),
    ]
    address: Annotated[str, Meta(description='"HOST:PORT" of its KATCP server.')]

    def __post_init__(self) -> None:
        super().__post_init__()
        check("name", _check_name, self.name)
        check("address", Address.parse, self.address)


class HostConfig(DeviceDefaults, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device server of your own (katgate.tx.DeviceServer) to run inside katgate."""

    name: Annotated[str, Meta(description="What the device is called, as of [[device]].")]
    server: Annotated[str, Meta(description='"package.module:Class".')]
    listen: Annotated[
        str,
        Meta(
            description='"IP:PORT" where other KATCP clients find it; port 0 takes any free one, "" none: then it is '
            "inside katgate only."
        ),
    ] = ""
    exposed: Annotated[
        bool,
        Meta(
            description="Whether `listen` may be an address that other machines reach: KATCP has no logins, and who "
            "reaches this port talks to the server itself, past katgate's roles, rules, leases and audit log."
        ),
    ] = False
    arguments: Annotated[
        dict[str, Any],
        Meta(description="Keyword arguments for the class, such as { beams = 4 }."),
    ] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        check("name", _check_name, self.name)
        check("server", _check_server, self.server)
        check_katcp_port(self.listen, is_exposed=self.exposed)

    @property
    def address(self) -> Address | None:
        """Where to listen, or None."""
        return Address.parse_listen_or_none(self.listen)


def _check_name(name: str) -> None:
    if not _DEVICE_NAME.match(name):
        raise ConfigurationError(
            f"{name!r} cannot be a device's name: letters, digits, dots, dashes and underscores can, "
            "up to 100, the first a letter or digit"
        )


def _check_server(text: str) -> None:
    if not _SERVER_CLASS.match(text):
        raise ConfigurationError(f'{text!r} is not "package.module:Class"')


def _check_strategy(text: str) -> None:
    words = text.split()
    if words[:1] == [ON_DEMAND]:
        words = words[1:] or ["auto"]
        if words == ["none"]:
            raise ConfigurationError('"on-demand none" would never sample anything; write "none"')
    Strategy.parse(words)


def _check_pattern(text: str, *option: str | int) -> None:
    try:
        Pattern(text)
    except ValueError as error:
        raise OptionError(str(error), *option) from None
