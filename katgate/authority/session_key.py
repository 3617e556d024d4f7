"""The key by which sessions are signed: kept in a file, so that people stay logged in while katgate restarts."""

import os
import secrets
from pathlib import Path

from katgate.authority.sessions import KEY_BYTES
from katgate.errors import ConfigurationError

__all__ = ["session_key"]


def session_key(file: Path | None) -> bytes:
    """Return the key in a file, made if it is missing; without a file a new one. Raises ConfigurationError."""
    if file is None:
        return secrets.token_bytes(KEY_BYTES)
    try:
        return _checked(file)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise ConfigurationError(f"{file}, the session_key_file, cannot be read: {error.strerror}") from None
    key = secrets.token_bytes(KEY_BYTES)
    try:
        with os.fdopen(
            os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as out:
            out.write(f"{key.hex()}\n")
    except OSError as error:
        raise ConfigurationError(f"{file}, the session_key_file, cannot be made: {error.strerror}") from None
    return key


def _checked(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text("ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(
            f"{file}, the session_key_file, must have {2 * KEY_BYTES} hexadecimal digits; delete it, and "
            "katgate makes another"
        )
    return key
