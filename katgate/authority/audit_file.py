"""AuditFile: lines appended to a file, which is put aside when it is full: `audit.jsonl.1` is the last one.

Each line is written at once, by one call of the system: what has been answered is in the file, whatever becomes of
this process. It does not wait for the disk itself (no fsync).
"""

import os
import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from katgate.errors import ConfigurationError

__all__ = ["AuditFile"]

#: What is read at once from the end of a file, in bytes.
_CHUNK: Final = 256 * 1024

#: Only for who runs katgate, unless a file is there already: its successors are as it is.
_MODE: Final = 0o600

#: A pipe that nobody reads must not hold us up.
_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK


class AuditFile:
    """Files of up to `most_bytes`, of which there are `files` at most. Raises ConfigurationError if it cannot be
    written.
    """

    def __init__(self, path: Path, most_bytes: int, files: int) -> None:
        self.path = path
        self._most_bytes = most_bytes
        self._files = files
        self._mode = _MODE
        self._descriptor = -1
        self._size = 0
        self._is_regular = True
        #: Whether the last line has no end: its writer was killed, or the disk is full.
        self._is_torn = False
        #: Why it could not be put aside when it was full, if that is so: it grows, and nothing is lost.
        self.stuck: OSError | None = None
        try:
            self._open()
        except OSError as error:
            raise ConfigurationError(
                f"the audit log cannot be written to {path}: {error.strerror}; choose another audit_file in "
                "[access], or make its folder writable for the user that katgate runs as"
            ) from None

    def write(self, line: bytes) -> None:
        """Append a line, given without its end. Raises OSError if not all of it could be written."""
        if self._descriptor >= 0 and self._is_regular and not os.fstat(self._descriptor).st_nlink:
            self.close()  # somebody has removed it
        if self._descriptor < 0:
            self._open()
        whole = (b"\n" if self._is_torn else b"") + line + b"\n"
        written = os.write(self._descriptor, whole)
        self._size += written
        self._is_torn = written < len(whole)
        if self._is_torn:
            raise OSError(0, "the disk is full")
        if self._size >= self._most_bytes and self._is_regular:
            self._put_aside()

    def reopen(self) -> None:
        """Go on in a new file if this one was moved away, as logrotate does. A failure shows at the next line."""
        self.close()

    def close(self) -> None:
        """Let go of it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def tail(self, most_lines: int, most_bytes: int) -> list[bytes]:
        """Return the last lines there are, oldest first, of older files too."""
        lines: list[bytes] = []
        for line in chain.from_iterable(map(_backwards, (self.path, *self._older()))):
            most_bytes -= len(line)
            if len(lines) >= most_lines or most_bytes < 0:
                break
            if line:
                lines.append(line)
        return lines[::-1]

    def _open(self) -> None:
        self._descriptor = os.open(self.path, _FLAGS, self._mode)
        found = os.fstat(self._descriptor)
        self._is_regular = stat.S_ISREG(found.st_mode)
        self._size = found.st_size
        if self._is_regular:
            self._mode = stat.S_IMODE(found.st_mode)
            self._is_torn = self._size > 0 and _last_byte(self.path) != b"\n"

    def _older(self) -> list[Path]:
        return [self.path.with_name(f"{self.path.name}.{number}") for number in range(1, self._files)]

    def _put_aside(self) -> None:
        older = self._older()
        try:
            for source, target in reversed(list(zip([self.path, *older], older, strict=False))):
                if source.exists():
                    source.replace(target)
        except OSError as error:
            self.stuck = error
            return
        self.stuck = None
        self.close()


def _last_byte(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1)
    except OSError:  # it may be written and not read: then an end too many does no harm
        return b""


def _backwards(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, newest first; none of one that is not there, or is no file of lines."""
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            at = file.seek(0, os.SEEK_END)
            rest = b""
            while at > 0 and len(rest) <= _CHUNK:
                start = max(0, at - _CHUNK)
                file.seek(start)
                first, *others = (file.read(at - start) + rest).split(b"\n")
                yield from reversed(others)
                at, rest = start, first
            yield rest
    except OSError:
        return
