"""Authority: the one way by which anybody has a device asked, or takes its command lease: web and KATCP ports alike.

It decides by the rules, the leases and what is dangerous, and has the audit log told of what became of it. Who asks
has been found out before (`Caller`).
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from katgate.authority.caller import Caller
from katgate.authority.leases import Change, Lease, Leases
from katgate.authority.outcomes import GONE, OK, Outcome, outcome_of
from katgate.authority.questions import is_question
from katgate.authority.role import Role
from katgate.errors import ConfirmRequired, Forbidden, UnknownDevice
from katgate.hub.deadlines import Clock
from katgate.katcp.patterns import Patterns

__all__ = ["Authority", "Records", "Rulebook"]

T = TypeVar("T")


class Rulebook(Protocol):
    """What the configuration says of who may do what."""

    def allows(self, caller: Caller, device: str, request: str) -> bool:
        """Return whether somebody may have that request sent to that device."""
        ...

    def is_dangerous(self, caller: Caller, device: str, request: str) -> bool:
        """Return whether it must be confirmed, beside what the device's own options say."""
        ...

    def hidden_from(self, caller: Caller) -> Patterns:
        """Return the devices that somebody may not even see."""
        ...


class Records(Protocol):
    """Who is told of what was done."""

    def request(
        self,
        caller: Caller,
        device: str,
        request: str,
        arguments: Sequence[bytes],
        outcome: Outcome,
        duration_s: float,
    ) -> None:
        """A request, and what became of it."""

    def lease(
        self, caller: Caller | None, device: str, change: str, lease: Lease | None, outcome: Outcome
    ) -> None:
        """A lease was taken, renewed, released, broken, has expired, or was refused. `caller` None: by itself."""


class Authority:
    """Decides. `rules` may be replaced while it runs; `leases` are for who shows them."""

    def __init__(self, rules: Rulebook, leases: Leases, records: Records, clock: Clock) -> None:
        self.rules = rules
        self.leases = leases
        self._records = records
        self._clock = clock
        leases.watch(self._note_expired)

    async def carry_out(
        self,
        caller: Caller,
        device: str,
        request: str,
        arguments: Sequence[bytes],
        send: Callable[[], Awaitable[T]],
        *,
        is_dangerous: bool,
        confirm: str | None,
    ) -> T:
        """Have a request sent by `send`, which is called if it may be, and return what that gives. `is_dangerous` is
        what the device's own options say; `confirm` is the request's name if it was meant.

        Raises UnknownDevice (of one that the caller may not see), Forbidden, Leased, ConfirmRequired, or what `send`
        does. Each of these is recorded, and so is success.
        """
        started = self._clock.seconds()
        outcome = GONE
        try:
            self._check(caller, device, request, arguments)
            if (is_dangerous or self.rules.is_dangerous(caller, device, request)) and confirm != request:
                raise ConfirmRequired(request)
            # Nothing is awaited between the checks and the sending: a lease that is taken now is heeded.
            result = await send()
            outcome = OK
            return result
        except Exception as error:
            outcome = outcome_of(error)
            if isinstance(error, Forbidden):
                error.is_recorded = True
            raise
        finally:
            took_s = self._clock.seconds() - started
            self._records.request(caller, device, request, arguments, outcome, took_s)

    def may(self, caller: Caller, device: str, request: str, arguments: Sequence[bytes] = ()) -> bool:
        """Return whether somebody may have a request sent: by role and rules, whoever holds the lease."""
        if self.rules.allows(caller, device, request):
            return True
        # Who may see a device over KATCP may ask it what it shows anyway.
        return caller.how == "katcp" and caller.role is Role.VIEWER and is_question(request, arguments)

    def may_see(self, caller: Caller, device: str) -> bool:
        """Return whether a device is shown to somebody."""
        return not self.rules.hidden_from(caller).match(device)

    # Leases.

    def take_lease(self, caller: Caller, device: str, duration_s: float, comment: str = "") -> Lease:
        """Take a device's lease, or renew one's own. Raises Forbidden, or Leased if another holds it."""
        try:
            _check_operator(caller)
            change, lease = self.leases.take(device, caller.name, duration_s, comment)
        except Forbidden as error:
            self._records.lease(caller, device, "take", None, outcome_of(error))
            error.is_recorded = True
            raise
        self._records.lease(caller, device, change, lease, OK)
        return lease

    def end_lease(self, caller: Caller, device: str) -> None:
        """Release one's own lease; an admin breaks anybody's. Where there is none, that is well. Raises Forbidden, or
        Leased if another holds it.
        """
        try:
            _check_operator(caller)
            ended = self.leases.end(device, caller.name, by_force=caller.role is Role.ADMIN)
        except Forbidden as error:
            self._records.lease(caller, device, "release", None, outcome_of(error))
            error.is_recorded = True
            raise
        if ended is not None:
            self._records.lease(caller, device, *ended, OK)

    # Details.

    def _check(self, caller: Caller, device: str, request: str, arguments: Sequence[bytes]) -> None:
        if not self.may_see(caller, device):
            raise UnknownDevice(device)
        if not self.may(caller, device, request, arguments):
            raise Forbidden(_why_not(caller, device, request))
        if not is_question(request, arguments):
            # Whoever has a token that is called as clients of a KATCP port are does not let these in by a lease.
            self.leases.check(device, caller.name if caller.how != "katcp" else None)

    def _note_expired(self, device: str, change: Change, lease: Lease) -> None:
        if change == "expire":
            self._records.lease(None, device, change, lease, OK)


def _check_operator(caller: Caller) -> None:
    if not caller.role.includes(Role.OPERATOR):
        raise Forbidden(f"a command lease is for operators; {caller.name} is a {caller.role}")


def _why_not(caller: Caller, device: str, request: str) -> str:
    if caller.role is not Role.VIEWER:
        return f"the rules of this katgate do not allow {caller.name} to send ?{request} to {device!r}"
    if caller.how == "katcp":
        return (
            f"clients of this port are viewers, who may not send ?{request} to {device!r}; role of [katcp] in the "
            "configuration says what they are"
        )
    return f"{caller.name} is a viewer, who may not send ?{request} to {device!r}; operators may"
