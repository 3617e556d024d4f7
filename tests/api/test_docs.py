"""The page of the descriptions: all of them, in plain HTML that is right for this katgate."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from twisted.internet.task import Clock

from katgate.api.asyncapi import asyncapi
from katgate.api.described import Described
from katgate.api.docs.http import curl
from katgate.api.docs.page import page
from katgate.api.docs.types import example_of, in_words, members
from katgate.api.openapi import openapi
from katgate.api.problems import STATUSES
from katgate.app import Gateway
from katgate.config import Config
from tests.api.asking import ask
from tests.api.rig import Rig


class Taken(HTMLParser):
    """What is on the page: its links, its anchors, its elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.elements: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attributes:
            assert name not in ("style", "src"), (tag, value)
            assert not name.startswith("on"), (tag, name)
            if name == "href":
                self.links.append(value or "")
            elif name == "id":
                self.anchors.append(value or "")


@pytest.fixture(scope="module")
def documents() -> tuple[Any, Any]:
    """Both descriptions of a katgate with logins."""
    of = Described("1.2.3", has_logins=True)
    return openapi(Gateway(Config(), Clock()).descriptions.routes, of), asyncapi(of)


@pytest.fixture(scope="module")
def text(documents: tuple[Any, Any]) -> str:
    """The page of it."""
    return page(*documents, "http://cbf.example:8147")


def test_everything_is_there(text: str, documents: tuple[Any, Any]) -> None:
    """Each route, method, notification, type and code; and every link leads to something, once."""
    description, socket = documents
    taken = Taken(text)
    wanted = {one["operationId"] for methods in description["paths"].values() for one in methods.values()}
    wanted |= {f"socket-{name.removeprefix('on.')}" for name in socket["operations"]}
    for document in documents:
        wanted |= {f"type-{name}" for name in document["components"]["schemas"]}
    assert wanted <= set(taken.anchors)
    assert len(taken.anchors) == len(set(taken.anchors))
    assert {link[1:] for link in taken.links if link.startswith("#")} <= set(taken.anchors)
    assert all(f"<code>{code}</code>" in text for code in STATUSES)


def test_nothing_is_fetched_from_elsewhere(text: str) -> None:
    """No script, no style in the page, and relative links alone: it works behind any prefix."""
    taken = Taken(text)
    assert {"./", "api/v1/openapi.json", "api/v1/asyncapi.json", "docs.css", "data:,"} == {
        link for link in taken.links if not link.startswith("#")
    }
    assert not taken.elements & {"script", "style", "iframe", "img"}


def test_commands(text: str, documents: tuple[Any, Any]) -> None:
    """With a token where one is needed, quoted for a shell, at this katgate."""
    description, _ = documents
    path = "/api/v1/devices/{device}/requests/{request}"
    assert (
        "curl -X POST -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' "
        "-d '{\"timeout\": 30}' http://x/api/v1/devices/m000/requests/watchdog"
    ) == curl("POST", path, description["paths"][path]["post"], description, "http://x")
    stream = description["paths"]["/api/v1/stream"]["get"]
    assert "-N -H" in curl("GET", "/api/v1/stream", stream, description, "http://x")
    health = description["paths"]["/healthz"]["get"]
    assert "curl 'http://x;y/healthz'" == curl("GET", "/healthz", health, description, "http://x;y")
    assert "new WebSocket(&quot;ws://cbf.example:8147/api/v1/ws&quot;, &quot;katgate.v1&quot;)" in text


TYPES: list[tuple[dict[str, Any], str]] = [
    ({}, "anything"),
    ({"$ref": "#/components/schemas/State"}, '<a href="#type-State">State</a>'),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
    ({"enum": ["a", "<"]}, "<code>a</code> or <code>&lt;</code>"),
    ({"const": 1}, "<code>1</code>"),
    ({"type": ["string", "integer"]}, "string or integer"),
    ({"type": "integer", "minimum": 1, "maximum": 7}, "integer from 1 to 7"),
    ({"type": "integer", "minimum": 0, "maximum": 10**15}, "integer from 0"),
    ({"type": "number", "exclusiveMinimum": 0}, "number above 0"),
    ({"type": "array", "items": {"type": "string"}}, "list of string"),
    (
        {"type": "array", "items": [{"type": "string"}], "additionalItems": {"type": "number"}},
        "[string, number, ...]",
    ),
    ({"type": "array", "items": [{"type": "string"}], "additionalItems": False}, "[string]"),
    ({"type": "object", "additionalProperties": {"type": "string"}}, "object of string"),
]


@pytest.mark.parametrize(("schema", "words"), TYPES)
def test_types_in_words(schema: dict[str, Any], words: str) -> None:
    """Short enough for a cell of a table."""
    assert words == in_words(schema)


def test_members_and_examples() -> None:
    """What may be left out, what counts then, and what stands in an example."""
    schema = {
        "properties": {
            "name": {"type": "string"},
            "count": {"type": "integer"},
            "level": {"type": "string", "default": "warn"},
            "seconds": {"anyOf": [{"type": "number", "examples": [3600]}, {"type": "null"}], "default": None},
        },
        "required": ["name", "count"],
    }
    shown = members(schema)
    assert ["always", "always", "without it <code>warn</code>", "may be left out"] == re.findall(
        r"<td>([^<]*(?:<code>\w+</code>)?)</td></tr>", shown
    )
    components = {"Thing": schema}
    assert {"name": "...", "count": 1, "seconds": 3600} == example_of(
        {"$ref": "#/components/schemas/Thing"}, components
    )


def test_address() -> None:
    """For the name it was asked by, with a policy by which it may do nothing but be styled; GET and HEAD alone."""
    rig = Rig()
    answer = ask(rig, "GET", "/docs", host="localhost:1")
    assert (200, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert b"curl http://localhost:1/api/v1/devices" in answer.body
    assert b"curl http://localhost:2/api/v1/devices" in ask(rig, "GET", "/docs", host="localhost:2").body
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert b"" == ask(rig, "HEAD", "/docs").body
    assert 405 == ask(rig, "POST", "/docs").status
    assert "text/css; charset=utf-8" == ask(rig, "GET", "/docs.css").headers["content-type"]


def test_a_host_cannot_write_into_the_page() -> None:
    """What stands behind the colon of a Host is anything at all."""
    answer = ask(Rig(), "GET", "/docs", host="localhost:<b>'$(id)")
    assert b"<b>" not in answer.body
    assert b"&lt;b&gt;" in answer.body
