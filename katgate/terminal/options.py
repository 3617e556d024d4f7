"""Options and arguments that the commands share. Light: what is heavy is imported when a command runs."""

import math
import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from katgate.errors import LocalError
from katgate.terminal.completion import complete_devices

if TYPE_CHECKING:
    from katgate.terminal.source import Source

__all__ = [
    "SECONDS",
    "device_argument",
    "gateway_token",
    "json_option",
    "limit_options",
    "open_source",
    "via_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])

_ADDRESS: Final = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<host>[^:\[\]/]+)):(?P<port>[0-9]{1,5})\Z")


class _Seconds(click.FloatRange):
    """A time that can be waited: more than nothing, and not for ever."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value} is no time that can be waited.", param, ctx)
        return seconds


SECONDS: Final = _Seconds()

device_argument = click.argument("device", shell_complete=complete_devices)

via_option = click.option(
    "--via",
    metavar="URL",
    envvar="KATGATE_VIA",
    help="Ask the katgate at this address; DEVICE is a name there. Or KATGATE_VIA in the environment; "
    "KATGATE_TOKEN is for one that has logins.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")


def limit_options(command: Command) -> Command:
    """Add the options of a command that goes on until it is ended."""
    seconds = click.option(
        "--for",
        "seconds",
        type=SECONDS,
        metavar="SECONDS",
        help="End after so long.",
    )
    return click.option("--count", type=click.IntRange(min=1), metavar="N", help="End after so many.")(
        seconds(command)
    )


def open_source(context: click.Context, device: str, via: str | None) -> "Callable[[Any], Source]":
    """Return what makes the source of a device, given a reactor. Raises UsageError.

    An address goes straight to the device also where KATGATE_VIA is set: a name at a katgate has no colon.
    """
    address = _ADDRESS.match(device)
    if address is None:
        if via is None:
            raise click.UsageError(
                f"{device!r} is not HOST:PORT. To ask a katgate for a device by its name, say where the katgate "
                "is: --via http://127.0.0.1:8147, or the environment variable KATGATE_VIA"
            )
        return _via(device, via)
    if via is not None and context.get_parameter_source("via") is ParameterSource.COMMANDLINE:
        raise click.UsageError(f"with --via give the name that {device} has at the katgate, not its address")
    host, port = address["v6"] or address["host"], int(address["port"])
    if not 1 <= port <= 65535:
        raise click.UsageError(f"{device!r} is not HOST:PORT: a port is a number from 1 to 65535")

    def straight(reactor: Any) -> "Source":
        from katgate.terminal.straight import Straight

        return Straight(device, (host, port), reactor)

    return straight


def gateway_token() -> str | None:
    """Return what a katgate with logins wants to hear. Never an option: those are seen by all users of a machine."""
    return os.environ.get("KATGATE_TOKEN") or None


def _via(device: str, via: str) -> "Callable[[Any], Source]":
    from katgate.terminal.gateway_address import GatewayAddress

    try:
        address = GatewayAddress.parse(via)
    except LocalError as error:
        raise click.UsageError(str(error)) from None

    def through_katgate(reactor: Any) -> "Source":
        from katgate.terminal.via import Via

        return Via(device, address, reactor, gateway_token())

    return through_katgate
