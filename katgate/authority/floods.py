"""Floods: equal records within a second become one with a count, so that nobody can fill the audit log with refusals.

The first of them is written at once; how many there were more, when the second is over.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from katgate.authority.record import AuditRecord
from katgate.hub.deadlines import Clock, Timer

__all__ = ["Floods"]

_WITHIN_S: Final = 1.0

#: Beyond so many different ones of one user in a second, what it was is not told apart any more; of those who are not
#: known, who and where not either: many addresses may take part.
_MOST_KINDS: Final = 100

Kind = tuple[str | None, ...]


class Floods:
    """Passes records on to `write`."""

    def __init__(self, clock: Clock, write: Callable[[AuditRecord], None]) -> None:
        self._clock = clock
        self._write = write
        #: What was written within this second, and how many equal ones came since.
        self._more: dict[Kind, tuple[AuditRecord, int]] = {}
        #: How many kinds there are of each user.
        self._kinds: Counter[str | None] = Counter()
        self._timer: Timer | None = None

    def take(self, record: AuditRecord) -> None:
        """Write a record, or count it."""
        kind = _kind_of(record)
        if kind not in self._more and self._kinds[record.user] >= _MOST_KINDS:
            record = _of_many(record)
            kind = _kind_of(record)
        self._kinds[record.user] += kind not in self._more
        first, more = self._more.get(kind, (record, -1))
        self._more[kind] = first, more + 1
        if more < 0:
            self._write(record)
        if self._timer is None:
            self._timer = self._clock.callLater(_WITHIN_S, self._tell)

    def stop(self) -> None:
        """Write what was counted."""
        if self._timer is not None:
            self._timer.cancel()
            self._tell()

    def _tell(self) -> None:
        self._timer = None
        kinds, self._more = self._more, {}
        self._kinds.clear()
        for first, more in kinds.values():
            if more:
                # Their arguments, and what somebody unknown asked for, may have been others.
                told = replace(first, count=more, arguments=None)
                self._write(told if first.user is not None else replace(told, request=None))


def _kind_of(record: AuditRecord) -> Kind:
    """Return what makes a record equal to another: of somebody unknown not what they asked for, which they choose."""
    return (
        record.what,
        record.user,
        record.how,
        record.address,
        record.device,
        record.request if record.user is not None else None,
        record.outcome,
        record.why,
    )


def _of_many(record: AuditRecord) -> AuditRecord:
    told = replace(record, request=None, arguments=None)
    return told if record.user is not None else replace(told, address=None, device=None)
