"""The commands: call, sensors, watch, log, completion, each with what it takes; `stories.py` tells what it does. The
command lease is in `leasing.py`.

Everything heavy is imported when a command runs: `katgate --help` is asked for often, and the reactor must not be
chosen before it is known what for.
"""

import os
import re
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

import click

from katgate.errors import LocalError
from katgate.terminal.completion import complete_requests, complete_sensors
from katgate.terminal.leasing import lease
from katgate.terminal.options import (
    SECONDS,
    device_argument,
    json_option,
    limit_options,
    open_source,
    via_option,
)

if TYPE_CHECKING:
    from katgate.terminal.source import Source

__all__ = ["COMMANDS"]

_NEGATIVE: Final = re.compile(r"-\.?[0-9]|-(inf|nan)\Z")


class _TakesNegativeNumbers(click.Command):
    """`-1.5` is an argument. Any other word with a dash is an option: a misspelt one shall not reach a device."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Hide negative numbers from click, behind what no argument of a process can hold."""
        return super().parse_args(context, [f"\0{word}" if _NEGATIVE.match(word) else word for word in args])


@click.command(cls=_TakesNegativeNumbers, short_help="Send a device a request.")
@device_argument
@click.argument("request", shell_complete=complete_requests)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@via_option
@click.option(
    "--timeout",
    "timeout_s",
    type=SECONDS,
    metavar="SECONDS",
    help="How long to wait for the reply.",
)
@click.option("--confirm", "is_confirmed", is_flag=True, help="Yes, also if a katgate calls it dangerous.")
@json_option
@click.pass_context
def call(
    context: click.Context,
    device: str,
    request: str,
    arguments: tuple[str, ...],
    via: str | None,
    timeout_s: float | None,
    is_confirmed: bool,
    as_json: bool,
) -> None:
    """Send a device a request; show its informs as they come, and its reply.

    \b
    katgate call 10.0.0.1:7147 help
    katgate call 10.0.0.1:7147 sensor-value wind-speed
    katgate call cbf capture-start wide --via http://127.0.0.1:8147

    Arguments are sent as they are. Put -- before them if one that is no number begins with a dash.
    """
    # What the command line holds that is no text goes out as the bytes that it is.
    raw = [os.fsencode(argument.removeprefix("\0")) for argument in arguments]

    async def story(source: "Source", screen: Any, reactor: Any) -> None:
        from katgate.terminal import stories
        from katgate.terminal.source import Request

        asked = Request(request.removeprefix("?"), raw, timeout_s, is_confirmed)
        await stories.call(source, screen, asked, as_json=as_json)

    _run(open_source(context, device, via), story)


