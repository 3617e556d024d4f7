"""Reading a configuration: a TOML file, and the settings that go before it."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from katgate.config.checks import OptionError
from katgate.config.explaining import explained
from katgate.config.places import Path as OptionPath
from katgate.config.places import line_of
from katgate.config.settings import Setting
from katgate.config.token_file import read_tokens
from katgate.config.whole import Config
from katgate.errors import ConfigurationError

__all__ = ["read_config"]

_AT_LINE: Final = re.compile(r" \(at (line (\d+), column (\d+)|end of document)\)\Z")


def read_config(file: Path | None, settings: Iterable[Setting] = ()) -> Config:
    """Return the configuration of a TOML file, if there is one, with the settings.

    Raises ConfigurationError that names the file and its line, or the setting, and says what to write instead.
    """
    text = "" if file is None else _text_of(file)
    raw = _parsed(file, text)
    sources = [(setting.put(raw), setting.source) for setting in settings]
    try:
        config = Config.of(raw)
        return _with_token_file(config)
    except msgspec.ValidationError as error:
        path, why = explained(error, Config, raw)
        source = next(
            (source for at, source in sources if at is not None and tuple(path[: len(at)]) == at), None
        )
        raise ConfigurationError(f"{source or _place(file, path, text)}: {why}") from None


def _with_token_file(config: Config) -> Config:
    if not config.access.token_file:
        return config
    file = Path(config.access.token_file)
    try:
        return replace(config, token=(*config.token, *read_tokens(file)))
    except OptionError as error:
        raise ConfigurationError(f"{file}, the token_file: {error}") from None


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")  # some editors begin a file with a mark
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{file}:{line}: this is not UTF-8; save the file in that encoding"
        ) from None


def _parsed(file: Path | None, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        why = _AT_LINE.sub("", str(error))
        line = found[2] if found is not None and found[2] else text.rstrip("\n").count("\n") + 1
        column = f" (column {found[3]})" if found is not None and found[3] else " at the end"
        raise ConfigurationError(f"{file}:{line}: this is not TOML: {why}{column}") from None
    except (ValueError, RecursionError):
        # Python's parser leaves its own bounds to those of Python.
        raise ConfigurationError(
            f"{file} cannot be read: it is nested too deep, or has a number of too many digits"
        ) from None


def _place(file: Path | None, path: OptionPath, text: str) -> str:
    """Return `katgate.toml:12`: where the option is, or the table that it is missing in."""
    for count in range(len(path), 0, -1):
        line = line_of(path[:count], text)
        if line is not None:
            return f"{file}:{line}"
    return str(file or "the configuration")
