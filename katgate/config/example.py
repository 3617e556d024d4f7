"""A file with every option: its default, unit and limit. `deploy/katgate.toml` is this text."""

import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import inspect

from katgate.config.devices import DeviceDefaults
from katgate.config.explaining import range_of
from katgate.config.toml import written
from katgate.config.whole import Config

__all__ = ["example"]

_HEAD: Final = """\
# The configuration of katgate: `katgate serve --config katgate.toml`.
#
# Every option stands here with its default, as a comment; take away the "#" in front of those that you change.
# `katgate check-config katgate.toml` says what is wrong with a file, `katgate example-config` prints this one.
# A running katgate reads its file again when it gets SIGHUP (kill -HUP) or POST /api/v1/admin/reload.
#
# An environment variable goes before the file: KATGATE_SERVER_LISTEN for `listen` of [server], and so on for all that
# is no table; lists with commas. KATGATE_DEVICES="cbf=10.0.0.1:7147 sdp=10.0.0.2:7147" adds devices.
"""

#: What is shown where there is no default.
_SAMPLES: Final = {
    ("device", "name"): "cbf",
    ("device", "address"): "10.0.0.1:7147",
    ("token", "name"): "control-room",
    ("token", "hash"): "sha256:" + "0" * 64,
    ("token", "expires"): datetime(2027, 1, 31, tzinfo=UTC),
    ("rule", "then"): "deny",
    ("host", "name"): "weather",
    ("host", "server"): "observatory.weather:Weather",
}


def example() -> str:
    """Return the text of a configuration in which everything is as it would be without."""
    whole = inspect.type_info(Config)
    assert isinstance(whole, inspect.StructType)
    return "\n".join([_HEAD, *(line for field in whole.fields for line in _table(field))])


def _table(field: inspect.Field) -> Iterator[str]:
    kind = field.type
    if isinstance(kind, inspect.VarTupleType):
        kind = kind.item_type
        heading = f"# [[{field.name}]]"
    else:
        heading = f"[{field.name}]"
    assert isinstance(kind, inspect.StructType)
    yield from _comment(str(kind.cls.__doc__))
    yield heading
    yield ""
    inherited = set(DeviceDefaults.__struct_fields__) if field.name in ("device", "host") else set()
    for option in kind.fields:
        if option.name not in inherited:
            yield from _option(field.name, option)
    if inherited:
        yield "# ... and all that [defaults] has."
        yield ""


def _option(table: str, option: inspect.Field) -> Iterator[str]:
    assert isinstance(option.type, inspect.Metadata)
    said = (option.type.extra_json_schema or {})["description"]
    kind = option.type.type
    bounds = range_of(kind) if isinstance(kind, inspect.IntType | inspect.FloatType) else ""
    yield from _comment(f"{said}{bounds and f' {bounds.strip().capitalize()}.'}")
    yield f"# {option.name} = {written(_default(table, option))}"
    yield ""


def _default(table: str, option: inspect.Field) -> Any:
    if option.required or (table, option.name) in _SAMPLES:
        return _SAMPLES[table, option.name]
    return option.default_factory() if option.default is msgspec.NODEFAULT else option.default


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 118, initial_indent="# ", subsequent_indent="# ")
