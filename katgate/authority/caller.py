"""Caller: who asks."""

from dataclasses import dataclass
from typing import Final, Literal

from katgate.authority.role import Role

__all__ = ["KATCP", "Caller", "How"]

#: By what somebody is known: `open` where there are no logins, so that everybody is; a `token`; a `session` after a
#: login with one; a `jwt` of an OpenID provider; the `proxy` before katgate; `katcp`, a client of a KATCP port.
How = Literal["open", "token", "session", "jwt", "proxy", "katcp"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who has been let in: a browser, a program, or a client of a KATCP port.

    `credential` names what they were let in by, such that whoever has the same one is thrown out with it when it is
    revoked; `session` is what else they may be thrown out with, after a login; `expires` is when it ends by itself,
    in seconds since 1970, or None. `address` is where they are, without a port.
    """

    name: str
    role: Role
    how: How
    address: str = ""
    credential: str = ""
    expires: float | None = None
    session: str = ""


#: How a client of a KATCP port is called that has not said who it is: KATCP has no logins.
KATCP: Final = "katcp"