@click.command(short_help="Show a device's sensors.")
@device_argument
@click.argument("patterns", nargs=-1, metavar="[SENSOR]...", shell_complete=complete_sensors)
@via_option
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help="Only sensors that are so: nominal, warn, error, ... May be repeated.",
)
@json_option
@click.pass_context
def sensors(
    context: click.Context,
    device: str,
    patterns: tuple[str, ...],
    via: str | None,
    statuses: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show a device's sensors as they are now: all, or those of these names, globs and /regular expressions/.

    \b
    katgate sensors 10.0.0.1:7147
    katgate sensors 10.0.0.1:7147 '*.temperature' '/^rack[0-9]/' --status warn --status error
    """
    _check_statuses(statuses)
    _check_patterns(patterns)

    async def story(source: "Source", screen: Any, reactor: Any) -> None:
        from katgate.terminal import stories

        await stories.list_sensors(source, screen, patterns, reactor, statuses=statuses, as_json=as_json)

    _run(open_source(context, device, via), story)


@click.command(short_help="Follow sensors' readings.")
@device_argument
@click.argument("patterns", nargs=-1, required=True, metavar="SENSOR...", shell_complete=complete_sensors)
@via_option
@click.option(
    "--strategy",
    "words",
    default="event",
    show_default=True,
    help="How to sample, in KATCP's words: event, auto, 'period 1', 'event-rate 0.5 10', 'differential 0.1'; "
    "through a katgate also status: only when that is another.",
)
@limit_options
@json_option
@click.pass_context
def watch(
    context: click.Context,
    device: str,
    patterns: tuple[str, ...],
    via: str | None,
    words: str,
    count: int | None,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Follow the readings of sensors: names, globs or /regular expressions/. Ends with Ctrl-C.

    \b
    katgate watch 10.0.0.1:7147 wind-speed '*.temperature'
    katgate watch m000 '*azimuth' --via http://127.0.0.1:8147 --strategy 'event-rate 0.5 10'

    It goes on when the device comes back. On a terminal it is a table; in a file each reading is a line of its time,
    name, status, value and units.
    """
    _check_patterns(patterns)
    strategy = _strategy(words)

    async def story(source: "Source", screen: Any, reactor: Any) -> None:
        from katgate.terminal import stories

        limits = stories.Limits(count, seconds)
        await stories.watch(source, screen, patterns, strategy, reactor, limits=limits, as_json=as_json)

    _run(open_source(context, device, via), story, may_be_interrupted=True)


@click.command(short_help="Follow a device's log.")
@device_argument
@via_option
@click.option(
    "--level",
    type=click.Choice(["fatal", "error", "warn", "info", "debug", "trace"]),
    help="Only what is so grave, or graver.",
)
@click.option(
    "--all", "shows_all", is_flag=True, help="Show every inform that nobody asked for, not #log alone."
)
@limit_options
@json_option
@click.pass_context
def log(
    context: click.Context,
    device: str,
    via: str | None,
    level: str | None,
    shows_all: bool,
    count: int | None,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Follow what a device logs. Ends with Ctrl-C.

    \b
    katgate log 10.0.0.1:7147 --level warn

    The device decides what it logs, for all who listen; it can be told to log more:
    katgate call 10.0.0.1:7147 log-level info
    """

    async def story(source: "Source", screen: Any, reactor: Any) -> None:
        from katgate.terminal import stories

        limits = stories.Limits(count, seconds)
        await stories.log(
            source, screen, reactor, least=level, shows_all=shows_all, limits=limits, as_json=as_json
        )

    _run(open_source(context, device, via), story, may_be_interrupted=True)


@click.command(short_help="Print what makes a shell complete katgate's commands.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, devices, requests and sensors.

    \b
    bash:  eval "$(katgate completion bash)"          (in ~/.bashrc)
    zsh:   eval "$(katgate completion zsh)"           (in ~/.zshrc)
    fish:  katgate completion fish | source           (in ~/.config/fish/config.fish)
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "katgate", "_KATGATE_COMPLETE").source())


COMMANDS = (call, sensors, watch, log, lease, completion)


def _run(
    open_with: "Callable[[Any], Source]",
    story: "Callable[[Source, Any, Any], Coroutine[Any, Any, None]]",
    *,
    may_be_interrupted: bool = False,
) -> None:
    from katgate.terminal.running import run_to_exit
    from katgate.terminal.screen import Screen

    screen = Screen()

    async def whole(reactor: Any) -> None:
        source = open_with(reactor)
        try:
            await story(source, screen, reactor)
        finally:
            await source.close()

    run_to_exit(whole, may_be_interrupted=may_be_interrupted)


def _check_patterns(patterns: tuple[str, ...]) -> None:
    from katgate.terminal.meant import is_meant_by

    try:
        is_meant_by(patterns)
    except LocalError as error:
        raise click.UsageError(str(error)) from None


def _check_statuses(statuses: tuple[str, ...]) -> None:
    from katgate.katcp.reading import Status

    wrong = sorted(set(statuses) - set(Status))
    if wrong:
        raise click.UsageError(f"{wrong[0]!r} is not a status: {', '.join(Status)}")


def _strategy(words: str) -> Any:
    from katgate.katcp.sampling import NOT_SAMPLED, Strategy
    from katgate.terminal.source import STATUS

    if words.split() == [STATUS]:
        return STATUS
    try:
        strategy = Strategy.parse(words.split())
    except LocalError as error:
        raise click.UsageError(str(error)) from None
    if strategy == NOT_SAMPLED:
        raise click.UsageError(
            "the strategy none has no readings to follow; katgate sensors shows the present"
        )
    return strategy
