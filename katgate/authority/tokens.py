"""Tokens: what programs show, and people log in with. Only their hashes are kept.

A token is `kg_` and 32 random bytes as base64url: nobody guesses it, so its SHA-256 may be known, and needs neither
salt nor a slow hash, which are for what people think up.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from katgate.authority.caller import Caller
from katgate.authority.role import Role
from katgate.errors import Unauthorized

__all__ = ["HASH", "Token", "Tokens", "hash_of", "is_ours", "new_token"]

#: A token's hash as the configuration has it.
HASH: Final = re.compile(r"sha256:[0-9a-f]{64}\Z")

_PREFIX: Final = "kg_"
_BYTES: Final = 32
#: How much of the hash names the token among those that had the same name before.
_NAMING: Final = 16


def new_token() -> str:
    """Return a token that nobody knows."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def is_ours(token: str) -> bool:
    """Return whether a text looks like a token of katgate's."""
    return token.startswith(_PREFIX)


def hash_of(token: str) -> str:
    """Return what is kept of a token: `sha256:` and hexadecimal digits."""
    return f"sha256:{hashlib.sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Token:
    """A token, by its hash. `expires` is in seconds since 1970; None: it does not end by itself."""

    name: str
    role: Role
    hash: str
    expires: float | None = None

    @property
    def credential(self) -> str:
        """What whoever was let in by it is thrown out with."""
        return f"token:{self.hash.removeprefix('sha256:')[:_NAMING]}:{self.name}"


class Tokens:
    """All tokens there are."""

    def __init__(self, tokens: Iterable[Token], wall_clock: Callable[[], float]) -> None:
        self._by_hash = {token.hash: token for token in tokens}
        self._by_credential = {token.credential: token for token in self._by_hash.values()}
        self._wall_clock = wall_clock

    def __len__(self) -> int:
        return len(self._by_hash)

    @property
    def names(self) -> frozenset[str]:
        """Whose they are."""
        return frozenset(token.name for token in self._by_hash.values())

    def identify(self, text: str, address: str) -> Caller:
        """Return who shows this token. Raises Unauthorized."""
        # Looked up by its hash: how long that takes says nothing of how nearly somebody has guessed.
        token = self._by_hash.get(hash_of(text))
        if token is None:
            raise Unauthorized(
                "the token is not one of ours, or not any more; ask whoever runs this katgate for one"
            )
        if self._has_ended(token):
            raise Unauthorized(
                f"the token {token.name!r} has expired; ask whoever runs this katgate for a new one"
            )
        return Caller(token.name, token.role, "token", address, token.credential, token.expires)

    def of_credential(self, credential: str) -> Token | None:
        """Return the token behind a caller's credential, or None if it has ended or gone."""
        token = self._by_credential.get(credential)
        return None if token is None or self._has_ended(token) else token

    def _has_ended(self, token: Token) -> bool:
        return token.expires is not None and token.expires <= self._wall_clock()
