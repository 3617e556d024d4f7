"""What is asked over HTTP, one section a route: parameters, answers, and how to ask with curl."""

import json
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from katgate.api.docs.html import Html, block, code, link, prose, section, table
from katgate.api.docs.types import example_of, in_words

__all__ = ["contents", "curl", "routes"]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def contents(document: dict[str, Any]) -> Html:
    """Return links to all sections."""
    return "".join(
        f"<li>{link(operation['operationId'], code(f'{method} {path}'))}: {prose(operation['summary'])}</li>"
        for method, path, operation in _operations(document)
    )


def routes(document: dict[str, Any], base: str) -> Html:
    """Return the sections; `base` is where katgate is, without a slash at its end."""
    return "".join(
        section(
            operation["operationId"],
            f"{method} {prose(path)}",
            f"<p>{prose(operation['summary'])}. {prose(operation.get('description', ''))}</p>",
            _role(operation),
            table(["parameter", "type", "meaning"], map(_parameter, operation["parameters"])),
            _body(operation),
            block(curl(method, path, operation, document, base)),
            table(["answer", "type", "meaning"], _answers(operation)),
        )
        for method, path, operation in _operations(document)
    )


def _role(operation: dict[str, Any]) -> Html:
    role = operation.get("x-role")
    return f"<p>Needs the role {code(role)}.</p>" if role else "<p>Open to everybody.</p>"


def _parameter(parameter: dict[str, Any]) -> tuple[Html, Html, Html]:
    schema = parameter["schema"]
    default = f" Without it {code(schema['default'])}." if "default" in schema else ""
    more = " May be repeated." if schema["type"] == "array" else ""
    kind = schema["items"] if schema["type"] == "array" else schema
    where = " (in the path)" if parameter["in"] == "path" else ""
    return (
        f"{code(parameter['name'])}{where}",
        in_words(kind),
        prose(parameter["description"]) + more + default,
    )


def _body(operation: dict[str, Any]) -> Html:
    if "requestBody" not in operation:
        return ""
    return "".join(
        f"<p>The body is {in_words(media['schema'])}, {code(media_type)}.</p>"
        for media_type, media in operation["requestBody"]["content"].items()
    )


def _answers(operation: dict[str, Any]) -> Iterator[tuple[Html, Html, Html]]:
    for status, answer in operation["responses"].items():
        ((media_type, media),) = answer["content"].items()
        shown = in_words(media["schema"]) if "json" in media_type else code(media_type)
        yield code(status), shown, prose(answer["description"])


def curl(method: str, path: str, operation: dict[str, Any], document: dict[str, Any], base: str) -> str:
    """Return the command that asks for it."""
    named = {one["name"]: one["example"] for one in operation["parameters"] if one["in"] == "path"}
    asked = {
        one["name"]: one["example"]
        for one in operation["parameters"]
        if one["in"] == "query" and "example" in one
    }
    query = urlencode(asked, doseq=True, safe="*/")
    address = base + path.format(**{name: quote(str(text), safe="") for name, text in named.items()})
    words = ["curl", *(["-N"] if "text/event-stream" in operation["responses"]["200"]["content"] else [])]
    if method != "GET":
        words += ["-X", method]
    if operation["security"] and {} not in operation["security"]:
        words += ["-H", "Authorization: Bearer TOKEN"]
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        example = example_of(media["schema"], document["components"]["schemas"])
        words += ["-H", f"Content-Type: {media_type}", "-d", json.dumps(example)]
    return shlex.join([*words, f"{address}?{query}" if query else address])
