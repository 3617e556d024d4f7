"""Rules: who may ask what of which device, what must be confirmed, and which devices somebody does not see."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from katgate.authority.caller import Caller
from katgate.authority.role import Role
from katgate.katcp.patterns import NOTHING, Patterns

__all__ = ["Rule", "Rules", "Then"]

Then = Literal["allow", "deny", "dangerous", "hide"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It is about those who have one of the `roles` or are one of the `users`; about everybody if
    neither is given.
    """

    roles: frozenset[Role]
    users: frozenset[str]
    devices: Patterns
    requests: Patterns
    then: Then

    def is_about(self, caller: Caller) -> bool:
        """Return whether it is about them."""
        if not self.roles and not self.users:
            return True
        return caller.role in self.roles or caller.name in self.users


class Rules:
    """All rules, in their order: of those that allow or deny, the first that fits counts.

    Where none fits, viewers may send nothing, and others everything. Admins are neither denied nor hidden from.
    """

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = tuple(rules)
        # Many see alike, and to compile a pattern takes a while.
        self._hidden_by = lru_cache(maxsize=256)(_devices_of)

    def change(self, rules: Iterable[Rule]) -> bool:
        """Take other rules; return whether they are others."""
        before, self._rules = self._rules, tuple(rules)
        return before != self._rules

    def allows(self, caller: Caller, device: str, request: str) -> bool:
        """Return whether they may send that request."""
        if caller.role is Role.ADMIN:
            return True
        for rule in self._rules:
            if rule.then in ("allow", "deny") and self._fits(rule, caller, device, request):
                return rule.then == "allow"
        return caller.role.includes(Role.OPERATOR)

    def is_dangerous(self, caller: Caller, device: str, request: str) -> bool:
        """Return whether they must confirm it, because a rule says so."""
        return any(
            rule.then == "dangerous" and self._fits(rule, caller, device, request) for rule in self._rules
        )

    def hidden_from(self, caller: Caller) -> Patterns:
        """Return the devices that they do not see."""
        if caller.role is Role.ADMIN:
            return NOTHING
        return self._hidden_by(
            tuple(rule for rule in self._rules if rule.then == "hide" and rule.is_about(caller))
        )

    def _fits(self, rule: Rule, caller: Caller, device: str, request: str) -> bool:
        return rule.is_about(caller) and rule.devices.match(device) and rule.requests.match(request)


def _devices_of(rules: tuple[Rule, ...]) -> Patterns:
    return Patterns.union(rule.devices for rule in rules)
