"""The file with more [[token]]s: `katgate token --into` adds to it, and a running katgate reads it at each reload."""

import os
import tomllib
from datetime import datetime
from pathlib import Path

import msgspec

from katgate.config.access import TokenConfig
from katgate.config.toml import written
from katgate.errors import ConfigurationError

__all__ = ["add_token", "read_tokens", "token_table"]


class _TokenFile(msgspec.Struct, forbid_unknown_fields=True):
    token: tuple[TokenConfig, ...] = ()


def read_tokens(file: Path) -> tuple[TokenConfig, ...]:
    """Return the tokens in a file; none if it is not there. Raises ConfigurationError that names the file."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}, the token_file, cannot be read: {error}") from None
    try:
        return msgspec.convert(tomllib.loads(text), _TokenFile).token
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{file}, the token_file, cannot be used: {error}") from None


def token_table(name: str, role: str, hash_: str, expires: datetime | None) -> str:
    """Return a [[token]] as it stands in a file."""
    end = f"expires = {expires:%Y-%m-%dT%H:%M:%SZ}\n" if expires is not None else ""
    return f'[[token]]\nname = {written(name)}\nrole = "{role}"\nhash = "{hash_}"\n{end}'


def add_token(file: Path, table: str) -> None:
    """Add a [[token]] to a file that nobody else may read. Raises ConfigurationError."""
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        # Written whole and then put in the other's place: a katgate that reads it meanwhile sees one or the other.
        new = file.with_name(file.name + ".new")
        with os.fdopen(
            os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as out:
            out.write(f"{text.rstrip()}\n\n{table}" if text.strip() else table)
        new.replace(file.resolve())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the token cannot be written into {file}: {error}") from None
