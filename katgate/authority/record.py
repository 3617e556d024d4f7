"""AuditRecord: one line of the audit log, and how what others said stands in it.

A line is one JSON object in ASCII where it matters: no text of anybody's can end it, begin another, or paint the
terminal of who reads it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from katgate.authority.outcomes import Word
from katgate.katcp.harmless import ESCAPED

__all__ = ["AuditRecord", "arguments_told", "line_of", "record_of", "time_told", "told"]

#: The longest text that is kept, and the most of all arguments of a request, in characters.
_LONGEST: Final = 200
_MOST_OF_ARGUMENTS: Final = 1000

#: What JSON may hold as it is, and a terminal would obey.
_ESCAPED: Final = {code: f"\\u{code:04x}" for code in ESCAPED if code >= 0x7F}

_encode = msgspec.json.Encoder().encode


class AuditRecord(Struct):
    """What somebody did or was refused. `what` is request, login, logout, refused, lease, hosting, reload or
    browser (one was thrown out).

    `number` counts; `time` is RFC 3339, UTC. `user`, `role` and `how` are null of somebody unknown, and of what
    katgate did by itself; `how` is by what they are known. `arguments` is null where they are left out. `why` is a
    code, `detail` for people. `duration` is in seconds. `count`: so many equal ones within a second.
    """

    number: int
    time: str
    what: str
    user: str | None
    role: str | None
    how: str | None
    address: str | None
    device: str | None
    request: str | None
    arguments: list[str] | None
    outcome: Word
    why: str | None
    detail: str | None
    duration: float | None
    count: int = 1


_decode = msgspec.json.Decoder(AuditRecord).decode


def line_of(record: AuditRecord) -> bytes:
    """Return a record as a line of the log, without its end."""
    line = _encode(record)
    if line.isascii() and b"\x7f" not in line:
        return line
    return line.decode("utf-8").translate(_ESCAPED).encode("utf-8")


def record_of(line: bytes) -> AuditRecord:
    """Return the record of a line. Raises ValueError if it is none."""
    return _decode(line)


def time_told(seconds: float) -> str:
    """Return a time (UNIX seconds) to the millisecond, as RFC 3339 has it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def told(text: str | None) -> str | None:
    """Return a text as a record has it: not too long, and such that UTF-8 can hold it; None for nothing."""
    if not text:
        return None
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def arguments_told(arguments: Sequence[bytes]) -> list[str]:
    """Return a request's arguments, each cut and all of them bounded: the last then says how many there are more."""
    shown: list[str] = []
    left = _MOST_OF_ARGUMENTS
    for raw in arguments:
        if left <= 0:
            return [*shown, f"... {len(arguments) - len(shown)} more"]
        text = raw[: 4 * _LONGEST + 1].decode("utf-8", "backslashreplace")
        if len(text) > _LONGEST:
            text = text[:_LONGEST] + "..."
        shown.append(text)
        left -= len(text) + 1
    return shown
