"""Settings: options from outside the file, of the environment or the command line, which go before it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from msgspec import inspect

from katgate.config.explaining import expected, type_of
from katgate.config.places import Path
from katgate.config.toml import written
from katgate.config.whole import Config
from katgate.errors import ConfigurationError

__all__ = ["Setting", "device_setting", "environment_settings", "host_setting"]

#: Variables that other parts of katgate look at: the option --config, the commands for a terminal, and the build.
_OTHERS: Final = {"KATGATE_CONFIG", "KATGATE_VIA", "KATGATE_TOKEN", "KATGATE_SKIP_UI", "KATGATE_FIRST_TOKEN"}
#: What Kubernetes sets in each container for a service called katgate, unasked.
_SERVICE_LINK: Final = re.compile(
    r"KATGATE_(\w+_)?(PORT|PORT_\d+_(TCP|UDP)(_\w+)?|SERVICE_(HOST|PORT)(_\w+)?)\Z"
)
#: Where a word begins in the name of a class.
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_YES: Final = ("true", "yes", "on", "1")
_NO: Final = ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True)
class Setting:
    """One option, and where it was said. `adds`: to the list in the file, instead of going before it."""

    path: tuple[str, ...]
    value: Any
    source: str
    adds: bool = False

    def put(self, raw: dict[str, Any]) -> Path | None:
        """Put it into what a file holds; return where it is, or None if the file has an impossible table there."""
        table: Any = raw
        for name in self.path[:-1]:
            table = table.setdefault(name, {})
        name = self.path[-1]
        if not isinstance(table, dict):
            return None
        if not self.adds:
            table[name] = self.value
            return self.path
        before = table.setdefault(name, [])
        if not isinstance(before, list):
            return None
        before.append(self.value)
        return (*self.path, len(before) - 1)


def device_setting(text: str, source: str) -> Setting:
    """Return what `NAME=HOST:PORT` says. Raises ConfigurationError."""
    name, equals, address = text.partition("=")
    if not equals:
        raise ConfigurationError(f"{source}: {text!r} is not NAME=HOST:PORT, such as cbf=10.0.0.1:7147")
    return Setting(("device",), {"name": name, "address": address}, source, adds=True)


def host_setting(text: str, source: str) -> Setting:
    """Return what `[NAME=]package.module:Class` says. Without a name it is the class's, in lower case with dashes."""
    name, equals, server = text.rpartition("=")
    if not equals:
        name = _WORD.sub("-", server.rpartition(":")[2]).strip("-").lower()
    return Setting(("host",), {"name": name, "server": server}, source, adds=True)


def environment_settings(environ: Mapping[str, str]) -> Iterator[Setting]:
    """Yield what variables say: `KATGATE_SERVER_LISTEN` the option `listen` of `[server]`, and so on;
    `KATGATE_DEVICES` has devices as NAME=HOST:PORT, with spaces between them.

    Raises ConfigurationError for one that is called nearly so, or is no value.
    """
    options = {f"KATGATE_{table}_{name}".upper(): (table, name) for table, name in _options()}
    for variable, text in sorted(environ.items()):
        if variable == "KATGATE_DEVICES":
            yield from (device_setting(word, variable) for word in text.split())
        elif variable in options:
            path = options[variable]
            yield Setting(path, _value(type_of(path, Config), text, variable), variable)
        elif (
            variable.startswith("KATGATE_") and variable not in _OTHERS and not _SERVICE_LINK.match(variable)
        ):
            close = get_close_matches(variable, [*options, "KATGATE_DEVICES", *_OTHERS], 1, 0.75)
            instead = f"did you mean {close[0]}?" if close else "they are called as KATGATE_SERVER_LISTEN is"
            raise ConfigurationError(f"{variable}: there is no such variable; {instead}")


def _options() -> Iterator[tuple[str, str]]:
    """Yield table and option for all that a line of text can say."""
    for table in Config.__struct_fields__:
        kind = type_of([table], Config)
        if isinstance(kind, inspect.StructType):
            for field in kind.fields:
                within = type_of([table, field.name], Config)
                is_tables = isinstance(within, inspect.VarTupleType) and not isinstance(
                    within.item_type, inspect.StrType
                )
                if not is_tables and not isinstance(within, inspect.DictType):
                    yield table, field.name


def _value(kind: inspect.Type, text: str, variable: str) -> Any:
    """Return what a variable's text means. Raises ConfigurationError."""
    try:
        match kind:
            case inspect.BoolType():
                return (_NO + _YES).index(text.strip().lower()) >= len(_NO)
            case inspect.IntType():
                return int(text)
            case inspect.FloatType():
                return float(text)
            case inspect.VarTupleType():
                return [word for part in text.split(",") if (word := part.strip())]
            case _:
                return text
    except ValueError:
        raise ConfigurationError(f"{variable} must be {expected(kind)}, not {written(text)}") from None
