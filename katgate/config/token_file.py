"""The file with more [[token]]s: `katgate token --into` adds to it, and a running katgate reads it at each reload."""

import fcntl
import os
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
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
    except PermissionError:
        raise ConfigurationError(
            f"{file}, the token_file, cannot be read by the user that katgate runs as; it has hashes and no tokens, "
            "so chmod 644 does no harm"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}, the token_file, cannot be read: {error}") from None
    try:
        return msgspec.convert(tomllib.loads(text), _TokenFile).token
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{file}, the token_file, cannot be used: {error}") from None


def token_table(token: TokenConfig) -> str:
    """Return a [[token]] as it stands in a file."""
    end = f"expires = {token.expires:%Y-%m-%dT%H:%M:%SZ}\n" if token.expires is not None else ""
    return f'[[token]]\nname = {written(token.name)}\nrole = "{token.role}"\nhash = "{token.hash}"\n{end}'


def add_token(file: Path, token: TokenConfig) -> None:
    """Add a token to a file, which is made, for its owner alone, if it is missing. Raises ConfigurationError,
    also for a name that has a token there.
    """
    try:
        target = file.resolve()
        with _locked(target.parent):
            if token.name in (known.name for known in read_tokens(target)):
                raise ConfigurationError(
                    f"{file} has a token called {token.name!r} already; give this one another name, or take that "
                    "one out"
                )
            text = target.read_text("utf-8") if target.exists() else ""
            table = token_table(token)
            _replace(target, f"{text.rstrip()}\n\n{table}" if text.strip() else table)
    except OSError as error:
        raise ConfigurationError(f"the token cannot be written into {file}: {error}") from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let nobody else add a token there meanwhile: what two write at once would be what the second has read."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _replace(file: Path, text: str) -> None:
    """Put a new file in the place of one, with its owner and mode: who reads it meanwhile sees one or the other."""
    # Under a name that nobody can have laid something at.
    opened, new = tempfile.mkstemp(prefix=file.name, dir=file.parent)
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as out:
            if file.exists():
                was = file.stat()
                os.fchown(opened, was.st_uid, was.st_gid)
                os.fchmod(opened, was.st_mode & 0o777)
            out.write(text)
            out.flush()
            os.fsync(opened)
        Path(new).replace(file)
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise
