"""Sessions: what a browser has after a login, as text for its cookie.

The text says who it is and is signed, so that nothing is kept here but the sessions that were ended before their
time; with a key that is kept in a file, browsers stay logged in while katgate restarts. (A session that was ended by
hand would be known again then by who kept a copy of its cookie, until its end: the browser itself forgets it.)
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec

from katgate.authority.caller import Caller
from katgate.authority.role import Role

__all__ = ["KEY_BYTES", "Sessions"]

KEY_BYTES: Final = 32

#: The longest text that is looked at, in characters: a browser sends 4 kB at most.
_LONGEST: Final = 4096
#: How many sessions that were ended by hand are remembered; the first of them are forgotten then.
_MOST_ENDED: Final = 100_000


class _Said(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What the text says."""

    name: str
    role: Role
    credential: str
    expires: float
    session: str


class Sessions:
    """Begins, knows again and ends sessions, each `lifetime_s` long at most."""

    def __init__(self, key: bytes, lifetime_s: float, wall_clock: Callable[[], float]) -> None:
        self._key = key
        self.lifetime_s = lifetime_s
        self._wall_clock = wall_clock
        #: By their ids, when they would have ended by themselves.
        self._ended: dict[str, float] = {}

    def begin(self, caller: Caller) -> tuple[str, Caller]:
        """Return the text of a new session of somebody who has logged in, and who they are with it."""
        ends = self._wall_clock() + self.lifetime_s
        expires = ends if caller.expires is None else min(ends, caller.expires)
        session = replace(caller, how="session", expires=expires, session=secrets.token_urlsafe(12))
        said = _Said(session.name, session.role, session.credential, expires, session.session)
        payload = _text(msgspec.json.encode(said))
        return f"{payload}.{self._signature(payload)}", session

    def find(self, text: str, address: str) -> Caller | None:
        """Return who shows this text, or None if it is not, or no longer, one of ours."""
        payload, _, signature = text.partition(".")
        if len(text) > _LONGEST or not text.isascii():
            return None
        if not hmac.compare_digest(self._signature(payload), signature):
            return None
        try:
            said = msgspec.json.decode(_bytes(payload), type=_Said)
        except (ValueError, msgspec.DecodeError):
            return None  # an earlier katgate with the same key may have written otherwise
        caller = Caller(said.name, said.role, "session", address, said.credential, said.expires, said.session)
        return caller if self.is_live(caller) else None

    def is_live(self, caller: Caller) -> bool:
        """Return whether a session has neither been ended nor come to its end."""
        assert caller.expires is not None
        return caller.session not in self._ended and caller.expires > self._wall_clock()

    def end(self, caller: Caller) -> None:
        """End a session before its time."""
        assert caller.expires is not None
        now = self._wall_clock()
        self._ended[caller.session] = caller.expires
        first = next(iter(self._ended))
        while len(self._ended) > _MOST_ENDED or self._ended[first] <= now:
            del self._ended[first]
            if not self._ended:
                return
            first = next(iter(self._ended))

    def _signature(self, payload: str) -> str:
        return _text(hmac.new(self._key, payload.encode("ascii"), hashlib.sha256).digest())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
