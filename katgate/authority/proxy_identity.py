"""ProxyIdentity: who asks, as a trusted proxy says in its headers. Whether it is trusted has been seen to before."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from katgate.authority.caller import Caller
from katgate.authority.role import Role
from katgate.errors import Forbidden, Unauthorized

__all__ = ["ProxyIdentity"]

_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class ProxyIdentity:
    """In which headers a proxy says who asks, and what members of which groups may do. `default_role` is for those
    who are in none; None: they are refused.
    """

    user_header: str
    groups_header: str = ""
    operators: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()
    default_role: Role | None = Role.VIEWER

    def identify(self, users: Sequence[str], groups: Iterable[str], address: str) -> Caller | None:
        """Return who asks, by the values of the two headers; None: nobody has logged in at the proxy. Raises
        Unauthorized for what is no name, and Forbidden for somebody who has no role.
        """
        if not any(user.strip() for user in users):
            return None
        if len(users) > 1:
            raise Unauthorized(
                f"the proxy says {self.user_header} more than once: it must replace what it is sent, not add to it"
            )
        name = users[0].strip()
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise Unauthorized(
                f"what the proxy says in {self.user_header} is no name of up to {_LONGEST_NAME} characters that "
                "can be printed"
            )
        role = self._role({group.strip() for line in groups for group in line.split(",")})
        return Caller(name, role, "proxy", address, f"proxy:{hashlib.sha256(name.encode()).hexdigest()[:16]}")

    def _role(self, groups: set[str]) -> Role:
        if groups & self.admins:
            return Role.ADMIN
        if groups & self.operators:
            return Role.OPERATOR
        if self.default_role is None:
            raise Forbidden(
                f"you have no role here: none of the groups in the proxy's {self.groups_header or 'no header'} is "
                "one of [proxy] operators or admins"
            )
        return self.default_role
