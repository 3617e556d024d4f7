"""Types as they are read: a schema (of draft 7) in a few words, and each named type with its members."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from katgate.api.docs.html import Html, code, link, prose, section, table

__all__ = ["example_of", "in_words", "members", "named_types"]

Schema = dict[str, Any]

#: A bound that nobody meets is not said.
_MANY: Final = 10**12


def in_words(schema: Schema) -> Html:
    """Return what a schema takes; the name of a type is a link to it."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return link(f"type-{name}", name)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(in_words, schema["anyOf"])))
    if "enum" in schema or "const" in schema:
        return " or ".join(code(word) for word in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return _list(schema)
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {in_words(schema['additionalProperties'])}"
    return f"{kind}{_bounds(schema)}"


def _list(schema: Schema) -> Html:
    items = schema.get("items", {})
    if isinstance(items, dict):
        return f"list of {in_words(items)}"
    shown = [in_words(one) for one in items]
    if schema.get("additionalItems"):
        shown.append(f"{in_words(schema['additionalItems'])}, ...")
    return f"[{', '.join(shown)}]"


def _bounds(schema: Schema) -> str:
    if "minimum" in schema:
        most = schema.get("maximum", _MANY)
        return f" from {schema['minimum']}{f' to {most}' if most < _MANY else ''}"
    return f" above {schema['exclusiveMinimum']}" if "exclusiveMinimum" in schema else ""


def members(schema: Schema) -> Html:
    """Return the table of an object's members."""
    needed = set(schema.get("required", ()))

    def rows() -> Iterator[Sequence[Html]]:
        for name, member in schema.get("properties", {}).items():
            yield code(name), in_words(member), "always" if name in needed else _without(member)

    return table(["member", "type", "presence"], rows())


def _without(member: Schema) -> Html:
    default = member.get("default")
    return "may be left out" if default in (None, [], "") else f"without it {code(default)}"


def named_types(components: dict[str, Schema]) -> Html:
    """Return a section for each type."""
    return "".join(
        section(f"type-{name}", name, f"<p>{prose(schema.get('description', ''))}</p>", _contents(schema))
        for name, schema in sorted(components.items())
    )


def _contents(schema: Schema) -> Html:
    return members(schema) if schema.get("properties") else f"<p>{in_words(schema)}</p>"


def example_of(schema: Schema, components: dict[str, Schema]) -> dict[str, Any]:
    """Return an example of an object: what its members have as examples, and those that it must have."""
    meant = components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    needed = set(meant.get("required", ()))
    example = {}
    for name, member in meant.get("properties", {}).items():
        given = [one["examples"][0] for one in (member, *member.get("anyOf", ())) if "examples" in one]
        if given or name in needed:
            example[name] = (
                given[0] if given else {"integer": 1, "number": 1}.get(member.get("type", ""), "...")
            )
    return example
