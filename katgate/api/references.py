"""References: how one schema of the descriptions names another. Both have theirs in the same place."""

from typing import Any, Final

from msgspec import Struct

__all__ = ["TEMPLATE", "any_of", "reference"]

TEMPLATE: Final = "#/components/schemas/{name}"


def reference(name: str) -> dict[str, Any]:
    """Return the schema that is that of a type, by the name of it."""
    return {"$ref": TEMPLATE.format(name=name)}


def any_of(*schemas: dict[str, Any] | type[Struct]) -> dict[str, Any]:
    """Return the schema of what is any of these."""
    return {"anyOf": [one if isinstance(one, dict) else reference(one.__name__) for one in schemas]}
