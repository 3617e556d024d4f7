"""The commands `katgate lease take|show|release`: who commands a device for a while."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from katgate.errors import GatewayRefused, LocalError
from katgate.terminal.options import device_argument, gateway_token, json_option, via_option

if TYPE_CHECKING:
    from katgate.terminal.rest import Rest

__all__ = ["lease"]

#: As long as a katgate lets one be had.
_LONGEST_S: Final = 86400


@click.group(short_help="Command a device alone for a while.")
def lease() -> None:
    """Take a device's command lease at a katgate, so that requests of others are refused; and give it back.

    \b
    katgate lease take cbf --minutes 30 --comment "delay calibration" --via http://127.0.0.1:8147
    katgate lease show cbf --via http://127.0.0.1:8147
    katgate lease release cbf --via http://127.0.0.1:8147
    """


@lease.command(short_help="Take it, or have it for longer.")
@device_argument
@via_option
@click.option("--minutes", type=click.FloatRange(1 / 60, _LONGEST_S / 60), default=60.0, show_default=True)
@click.option("--comment", default="", help="What for: everybody sees it.")
@json_option
def take(device: str, via: str | None, minutes: float, comment: str, as_json: bool) -> None:
    """Take a device's lease, or renew one's own from now on. It fails if another holds it."""
    wanted = {"seconds": round(minutes * 60, 3), "comment": comment}
    _run(device, via, as_json, lambda rest, path: rest.ask("POST", path, wanted))


@lease.command(short_help="Say who holds it.")
@device_argument
@via_option
@json_option
def show(device: str, via: str | None, as_json: bool) -> None:
    """Say who commands a device, until when, and what for."""
    _run(device, via, as_json, lambda rest, path: rest.ask("GET", path))


@lease.command(short_help="Give it back.")
@device_argument
@via_option
@click.option(
    "--break", "is_meant", is_flag=True, help="As an admin, end another's: they may be busy with it."
)
@json_option
def release(device: str, via: str | None, is_meant: bool, as_json: bool) -> None:
    """Release one's own lease."""

    async def end(rest: "Rest", path: str) -> Any:
        held, me = (await rest.ask("GET", path))["lease"], (await rest.ask("GET", ""))["user"]
        if held is not None and held["holder"] != me and not is_meant:
            raise GatewayRefused(
                {
                    "code": "leased",
                    "detail": f"{held['holder']} holds the command lease of {device!r}; an admin may break it "
                    "with --break",
                }
            )
        return await rest.ask("DELETE", path)

    _run(device, via, as_json, end)


def _run(
    device: str, via: str | None, as_json: bool, ask: "Callable[[Rest, str], Coroutine[Any, Any, Any]]"
) -> None:
    from katgate.terminal.gateway_address import GatewayAddress
    from katgate.terminal.rest import Rest
    from katgate.terminal.running import run_to_exit
    from katgate.terminal.screen import Screen

    if via is None:
        raise click.UsageError(
            "a katgate keeps the leases; say where it is: --via http://127.0.0.1:8147, or KATGATE_VIA"
        )
    try:
        address = GatewayAddress.parse(via)
    except LocalError as error:
        raise click.UsageError(str(error)) from None
    screen = Screen()

    async def story(reactor: Any) -> None:
        rest = Rest(address, reactor, gateway_token())
        answer = await ask(rest, f"devices/{quote(device, safe='')}/lease")
        found = answer.get("lease") if "lease" in answer else answer
        screen.write_plain([_as_json(found) if as_json else _in_words(device, found, screen.when)])

    run_to_exit(story)


def _as_json(found: Any) -> str:
    import msgspec

    return msgspec.json.encode({"lease": found}).decode("utf-8")


def _in_words(device: str, found: Any, when: Callable[[float], str]) -> str:
    from katgate.katcp.harmless import harmless

    if found is None:
        return f"{device}: nobody holds its lease"
    text = f"{device}: {found['holder']} until {when(found['expires'])}"
    return harmless(text + (f", {found['comment']}" if found["comment"] else ""))
