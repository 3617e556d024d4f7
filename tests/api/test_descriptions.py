"""The descriptions say what there is, and nothing else: of every route, method and notification."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from klein import Klein
from msgspec import Struct
from openapi_spec_validator import OpenAPIV31SpecValidator
from twisted.internet.task import Clock

import katgate
from katgate.api import problems
from katgate.api.asyncapi import asyncapi
from katgate.api.described import Described
from katgate.api.descriptions import Document
from katgate.api.methods import METHODS, NOTIFICATIONS
from katgate.api.openapi import openapi
from katgate.api.parameters import IntegerParameter, Parameter
from katgate.api.problems import STATUSES
from katgate.api.route_table import JSON, App, Route
from katgate.api.routes import add_route, new_app
from katgate.api.site import ROUTES
from katgate.api.wire_answers import Health, ProblemJson
from katgate.app import Gateway
from katgate.authority.role import Role
from katgate.config import Config
from tests.api.asyncapi_schema import ASYNCAPI_SCHEMA, asyncapi_errors
from tests.api.rig import FakeSocket

HERE = Described("1.2.3", port=8147)


@pytest.fixture(scope="module")
def gateway() -> Gateway:
    """A katgate whole, as it would be started."""
    return Gateway(Config(), Clock())


@pytest.fixture(scope="module")
def document(gateway: Gateway) -> Any:
    """Its OpenAPI description."""
    return json.loads(json.dumps(openapi(gateway.descriptions.routes, HERE)))


def test_every_route_is_described(gateway: Gateway) -> None:
    """Each has a sentence, a type of answer, and the names in its path; none goes past the table."""
    app: Any = gateway.app
    rules = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert rules == set(gateway.app.table)
    assert [] == [
        f"{route.method} {route.path}: {what}"
        for route in gateway.descriptions.routes
        for what in _missing(route)
    ]


def _missing(route: Route) -> Iterator[str]:
    if not route.about:
        yield "its handler needs a docstring, or the route an `about`"
    if route.media_type == JSON and not _is_typed(route.answer):
        yield "its handler must say by its annotation what it answers: a type of the wire"
    for code in {*route.problems} - {*STATUSES}:
        yield f"the code {code} is not in the table of problems"
    for parameter in route.parameters:
        if not parameter.about:
            yield f"the parameter {parameter.name} needs an `about`"


def _is_typed(answer: Any) -> bool:
    return answer is Document or (isinstance(answer, type) and issubclass(answer, Struct))


def test_bodies_are_declared() -> None:
    """A handler that reads a body by itself would have one that nobody is told of."""
    reading = [
        path.name
        for path in (Path(katgate.__file__).parent / "api").rglob("*.py")
        if "read_body(" in path.read_text(encoding="utf-8")
    ]
    assert ["routes.py"] == reading


def test_a_route_without_a_description_would_be_found() -> None:
    """Else the test above would say nothing."""
    app = new_app()
    add_route(app, "GET", "/nothing", lambda request: {}, problems=["odd"])
    (route,) = app.table.values()
    assert [
        "its handler needs a docstring, or the route an `about`",
        "its handler must say by its annotation what it answers: a type of the wire",
        "the code odd is not in the table of problems",
    ] == list(_missing(route))


def test_every_address_of_the_site_is_described(gateway: Gateway) -> None:
    """What is not of the API stands in a list beside it."""
    described = {route.path.encode() for route in ROUTES}
    assert described == {path for path in gateway._site.places if not path.startswith(b"/docs")}


def test_openapi_is_valid(document: Any) -> None:
    """By the JSON schema of OpenAPI 3.1, and its rules besides."""
    assert [] == [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]
    document = json.loads(json.dumps(document))
    document["paths"]["/healthz"]["get"]["responses"]["200"] = {"content": {}}
    assert list(OpenAPIV31SpecValidator(document).iter_errors())


@pytest.mark.skipif(not ASYNCAPI_SCHEMA.is_file(), reason="it comes with `npm ci` in web/")
@pytest.mark.parametrize("has_logins", [False, True])
def test_asyncapi_is_valid(has_logins: bool) -> None:
    """By the JSON schema of AsyncAPI 3.0."""
    description: Any = json.loads(json.dumps(asyncapi(Described("1.2.3", has_logins=has_logins))))
    assert [] == asyncapi_errors(description)
    description["operations"]["ping"]["action"] = "shout"
    assert asyncapi_errors(description)


def test_schemas_are_valid(document: Any) -> None:
    """Each by its own draft of JSON Schema."""
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for schema in asyncapi(HERE)["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)


def test_examples_are_what_they_exemplify() -> None:
    """Who copies one gets something that works."""
    description = asyncapi(HERE)
    for name, message in description["channels"]["socket"]["messages"].items():
        schema = {**message["payload"], "components": description["components"]}
        for example in message["examples"]:
            found = [error.message for error in Draft7Validator(schema).iter_errors(example["payload"])]
            assert [] == found, name


def test_methods_are_those_of_a_session(socket: FakeSocket) -> None:
    """One that is carried out is described, and the other way round."""
    (answer,) = socket.call("no such method")
    assert f"there are {', '.join(sorted(METHODS))}" in answer["error"]["message"]


def test_operations_of_the_socket() -> None:
    """What browsers call is received and has a reply; what katgate says is sent."""
    operations = asyncapi(HERE)["operations"]
    assert {*METHODS, *(f"on.{name}" for name in NOTIFICATIONS)} == set(operations)
    assert {"receive"} == {operations[name]["action"] for name in METHODS}
    assert {"send"} == {operations[f"on.{name}"]["action"] for name in NOTIFICATIONS}


def test_facts_of_problems_are_described() -> None:
    """Whatever a problem says more is a member of its schema."""

    class Anything:
        def __getattr__(self, name: str) -> str:
            return name

    members = set(ProblemJson.__struct_fields__)
    for _, code, _, facts in problems._TABLE:
        assert facts is None or set(facts(Anything())) <= members, code


def test_names_in_a_path(document: Any) -> None:
    """As the contract calls them, whatever the handler does."""
    assert ["device", "request"] == [
        parameter["name"]
        for parameter in document["paths"]["/api/v1/devices/{device}/requests/{request}"]["post"][
            "parameters"
        ]
    ]


def described(**options: Any) -> Any:
    """Return the operation of a route with these options, and its whole description."""
    app: Klein = new_app()

    def handler(request: Any) -> Health:
        """Say something. And something more.

        Of two paragraphs.
        """
        return Health("ok")

    add_route(app, "GET", "/api/v1/thing/<name:device>", handler, **options)
    assert isinstance(app, App)
    description = openapi(app.table.values(), Described("1", "/katgate/", 80, has_logins=True))
    return description["paths"]["/api/v1/thing/{device}"]["get"], description


def test_operation_of_a_route() -> None:
    """Everything that the route states is in it."""
    operation, description = described(
        parameters=[
            IntegerParameter("limit", "How many.", default=3, most=7),
            Parameter("word", "Which.", words=("a", "b"), many=True, example="a"),
        ],
        role=Role.OPERATOR,
        problems=["leased"],
    )
    assert ("Say something", "And something more. Of two paragraphs.") == (
        operation["summary"],
        operation["description"],
    )
    assert ("get_thing_device", ["thing"], "operator") == (
        operation["operationId"],
        operation["tags"],
        operation["x-role"],
    )
    assert [
        ("device", "path", {"type": "string", "minLength": 1}),
        ("limit", "query", {"type": "integer", "minimum": 0, "maximum": 7, "default": 3}),
        ("word", "query", {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
    ] == [(one["name"], one["in"], one["schema"]) for one in operation["parameters"]]
    assert ["200", "400", "401", "403", "500"] == list(operation["responses"])
    assert "Forbidden: `forbidden`, `leased`." == operation["responses"]["403"]["description"]
    assert [{"url": "/katgate/"}] == description["servers"]


def test_who_may_ask() -> None:
    """With logins a token or a cookie is needed, save where anybody may ask; without them nothing is. One that does
    not count is refused everywhere.
    """
    operation, description = described()
    assert [{"bearer": []}, {"cookie": []}] == operation["security"]
    assert "katgate-80" == description["components"]["securitySchemes"]["cookie"]["name"]
    operation, _ = described(role=None)
    assert [] == operation["security"]
    assert "401" in operation["responses"]
    assert {} in HERE.security(Role.ADMIN)
