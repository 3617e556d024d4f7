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

    async def ask(reactor: Any) -> list[CompletionItem]:
        source = _source(context)(reactor)
        informs: list[Any] = []
        try:
            await source.call("help", [], timeout_s=_PATIENCE_S, is_confirmed=False, on_inform=informs.append)
        finally:
            await source.close()
        return [CompletionItem(msg.text(0), help=" ".join(msg.text(1).split())[:60]) for msg in informs]

    return _asked(ask, incomplete)


def complete_sensors(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Suggest the device's sensors."""

    async def ask(reactor: Any) -> list[CompletionItem]:
        from katgate.terminal.stories import present

        source = _source(context)(reactor)
        try:
            rows = await present(source, (), reactor)
        finally:
            await source.close()
        return [CompletionItem(about.name, help=about.description[:60]) for about, _ in rows]

    return _asked(ask, incomplete)


def _source(context: click.Context) -> Callable[[Any], Any]:
    from katgate.terminal.options import open_source

    return open_source(context, context.params["device"], context.params.get("via"))


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
