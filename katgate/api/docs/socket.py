"""The WebSocket: one section for each method that a browser calls, and for each notification that katgate sends."""

from collections.abc import Iterable
from typing import Any

from katgate.api.docs.html import Html, block, code, link, prose, section
from katgate.api.docs.types import in_words

__all__ = ["contents", "messages"]


def _calls(document: dict[str, Any]) -> Iterable[str]:
    return [name for name, one in document["operations"].items() if one["action"] == "receive"]


def _told(document: dict[str, Any]) -> Iterable[str]:
    names = (name for name, one in document["operations"].items() if one["action"] == "send")
    return [name.removeprefix("on.") for name in names]


def contents(document: dict[str, Any]) -> Html:
    """Return links to all sections."""
    known = document["channels"]["socket"]["messages"]
    return "".join(
        f"<li>{link(f'socket-{name}', code(name))}: {prose(known[name]['summary'])}</li>"
        for name in (*_calls(document), *_told(document))
    )


def messages(document: dict[str, Any]) -> Html:
    """Return the sections."""
    known = document["channels"]["socket"]["messages"]
    calls = (
        section(
            f"socket-{name}",
            f"{prose(name)}, called",
            f"<p>{prose(known[name]['summary'])}</p>",
            _typed("The params are", known[name], "params"),
            block(_example(known[name])),
            _typed("The result is", known[f"{name}.result"], "result"),
            block(_example(known[f"{name}.result"])),
        )
        for name in _calls(document)
    )
    told = (
        section(
            f"socket-{name}",
            f"{prose(name)}, told",
            f"<p>{prose(known[name]['summary'])}</p>",
            _typed("The params are", known[name], "params"),
            block(_example(known[name])),
        )
        for name in _told(document)
    )
    error = section(
        "socket-error",
        "error, the answer to a call that failed",
        f"<p>{prose(known['error']['summary'])} It is {in_words(known['error']['payload'])}.</p>",
        block(_example(known["error"])),
    )
    return "".join((*calls, *told, error))


def _typed(what: str, message: dict[str, Any], member: str) -> Html:
    schema = message["payload"]["properties"][member]
    return f"<p>{what} {in_words(schema)}.</p>"


def _example(message: dict[str, Any]) -> Any:
    return message["examples"][0]["payload"]
