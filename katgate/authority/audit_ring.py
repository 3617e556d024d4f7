"""AuditRing: the newest records of the audit log, in memory, for admins to look through."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from katgate.authority.record import AuditRecord, record_of
from katgate.katcp.pattern import Pattern

__all__ = ["AuditRing", "Wanted"]

_MOST_RECORDS: Final = 10_000
#: A record is some 300 bytes; one of long arguments in control characters, many times as much.
_MOST_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are asked for; None: all."""

    device: Pattern | None = None
    user: Pattern | None = None
    outcome: str | None = None


class AuditRing:
    """Keeps lines, which take less memory than whole records, and are looked at rarely."""

    most_records = _MOST_RECORDS
    most_bytes = _MOST_BYTES

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        #: The number of the newest record that was there at the start, 0 for none.
        self.last_number = 0

    def fill(self, lines: Iterable[bytes]) -> None:
        """Take lines of a file, oldest first. Those that are no records are left out."""
        for line in lines:
            try:
                self.last_number = max(self.last_number, record_of(line).number)
            except ValueError:
                continue
            self.add(line)

    def add(self, line: bytes) -> None:
        """Keep a line, and drop the oldest beyond the limits."""
        self._lines.append(line)
        self._bytes += len(line)
        while len(self._lines) > _MOST_RECORDS or self._bytes > _MOST_BYTES:
            self._bytes -= len(self._lines.popleft())

    def newest(self, most: int, before: int | None, wanted: Wanted) -> list[AuditRecord]:
        """Return up to so many records that are wanted, newest first, numbered below `before`."""
        found: list[AuditRecord] = []
        # Names are few, and to match one takes twice as long as to read a record.
        is_device, is_user = cache(partial(_is_meant, wanted.device)), cache(partial(_is_meant, wanted.user))
        for line in reversed(self._lines):
            record = record_of(line)
            if (
                (before is None or record.number < before)
                and (wanted.outcome is None or record.outcome == wanted.outcome)
                and is_device(record.device)
                and is_user(record.user)
            ):
                found.append(record)
                if len(found) == most:
                    break
        return found


def _is_meant(pattern: Pattern | None, name: str | None) -> bool:
    return pattern is None or (name is not None and pattern.matches(name))
