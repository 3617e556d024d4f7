"""An authority with simple rules, a fake clock, and a list of what it has recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.task import Clock

from katgate.authority.authority import Authority
from katgate.authority.caller import Caller
from katgate.authority.leases import Lease, Leases
from katgate.authority.outcomes import Outcome
from katgate.authority.role import Role
from katgate.katcp.patterns import Patterns

VIEWER = Caller("vera", Role.VIEWER, "token", "10.0.0.7")
OPERATOR = Caller("olga", Role.OPERATOR, "token", "10.0.0.8")
OTHER = Caller("otto", Role.OPERATOR, "session", "10.0.0.9")
ADMIN = Caller("anna", Role.ADMIN, "token", "10.0.0.10")
READER = Caller("katcp", Role.VIEWER, "katcp", "127.0.0.1")


@dataclass
class PlainRules:
    """Operators may all, viewers nothing, but what is `denied`; `hidden` devices are seen by admins alone."""

    denied: set[str] = field(default_factory=set)
    dangerous: set[str] = field(default_factory=set)
    hidden: tuple[str, ...] = ()

    def allows(self, caller: Caller, device: str, request: str) -> bool:
        return caller.role.includes(Role.OPERATOR) and request not in self.denied

    def is_dangerous(self, caller: Caller, device: str, request: str) -> bool:
        return request in self.dangerous

    def hidden_from(self, caller: Caller) -> Patterns:
        return Patterns.of(() if caller.role is Role.ADMIN else self.hidden)


class Rig:
    """Time is 1e9 s at first. `recorded` has what the audit log is told, in short."""

    def __init__(self, rules: PlainRules | None = None) -> None:
        self.clock = Clock()
        self.recorded: list[tuple[Any, ...]] = []
        self.leases = Leases(self.clock, lambda: 1e9 + self.clock.seconds())
        self.authority = Authority(rules or PlainRules(), self.leases, self, self.clock)

    def request(
        self,
        caller: Caller,
        device: str,
        request: str,
        arguments: Sequence[bytes],
        outcome: Outcome,
        duration_s: float,
    ) -> None:
        self.recorded.append((caller.name, device, request, outcome.word, outcome.why, duration_s))

    def lease(
        self, caller: Caller | None, device: str, change: str, lease: Lease | None, outcome: Outcome
    ) -> None:
        self.recorded.append((caller and caller.name, device, change, outcome.word, outcome.why))
