"""Identification: who asks, by what they show: a token, the cookie of a login, or nothing where there are none."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum, auto, unique
from typing import Final

from katgate.authority.attempts import Attempts
from katgate.authority.caller import Caller
from katgate.authority.openid import OpenId
from katgate.authority.proxy_identity import ProxyIdentity
from katgate.authority.role import Role
from katgate.authority.sessions import Sessions
from katgate.authority.tokens import Token, Tokens, is_ours
from katgate.errors import Unauthorized

__all__ = ["Identification", "Standing"]

#: What the one is called who asks where there are no logins.
_EVERYBODY: Final = "local"

#: What some show who have no token.
_NONE_SHOWN: Final = "there is no token; send one that katgate token made"

_ATTEMPTS_PER_MINUTE: Final = 60


@unique
class Standing(Enum):
    """What has become of the credentials of somebody who was let in: still GOOD; CHANGED: they are good for another
    role; ENDED.
    """

    GOOD = auto()
    CHANGED = auto()
    ENDED = auto()


class Identification:
    """Knows callers by what they show. Without logins everybody is an admin; once there are some, there always are: a
    list of tokens that goes missing opens nothing.
    """

    #: Who else may say who somebody is, if anybody does.
    openid: OpenId | None = None
    proxy: ProxyIdentity | None = None

    def __init__(
        self,
        tokens: Iterable[Token],
        sessions: Sessions,
        wall_clock: Callable[[], float],
        attempts: Attempts | None = None,
        *,
        has_logins: bool = False,
    ) -> None:
        self._always = has_logins
        self._wall_clock = wall_clock
        self._tokens = Tokens(tokens, wall_clock)
        self._sessions = sessions
        self._attempts = attempts or Attempts(_ATTEMPTS_PER_MINUTE, time.monotonic)

    def change(self, tokens: Iterable[Token]) -> tuple[list[str], list[str]]:
        """Take other tokens; return the names that have none any more, and those that have one now. Ask for the
        `standing` then of all who are in.
        """
        self._always = self.has_logins
        before, self._tokens = self._tokens, Tokens(tokens, self._wall_clock)
        were, are = before.names, self._tokens.names
        return sorted(were - are), sorted(are - were)

    @property
    def has_logins(self) -> bool:
        """Whether one has to say who one is."""
        return self._always or bool(self._tokens) or self.openid is not None or self.proxy is not None

    def everybody(self, address: str) -> Caller:
        """Return who asks where there are no logins."""
        return Caller(_EVERYBODY, Role.ADMIN, "open", address)

    def by_token(self, text: str, address: str) -> Caller:
        """Return who shows a token, ours or an OpenID provider's. Raises Unauthorized, Forbidden for somebody who is
        known and has no role, and TooManyRequests instead for what does not count once too often.
        """
        if not self.has_logins:
            return self.everybody(address)
        if not text:
            raise Unauthorized(_NONE_SHOWN)
        try:
            if self.openid is not None and not is_ours(text):
                return self.openid.identify(text, address)
            return self._tokens.identify(text, address)
        except Unauthorized:
            self._attempts.failed(address)
            raise

    def by_proxy(self, header: Callable[[str], list[str]], address: str) -> Caller | None:
        """Return who has logged in at a trusted proxy, by the values of its headers, or None. Raises Unauthorized and
        Forbidden.
        """
        if self.proxy is None:
            return None
        groups = header(self.proxy.groups_header) if self.proxy.groups_header else []
        caller = self.proxy.identify(header(self.proxy.user_header), groups, address)
        # What goes on by it ends some time, and must come again: the proxy tells nobody of who has logged out.
        return caller and replace(caller, expires=self._wall_clock() + self._sessions.lifetime_s)

    def by_cookie(self, text: str, address: str) -> Caller | None:
        """Return who has logged in, or None: the session is over, or was never ours. Their role is what their token's
        is now.
        """
        caller = self._sessions.find(text, address)
        if caller is None:
            return None
        token = self._tokens.of_credential(caller.credential)
        if token is not None:
            caller = replace(caller, role=token.role)
        return caller if self.standing(caller) is Standing.GOOD else None

    def log_in(self, text: str, address: str) -> tuple[str, Caller]:
        """Begin a session by a token. Returns the text for the cookie, and who it is. Raises Unauthorized."""
        return self._sessions.begin(self.by_token(text, address))

    def log_out(self, caller: Caller) -> None:
        """End a session."""
        self._sessions.end(caller)

    def standing(self, caller: Caller) -> Standing:
        """Return whether what somebody was let in by still counts, and makes them what they were."""
        if caller.expires is not None and caller.expires <= self._wall_clock():
            # The proxy knows whether they still are.
            return Standing.CHANGED if caller.how == "proxy" else Standing.ENDED
        if caller.session and not self._sessions.is_live(caller):
            return Standing.ENDED
        if caller.how == "open":
            return Standing.ENDED if self.has_logins else Standing.GOOD
        if caller.credential.startswith("jwt:"):
            return self._standing_by_openid(caller)
        if caller.how == "proxy":
            return Standing.ENDED if self.proxy is None else Standing.GOOD
        token = self._tokens.of_credential(caller.credential)
        if token is None:
            return Standing.ENDED
        return Standing.GOOD if token.role is caller.role else Standing.CHANGED

    def _standing_by_openid(self, caller: Caller) -> Standing:
        if self.openid is None:
            return Standing.ENDED
        return Standing.GOOD if caller.credential.startswith(self.openid.letting_in) else Standing.CHANGED
