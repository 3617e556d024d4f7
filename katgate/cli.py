"""The command line. The only file that chooses the reactor, and does so before it imports `app`.

Exit codes: 0 ok, 1 it could not be done, 2 it was asked for wrongly.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

import katgate
from katgate.authority.role import Role
from katgate.authority.tokens import hash_of, new_token
from katgate.config import (
    DEFAULT_LISTEN,
    Config,
    Setting,
    TokenConfig,
    device_setting,
    environment_settings,
    host_setting,
    read_config,
)
from katgate.config.example import example
from katgate.config.first_token import FirstToken
from katgate.config.token_file import add_token, token_table
from katgate.errors import ConfigurationError, HostingError
from katgate.healthcheck import trouble_at
from katgate.process import end_at_signals, prepare_process
from katgate.terminal.commands import COMMANDS

__all__ = ["main"]

Command = TypeVar("Command", bound=Callable[..., Any])


class BadConfiguration(click.ClickException):
    """A configuration that cannot be used: one sentence, which says where and what to write instead."""

    exit_code = 2


def server_options(command: Command) -> Command:
    """Add the options of a command that serves browsers."""
    options = [
        click.option(
            "--listen", metavar="HOST:PORT", help=f"Where to serve browsers (default {DEFAULT_LISTEN})."
        ),
        click.option("--insecure", is_flag=True, help="Serve without a login beyond this machine."),
        click.option(
            "--allow-host", multiple=True, metavar="NAME", help="A name under which browsers may ask."
        ),
        click.option(
            "--allow-origin", multiple=True, metavar="ORIGIN", help="Another site whose pages may ask."
        ),
        click.option("--prefix", metavar="PATH", help="The path below which a proxy serves katgate."),
        click.option("--verbose", "-v", is_flag=True, help="Log every step."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    envvar="KATGATE_CONFIG",
    help="A TOML file with more; katgate example-config prints one.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(katgate.__version__, prog_name="katgate")
def main() -> None:
    """katgate: a gateway between KATCP devices and the web."""


for _command in COMMANDS:
    main.add_command(_command)


@main.command(short_help="Serve devices to browsers.")
@click.argument("devices", nargs=-1, metavar="NAME=HOST:PORT...")
@config_option
@server_options
def serve(devices: tuple[str, ...], config_file: Path | None, **server: Any) -> None:
    """Serve devices: connect to each, keep connected, and show them to browsers.

    \b
    katgate serve cbf=10.0.0.1:7147 weather=10.0.0.2:7147
    """

    def read() -> Config:
        config = _configured(config_file, devices, server)
        if not config.device and not config.host and config_file is None:
            raise ConfigurationError("no devices: name some, such as cbf=10.0.0.1:7147, or run katgate demo")
        return config

    _run(read)


@main.command("check-config", short_help="Say what is wrong with a configuration.")
@click.argument("file", type=click.Path(path_type=Path))
def check_config(file: Path) -> None:
    """Say what is wrong with a configuration file and the variables KATGATE_*, or what would be served.

    It imports the modules of hosted servers.
    """
    from katgate.api.certificate import Certificate
    from katgate.devices.loading import class_named

    try:
        config = read_config(file, environment_settings(os.environ))
        FirstToken(os.environ).made_for(config).check_exposure()
        if config.tls.files is not None:
            Certificate(*config.tls.files, reactor=None)
        _find_modules_here(config)
        for host in config.host:
            class_named(host.server)
    except (ConfigurationError, HostingError) as error:
        raise BadConfiguration(str(error)) from None
    devices = [*(one.name for one in config.device), *(one.name for one in config.host)]
    click.echo(f"{file} is good. It serves {', '.join(devices) or 'no devices'} at {config.server.listen}.")


@main.command(short_help="Say whether the katgate of a configuration is ready.")
@config_option
def healthcheck(config_file: Path | None) -> None:
    """Ask the katgate of this configuration, on this machine, whether it is ready: exit code 0 if it is, else 1.
    It looks at the file and the variables KATGATE_*, for a container's HEALTHCHECK.
    """
    try:
        config = read_config(config_file, environment_settings(os.environ))
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None  # with 1: container engines keep 2 for themselves
    listen = config.server.address
    trouble = trouble_at(listen.host, listen.port, has_tls=config.tls.files is not None)
    if trouble is not None:
        raise click.ClickException(trouble)
    click.echo("ready")


@main.command("example-config", short_help="Print a configuration with every option.")
def example_config() -> None:
    """Print a configuration with every option, its default, unit and limits."""
    click.echo(example(), nl=False)


@main.command("token", short_help="Make a token, which lets somebody in.")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.VIEWER.value,
    show_default=True,
    help="What whoever shows it may do.",
)
@click.option("--days", type=click.IntRange(1, 36_500), help="How long it is good for; without, for ever.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Add it to this file (token_file of [access]) instead of printing what to put into the configuration.",
)
def token(name: str, role: str, days: int | None, into: Path | None) -> None:
    """Make a token called NAME, such as its owner, and print it: it is kept nowhere, its hash is. A running katgate
    takes it when it reloads (SIGHUP).

    \b
    katgate token ludwig --role operator --days 365 --into tokens.toml
    """
    text = new_token()
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    try:
        made = TokenConfig(name=name, role=Role(role), hash=hash_of(text), expires=expires)
        if into is not None:
            add_token(into, made)
    except ConfigurationError as error:
        raise BadConfiguration(str(error)) from None
    click.echo(f"The token, which is said once and kept nowhere:\n\n    {text}\n")
    if into is None:
        click.echo(f"Put this into the configuration:\n\n{token_table(made)}", nl=False)
    else:
        click.echo(
            f"Its hash is in {into}, which token_file of [access] is to name; SIGHUP has it read again."
        )


@main.command(short_help="Run device servers of your own, and serve them to browsers.")
@click.argument("servers", nargs=-1, required=True, metavar="[NAME=]package.module:Class...")
@config_option
@server_options
def host(servers: tuple[str, ...], config_file: Path | None, **server: Any) -> None:
    """Run device servers inside katgate, and serve them to browsers. Modules are looked for in the current
    directory first, as with python -m.

    \b
    katgate host weather=observatory.weather:Weather
    """
    _run(lambda: _configured(config_file, (), server, servers))


@main.command()
@server_options
def demo(**server: Any) -> None:
    """Serve a pretend telescope, with nothing to configure."""
    _run(lambda: _configured(None, (), server), is_demo=True)


def _configured(
    config_file: Path | None,
    devices: tuple[str, ...],
    server: dict[str, Any],
    hosts: tuple[str, ...] = (),
) -> Config:
    """Return the file's configuration with what the environment and the command line say. Raises
    ConfigurationError.
    """
    settings = [*environment_settings(os.environ), *_settings(devices, server)]
    settings += [host_setting(text, text) for text in hosts]
    config = read_config(config_file, settings)
    _find_modules_here(config)  # of servers that a reload brings, too
    return config


def _settings(devices: tuple[str, ...], server: dict[str, Any]) -> Iterator[Setting]:
    if server["listen"]:
        yield Setting(("server", "listen"), server["listen"], "--listen")
    if server["prefix"]:
        yield Setting(("server", "prefix"), server["prefix"], "--prefix")
    if server["verbose"]:
        yield Setting(("log", "level"), "debug", "--verbose")
    if server["insecure"]:
        yield Setting(("server", "insecure"), True, "--insecure")
    for name in server["allow_host"]:
        yield Setting(("server", "allowed_hosts"), name, "--allow-host", adds=True)
    for origin in server["allow_origin"]:
        yield Setting(("server", "allowed_origins"), origin, "--allow-origin", adds=True)
    yield from (device_setting(text, text) for text in devices)


def _run(read: Callable[[], Config], *, is_demo: bool = False) -> None:
    """Serve what `read` says, now and whenever it is to be read again."""

    def read_again() -> Config:
        config = first_token.added_to(read())
        config.check_exposure()
        return config

    try:
        first_token = FirstToken(os.environ)
        config = first_token.made_for(read())
        config.check_exposure()
    except ConfigurationError as error:
        raise BadConfiguration(str(error)) from None
    if hasattr(signal, "SIGHUP"):
        # Until it can be heeded: else one that comes too soon would end us.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Importing klein installs a reactor, so this comes first. Twisted's own choice is the best of the
    # platform: epoll on Linux.
    from twisted.internet import reactor
    from twisted.internet.error import CannotListenError

    from katgate.app import Gateway
    from katgate.logs import log_to

    log = config.log
    levels = log_to(sys.stdout if log.to == "stdout" else sys.stderr, is_json=log.format == "json")
    prepare_process()
    hosted = _telescope() if is_demo else None
    try:
        gateway = Gateway(config, reactor, hosted, read_again=read_again, levels=levels)
        gateway.startService()
    except ConfigurationError as error:
        raise BadConfiguration(str(error)) from None
    except CannotListenError as error:
        raise click.ClickException(_cannot_listen(error, config)) from None
    loop: Any = reactor
    loop.addSystemEventTrigger("before", "shutdown", gateway.stopService)
    end_at_signals(loop)
    _reload_on_hangup(loop, gateway.reload_unasked)
    if first_token.text:
        _show_first_token(first_token)
    what = "a pretend telescope" if is_demo else _counted(config)
    click.echo(f"katgate {katgate.__version__} serves {what}; open {gateway.url} (end with Ctrl-C)")
    loop.run()


def _counted(config: Config) -> str:
    count = len(config.device) + len(config.host)
    return f"{count} device{'' if count == 1 else 's'}"


def _show_first_token(first: FirstToken) -> None:
    """Say it once: it is kept nowhere."""
    try:
        file = first.keep()
        ends = f"its hash is in {file} from now on" if file else "it ends with this process"
    except ConfigurationError as error:
        ends = f"it ends with this process or at a reload, as {error}"
    click.echo(
        "katgate has made a token for an admin, as KATGATE_FIRST_TOKEN=1 asks for and there was none; "
        f"{ends}. This is said once:\n\n    {first.text}\n"
    )


def _reload_on_hangup(loop: Any, reload: Callable[[], Any]) -> None:
    """Read the configuration again at SIGHUP, where there is such a signal."""

    def hang_up(*_: object) -> None:
        # What is wrong with a configuration is logged where it is found.
        loop.callFromThread(lambda: reload().addErrback(failed))

    def failed(failure: Any) -> None:
        from twisted.logger import Logger

        if not failure.check(ConfigurationError):
            Logger().failure("! a defect of ours: the configuration was not taken over", failure)

    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, hang_up)


def _cannot_listen(error: Any, config: Config) -> str:
    """Return what to do about a port that cannot be had: browsers' or the KATCP proxy's."""
    proxy = config.katcp.address
    if proxy is not None and (error.interface, error.port) == (proxy.host, proxy.port):
        return f"cannot listen on {proxy}: {error.socketError}. Choose another address as listen of [katcp]"
    return (
        f"cannot listen on {config.server.listen}: {error.socketError}. Choose another address with --listen"
    )


def _find_modules_here(config: Config) -> None:
    """Look for the modules of hosted servers in the current directory first, unless Python was told not to."""
    here = str(Path.cwd())
    if config.host and not sys.flags.safe_path and here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)


def _telescope() -> Any:
    from random import Random

    from katgate.demo.telescope import telescope

    return telescope(Random(1))
