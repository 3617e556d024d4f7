"""Schemas: the JSON Schema of the wire's types, as both descriptions have them among their components."""

from collections.abc import Iterable
from typing import Any

import msgspec

from katgate.api.problems import STATUSES
from katgate.api.references import TEMPLATE
from katgate.api.wire import Omitted
from katgate.api.wire_answers import ProblemJson
from katgate.katcp.json_values import Base64

__all__ = ["Schemas", "as_draft_7"]

Schema = dict[str, Any]

#: What is referred to by name alone.
_ALWAYS: tuple[type, ...] = (Base64, Omitted, ProblemJson)


class Schemas:
    """The schemas of some types: `of(type)` is one of them, mostly a reference; `components` are what these mean."""

    def __init__(self, types: Iterable[Any]) -> None:
        self._types = list(dict.fromkeys([*types, *_ALWAYS]))
        found, components = msgspec.json.schema_components(self._types, ref_template=TEMPLATE)
        self._found: list[Schema] = list(found)
        self.components = {name: _tidy(components[name]) for name in sorted(components)}
        self.components["ProblemJson"]["properties"]["code"]["enum"] = sorted(STATUSES)

    def of(self, one: Any) -> Schema:
        """Return the schema of a type."""
        return self._found[self._types.index(one)]


def _tidy(schema: Schema) -> Schema:
    """Return a schema whose description is one line, and whose words are said to be text."""
    tidy = dict(schema)
    if "description" in tidy:
        tidy["description"] = " ".join(tidy["description"].split())
    if all(isinstance(word, str) for word in tidy.get("enum", [0])):
        tidy = {"type": "string", **tidy}
    return tidy


def as_draft_7(schema: Any) -> Any:
    """Return a schema as draft 7 of JSON Schema says it, which AsyncAPI is based on: tuples are another there."""
    if isinstance(schema, list):
        return [as_draft_7(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    older = {key: as_draft_7(value) for key, value in schema.items() if key not in ("prefixItems", "items")}
    if "prefixItems" in schema:
        older["items"] = as_draft_7(schema["prefixItems"])
        if "items" in schema:
            older["additionalItems"] = as_draft_7(schema["items"])
    elif "items" in schema:
        older["items"] = as_draft_7(schema["items"])
    return older
