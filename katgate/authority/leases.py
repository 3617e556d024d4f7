"""Leases: who alone commands a device for a while. Kept in memory: none outlives a restart.

Who holds one is known by name (`Caller.name`); what the others may still do is `authority.py`'s to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from katgate.errors import Leased
from katgate.hub.deadlines import Clock, Timer

__all__ = ["Change", "Lease", "Leases", "Watcher"]

Change = Literal["take", "renew", "release", "break", "expire"]


@dataclass(frozen=True, slots=True)
class Lease:
    """A command lease. Times are UNIX seconds; `comment` is what its holder said it is for."""

    holder: str
    since: float
    expires: float
    comment: str


#: Is told the device, what has become of its lease, and the lease: the new one, or the one that was.
Watcher = Callable[[str, Change, Lease], None]


@dataclass(frozen=True, slots=True)
class _Held:
    lease: Lease
    #: When it ends, by the clock that is never set.
    deadline: float
    timer: Timer


class Leases:
    """The leases of all devices. Each change is told to all who watch, after it has been made."""

    def __init__(self, clock: Clock, wall_clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wall_clock = wall_clock
        self._held: dict[str, _Held] = {}
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` at each change from now on."""
        self._watchers.append(watcher)

    def of(self, device: str) -> Lease | None:
        """Return the lease of a device, or None."""
        held = self._held.get(device)
        # A timer may be late; a lease is not.
        return held.lease if held is not None and self._clock.seconds() < held.deadline else None

    def check(self, device: str, who: str | None) -> None:
        """Raise Leased if another holds it; everybody is another than None."""
        lease = self.of(device)
        if lease is not None and lease.holder != who:
            raise Leased(device, lease.holder)

    def take(self, device: str, who: str, duration_s: float, comment: str = "") -> tuple[Change, Lease]:
        """Take the lease, or renew one's own, for so long from now on; return which it was, and the lease. Raises
        Leased if another holds it.
        """
        self.check(device, who)
        before = self.of(device)
        self._forget(device)
        now = self._wall_clock()
        since = now if before is None else before.since
        lease = Lease(who, since, now + duration_s, comment)
        self._held[device] = _Held(
            lease,
            self._clock.seconds() + duration_s,
            self._clock.callLater(duration_s, partial(self._expire, device)),
        )
        change: Change = "take" if before is None else "renew"
        self._tell(device, change, lease)
        return change, lease

    def end(self, device: str, who: str, *, by_force: bool = False) -> tuple[Change, Lease] | None:
        """Release one's own lease, or break another's `by_force`; return which it was, and the lease that was; None
        if there was none. Raises Leased if another holds it.
        """
        if not by_force:
            self.check(device, who)
        lease = self.of(device)
        if lease is None:
            return None
        self._forget(device)
        change: Change = "release" if lease.holder == who else "break"
        self._tell(device, change, lease)
        return change, lease

    def forget(self, device: str) -> None:
        """End the lease of a device that is about to go."""
        lease = self.of(device)
        self._forget(device)
        if lease is not None:
            self._tell(device, "expire", lease)

    def forget_holder(self, who: str) -> None:
        """End the leases of somebody who is let in no more."""
        for device in [device for device, held in self._held.items() if held.lease.holder == who]:
            self.forget(device)

    def stop(self) -> None:
        """End all of them, and tell nobody."""
        for device in list(self._held):
            self._forget(device)

    def _forget(self, device: str) -> None:
        held = self._held.pop(device, None)
        if held is not None:
            held.timer.cancel()

    def _expire(self, device: str) -> None:
        self._tell(device, "expire", self._held.pop(device).lease)

    def _tell(self, device: str, change: Change, lease: Lease) -> None:
        for watcher in list(self._watchers):
            watcher(device, change, lease)
