"""Audit: who did what, from where, to which device, and what became of it.

Each record goes to a file, or to katgate's log where there is no file, and into a ring that admins read over the web.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from twisted.logger import Logger

from katgate.authority.audit_file import AuditFile
from katgate.authority.audit_ring import AuditRing
from katgate.authority.caller import Caller
from katgate.authority.floods import Floods
from katgate.authority.leases import Lease
from katgate.authority.outcomes import GONE, OK, Outcome, outcome_of
from katgate.authority.questions import is_question
from katgate.authority.record import AuditRecord, arguments_told, line_of, time_told, told
from katgate.errors import Forbidden, Refused, TooManyRequests, Unauthorized
from katgate.hub.deadlines import Clock
from katgate.katcp.patterns import Patterns

__all__ = ["Audit"]

#: A file that cannot be written is complained of so often, in seconds.
_COMPLAIN_S: Final = 60.0

_REFUSALS: Final = (Refused, Unauthorized, Forbidden)

#: What changes nothing, and may come in floods.
_COMBINED: Final = ("refused", "unsent")


class Audit:
    """Takes note of what is done. `without_arguments` are the requests whose arguments hold secrets."""

    log = Logger()

    def __init__(
        self,
        clock: Clock,
        wall_clock: Callable[[], float],
        file: AuditFile | None = None,
        without_arguments: Patterns | None = None,
    ) -> None:
        #: The newest records: for who shows them.
        self.ring = AuditRing()
        #: How many could not be written to the file since katgate was started; they are in the log.
        self.unwritten = 0
        self._clock = clock
        self._wall_clock = wall_clock
        self._file = file
        self._without_arguments = without_arguments or Patterns.of(())
        self._floods = Floods(clock, self._write)
        self._complained: float | None = None
        if file is not None:
            self.ring.fill(file.tail(self.ring.most_records, self.ring.most_bytes))
        self._number = self.ring.last_number

    # What others tell.

    def request(
        self,
        caller: Caller,
        device: str,
        request: str,
        arguments: Sequence[bytes],
        outcome: Outcome,
        duration_s: float,
    ) -> None:
        """A request to a device."""
        shown = None if self._without_arguments.match(request) else arguments_told(arguments)
        record = self._record("request", caller, outcome, device=device, request=request)
        record.arguments, record.duration = shown, round(duration_s, 6)
        self._take(record, is_combined=is_question(request, arguments))

    def login(self, caller: Caller) -> None:
        """A login on the page, or on a socket."""
        self._take(self._record("login", caller, OK), is_combined=True)

    def login_failed(self, error: Unauthorized | TooManyRequests, address: str) -> None:
        """An attempt at one."""
        self._take(self._record("login", None, outcome_of(error), address=address))
        if isinstance(error, Unauthorized):
            error.is_recorded = True

    def logout(self, caller: Caller) -> None:
        """The end of a session."""
        self._take(self._record("logout", caller, OK))

    def refusal(self, error: BaseException | None, caller: Caller | None, address: str, asked: str) -> None:
        """An error, of which nothing is noted unless it refuses something, and is not recorded yet. `asked` is an
        HTTP method and path, or a method of the WebSocket.
        """
        if isinstance(error, _REFUSALS) and not error.is_recorded:
            outcome = outcome_of(error)
            self._take(self._record("refused", caller, outcome, request=asked, address=address))

    def lease(
        self, caller: Caller | None, device: str, change: str, lease: Lease | None, outcome: Outcome
    ) -> None:
        """A command lease was taken, renewed, released, broken, has expired, or was refused."""
        record = self._record("lease", caller, outcome, device=device, request=change)
        if lease is not None:
            held = [lease.holder, time_told(lease.expires), lease.comment]
            record.arguments = [told(text) or "" for text in held]
        self._take(record)

    @contextmanager
    def doing(
        self, what: str, caller: Caller | None, *, device: str | None = None, request: str | None = None
    ) -> Iterator[None]:
        """What is done within: hosting, reload. `caller` None: who has the machine, by a signal."""
        started = self._clock.seconds()
        outcome = GONE
        try:
            yield
            outcome = OK
        except Exception as error:
            outcome = outcome_of(error)
            raise
        finally:
            record = self._record(what, caller, outcome, device=device, request=request)
            record.duration = round(self._clock.seconds() - started, 6)
            self._take(record)

    # What its owner calls.

    def reopen(self) -> None:
        """Go on in a new file if the file was moved away."""
        if self._file is not None:
            self._file.reopen()

    def stop(self) -> None:
        """Write what is left, and let go of the file."""
        self._floods.stop()
        if self._file is not None:
            self._file.close()

    # Details.

    def _record(
        self,
        what: str,
        caller: Caller | None,
        outcome: Outcome,
        *,
        device: str | None = None,
        request: str | None = None,
        address: str | None = None,
    ) -> AuditRecord:
        return AuditRecord(
            number=0,
            time="",
            what=what,
            user=told(caller.name) if caller else None,
            role=caller.role if caller else None,
            how=caller.how if caller else None,
            address=told(address or (caller.address if caller else None)),
            device=told(device),
            request=told(request),
            arguments=None,
            outcome=outcome.word,
            why=outcome.why or None,
            detail=told(outcome.detail),
            duration=None,
        )

    def _take(self, record: AuditRecord, *, is_combined: bool = False) -> None:
        if is_combined or record.outcome in _COMBINED:
            self._floods.take(record)
        else:
            self._write(record)

    def _write(self, record: AuditRecord) -> None:
        self._number += 1
        record.number = self._number
        record.time = time_told(self._wall_clock())
        line = line_of(record)
        self.ring.add(line)
        if self._file is None or not self._is_written(self._file, line):
            self.log.info("= audit {record}", record=line.decode("utf-8"))

    def _is_written(self, file: AuditFile, line: bytes) -> bool:
        try:
            file.write(line)
        except OSError as error:
            self.unwritten += 1
            self._complain(f"cannot be written to {file.path}: {error.strerror}; its records go to this log")
            return False
        if file.stuck is not None:
            self._complain(f"is full, and {file.path} cannot be put aside: {file.stuck.strerror}; it grows")
        elif self._complained is not None:
            self._complained = None
            self.log.info("= the audit log is written again; {count} are here", count=self.unwritten)
        return True

    def _complain(self, what: str) -> None:
        now = self._clock.seconds()
        if self._complained is None or now - self._complained >= _COMPLAIN_S:
            self._complained = now
            self.log.error("! the audit log {what} ({count} records so far)", what=what, count=self.unwritten)
