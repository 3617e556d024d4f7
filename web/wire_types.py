"""Writes `src/generated.ts`: what katgate says, as TypeScript sees it, from the types that it is said by.

    python web/wire_types.py

These are, by their names, the msgspec types of `katgate/api/wire.py`, `wire_access.py`, `wire_browsers.py` and
`wire_socket.py`, and the words of a few enumerations. A test holds the file against what this would write. What has
no type there (the params of a notification, a problem's members) is `unknown`, so that the page must look before it
believes.
"""

import builtins
import collections.abc
import inspect
import textwrap
import types
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Raw, UnsetType

from katgate.api import wire, wire_access, wire_browsers, wire_socket
from katgate.authority.record import AuditRecord
from katgate.katcp.json_values import Base64
from katgate.katcp.reading import Status
from katgate.tx.connection import State

__all__ = ["GENERATED", "interface", "typescript"]

GENERATED: Final = Path(__file__).parent / "src" / "generated.ts"

_HEAD: Final = """\
/**
 * What katgate says, on the WebSocket and over REST: its types as JSON has them.
 *
 * Generated: `python web/wire_types.py` writes this file anew from katgate/api/wire*.py. Nothing here is checked when
 * it comes in; that is for `parse.ts`. Members that katgate may leave out are optional. Times are UNIX seconds (UTC)
 * on katgate's clock, but `timestamp` is the device's own.
 */
"""

#: Enumeration -> its name here, and that of the list of its words.
_ENUMS: Final[dict[type[Enum], tuple[str, str]]] = {
    Status: ("Status", "STATUSES"),
    State: ("DeviceState", "DEVICE_STATES"),
}

_PLAIN: Final[dict[Any, str]] = {
    str: "string",
    bytes: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    Any: "unknown",
    Raw: "unknown",
}

#: What has no type there, as it is written by hand: an array of mixed members.
_ROWS: Final = """
/** An argument of a message. */
export type Word = string | Base64 | Omitted;

/** An inform that came by itself; the time is when katgate received it. */
export type InformRow = readonly [device: string, time: number, name: string, ...words: Word[]];
"""

#: The longest line, in characters: as Biome is told.
_WIDTH: Final = 100


def typescript() -> str:
    """Return the text of the file."""
    structs: list[type[msgspec.Struct]] = [
        Base64,
        AuditRecord,
        *_structs_of(wire),
        *_structs_of(wire_access),
        *_structs_of(wire_browsers),
        *_structs_of(wire_socket),
    ]
    parts = [*(_enum(enum) for enum in _ENUMS), *(interface(struct) for struct in structs)]
    return _HEAD + "".join(f"\n{part}" for part in parts) + _ROWS


def _structs_of(module: types.ModuleType) -> list[type[msgspec.Struct]]:
    """Return the types that a module itself defines, in its order."""
    return [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one.__module__ == module.__name__
    ]


def _enum(enum: type[Enum]) -> str:
    name, words = _ENUMS[enum]
    listed = "".join(f'  "{member.value}",\n' for member in enum)
    return (
        f"{_comment(enum)}export const {words} = [\n{listed}] as const;\n"
        f"export type {name} = (typeof {words})[number];\n"
    )


def interface(struct: type[msgspec.Struct]) -> str:
    """Return one type as an interface, with its docstring."""
    members = "".join(f"  {member};\n" for member in _members(struct))
    return f"{_comment(struct)}export interface {struct.__name__} {{\n{members}}}\n"


def _members(struct: type[msgspec.Struct]) -> Iterator[str]:
    config = struct.__struct_config__
    if config.tag is not None:
        yield f'readonly {config.tag_field}: "{config.tag}"'
    hints = get_type_hints(struct, include_extras=True)
    for field in msgspec.structs.fields(struct):
        may_be_left_out = not field.required and (config.omit_defaults or field.default is UNSET)
        mark = "?" if may_be_left_out else ""
        yield _fitting(f"readonly {field.encode_name}{mark}: {_type(hints[field.name])}")


def _fitting(member: str) -> str:
    """Return a member as Biome breaks it: a union that is too long for a line has one for each."""
    if len(f"  {member};") <= _WIDTH:
        return member
    name, _, union = member.partition(": ")
    return f"{name}:\n    | " + union.replace(" | ", "\n    | ")


def _comment(about: type) -> str:
    """Return a docstring as a comment: in one line if it fits."""
    paragraphs = inspect.cleandoc(about.__doc__ or "").split("\n\n")
    text = [" ".join(paragraph.split()) for paragraph in paragraphs]
    if len(text) == 1 and len(text[0]) + len("/**  */") <= _WIDTH:
        return f"/** {text[0]} */\n"
    lines = "\n\n".join(textwrap.fill(paragraph, _WIDTH - len(" * ")) for paragraph in text).split("\n")
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in lines) + " */\n"


def _type(hint: Any) -> str:
    """Return the type in TypeScript. Not by msgspec.inspect, which takes no types that JSON cannot tell apart."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hint in _ENUMS:
        return _ENUMS[hint][0]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint.__name__
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " | ".join(f'"{member.value}"' for member in hint)
    inner = get_args(hint)
    match get_origin(hint):
        case typing.Annotated:
            held = [
                meta.extra["holds"] for meta in inner[1:] if isinstance(meta, msgspec.Meta) and meta.extra
            ]
            return str(held[0]) if held else _type(inner[0])
        case typing.Literal:
            return " | ".join(f'"{word}"' for word in inner)
        case types.UnionType | typing.Union:
            return " | ".join(dict.fromkeys(_type(one) for one in inner if one is not UnsetType))
        case builtins.list | collections.abc.Sequence:
            return f"readonly {_in_list(_type(inner[0]))}[]"
        case builtins.dict:
            record = f"Record<{_type(inner[0])}, {_type(inner[1])}>"
            return f"Readonly<Partial<{record}>>" if inner[0] in _ENUMS else f"Readonly<{record}>"
    raise TypeError(f"{hint} has no counterpart in TypeScript here: add it to {__file__}")


def _in_list(item: str) -> str:
    return f"({item})" if " " in item and not item.startswith("Readonly<") else item


def _main() -> None:
    GENERATED.write_text(typescript(), encoding="utf-8")
    print(f"{GENERATED} is written")


if __name__ == "__main__":
    _main()
