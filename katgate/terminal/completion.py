"""What the shell may suggest: devices of a katgate, and the requests and sensors of a device, asked for quickly.

A device or katgate that does not answer at once suggests nothing, and is no error.
"""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

__all__ = ["complete_devices", "complete_requests", "complete_sensors"]

#: How long a person who has pressed Tab waits, in seconds.
_PATIENCE_S: Final = 1.5
#: A shell asks before it shows more than a hundred or so.
_MOST: Final = 500


def complete_devices(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Suggest the devices of the katgate, if there is one."""
    via = context.params.get("via")
    if via is None:
        return []

    async def ask(reactor: Any) -> list[CompletionItem]:
        from katgate.terminal.gateway_address import GatewayAddress
        from katgate.terminal.options import gateway_token
        from katgate.terminal.via import device_names

        names = await device_names(GatewayAddress.parse(via), reactor, gateway_token())
        return [CompletionItem(name) for name in names]

    return _asked(ask, incomplete)


def complete_requests(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Suggest the requests that the device has in its `?help`."""

    async def ask(source: Any, reactor: Any) -> list[CompletionItem]:
        from katgate.terminal.source import Request

        informs: list[Any] = []
        await source.call(Request("help", timeout_s=_PATIENCE_S), informs.append)
        return [CompletionItem(msg.text(0), help=" ".join(msg.text(1).split())[:60]) for msg in informs]

    return _asked_of_device(context, ask, incomplete)


def complete_sensors(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Suggest the device's sensors."""

    async def ask(source: Any, reactor: Any) -> list[CompletionItem]:
        from katgate.terminal.stories import present

        rows = await present(source, (), reactor)
        return [CompletionItem(about.name, help=about.description[:60]) for about, _ in rows]

    return _asked_of_device(context, ask, incomplete)


def _asked_of_device(
    context: click.Context,
    ask: Callable[[Any, Any], Coroutine[Any, Any, list[CompletionItem]]],
    incomplete: str,
) -> list[CompletionItem]:
    """Return what the device that is named on the line is asked for; `ask` is given its source and the reactor."""

    async def whole(reactor: Any) -> list[CompletionItem]:
        from katgate.terminal.options import open_source

        source = open_source(context, context.params["device"], context.params.get("via"))(reactor)
        try:
            return await ask(source, reactor)
        finally:
            await source.close()

    return _asked(whole, incomplete)


def _asked(
    ask: Callable[[Any], Coroutine[Any, Any, list[CompletionItem]]], incomplete: str
) -> list[CompletionItem]:
    from twisted.internet.defer import Deferred

    from katgate.terminal.running import run

    found: list[CompletionItem] = []

    async def story(reactor: Any) -> None:
        asked = Deferred.fromCoroutine(ask(reactor)).addTimeout(_PATIENCE_S, reactor)
        found.extend(item for item in await asked if item.value.startswith(incomplete))

    # Whatever goes wrong, a shell's line is no place to say it.
    with suppress(Exception):
        run(story)
    return sorted(found, key=lambda item: item.value)[:_MOST]
