"""Why a value cannot be an option, in words, and what to write instead."""

import re
from difflib import get_close_matches
from typing import Any, Final

import msgspec
from msgspec import inspect

from katgate.config.checks import OptionError
from katgate.config.places import Path
from katgate.config.toml import written

__all__ = ["explained", "type_of"]

#: `$.device[0].name`, as msgspec says where it was; `[...]` stands for a key of a table of any keys.
_PLACE: Final = re.compile(r"(?P<why>.*?)(?: - at `\$(?P<place>.*)`)?\Z", re.DOTALL)
_STEP: Final = re.compile(r"\.(\w+)|\[(\d+)\]")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*)`\Z", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(.*)`\Z")


def explained(error: msgspec.ValidationError, whole: type, raw: Any) -> tuple[Path, str]:
    """Return where in `raw`, which cannot be a `whole`, the error is, and a sentence about it."""
    found = _PLACE.match(str(error))
    assert found is not None
    why, place = found["why"], found["place"] or ""
    path: list[str | int] = [name or int(index) for name, index in _STEP.findall(place)]
    if isinstance(error.__cause__, OptionError):
        path += error.__cause__.option
        return path, f"{_named(path, raw)}: {why}"
    unknown = _UNKNOWN.match(why)
    if unknown is not None:
        options = [field.name for field in _fields(type_of(path, whole))]
        return [
            *path,
            unknown[1],
        ], f"{_named(path, raw)} has no {unknown[1]!r}; {_instead(unknown[1], options)}"
    missing = _MISSING.match(why)
    if missing is not None:
        return path, f"{_named(path, raw)} needs {missing[1]}: {_description([*path, missing[1]], whole)}"
    if place.endswith("[...]"):
        path.append(_wrong_key(path, whole, raw))
    wrong = _at(path, raw)
    kind = type_of(path, whole)
    if len(path) == 1 and _is_tables(kind) and isinstance(wrong, dict):
        return path, f"there may be several of {path[0]}: head each of them [[{path[0]}]], not [{path[0]}]"
    if len(path) == 1 and isinstance(kind, inspect.StructType) and isinstance(wrong, list):
        return path, f"there is one table {path[0]}: head it [{path[0]}], not [[{path[0]}]]"
    return path, f"{_named(path, raw)} must be {expected(kind)}, not {written(wrong)}"


def type_of(path: Path, whole: type) -> inspect.Type:
    """Return the type of the option at a path, without what is said of it."""
    found = _annotated(path, whole)
    return found.type if isinstance(found, inspect.Metadata) else found


def _wrong_key(path: Path, whole: type, raw: Any) -> str:
    """Return the key whose value is wrong, in a table of any keys: msgspec does not say."""
    kind = type_of([*path, "any"], whole)
    assert isinstance(kind, inspect.LiteralType)
    table: dict[str, Any] = _at(path, raw)
    return next(key for key, value in table.items() if value not in kind.values)


def _is_tables(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.VarTupleType) and isinstance(kind.item_type, inspect.StructType)


def _description(path: Path, whole: type) -> str:
    found = _annotated(path, whole)
    said = found.extra_json_schema if isinstance(found, inspect.Metadata) else None
    return str((said or {}).get("description", "")).rstrip(".")


def _annotated(path: Path, whole: type) -> inspect.Type:
    found: inspect.Type = inspect.type_info(whole)
    for step in path:
        if isinstance(found, inspect.Metadata):
            found = found.type
        if isinstance(found, inspect.StructType):
            found = next(field.type for field in found.fields if field.name == step)
        elif isinstance(found, inspect.VarTupleType):
            found = found.item_type
        elif isinstance(found, inspect.DictType):
            found = found.value_type
    return found


def expected(kind: inspect.Type) -> str:
    """Return in words what values of a type are."""
    match kind:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType() | inspect.FloatType():
            what = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
            return f"{what}{range_of(kind)}"
        case inspect.LiteralType():
            return "one of " + ", ".join(written(value) for value in kind.values)
        case inspect.EnumType():
            return "one of " + ", ".join(written(member.value) for member in kind.cls)
        case inspect.DateTimeType() | inspect.UnionType():
            return "a date and time (2027-01-31T00:00:00Z)"
        case inspect.VarTupleType(item_type=inspect.StructType()):
            return "a list of tables"
        case inspect.VarTupleType():
            return 'a list of texts (["one", "another"])'
        case inspect.StructType() | inspect.DictType():
            return "a table"
        case _:
            return "text in quotes"


def range_of(kind: inspect.IntType | inspect.FloatType) -> str:
    """Return ` from 1 to 1,000`, or nothing for a number that has no bounds."""
    if kind.le is None:
        return ""
    if kind.gt is not None:
        return f" more than {_plain(kind.gt)}, up to {_plain(kind.le)}"
    return f" from {_plain(kind.ge)} to {_plain(kind.le)}"


def _plain(number: float | None) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def _fields(kind: inspect.Type) -> tuple[inspect.Field, ...]:
    return kind.fields if isinstance(kind, inspect.StructType) else ()


def _instead(unknown: str, options: list[str]) -> str:
    close = get_close_matches(unknown, options, 1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(options)}"


def _at(path: Path, raw: Any) -> Any:
    for step in path:
        raw = raw[step]
    return raw


def _named(path: Path, raw: Any) -> str:
    """Return a table as it is headed in the file, such as `[server]` or `[[device]] "cbf"`, or an option in it."""
    if not path:
        return "the configuration"
    kind = str(path[0])
    if len(path) > 1 and isinstance(path[1], int):
        one = _at(path[:2], raw)
        name = one.get("name") if isinstance(one, dict) else None
        which = written(name) if isinstance(name, str) else f"number {path[1] + 1}"
        return f"[[{kind}]] {which}" + _rest(path[2:])
    return f"[{kind}]" + _rest(path[1:])


def _rest(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f" {step}" for step in path)
