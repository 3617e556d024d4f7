"""OpenId: who shows a token (JWT) that an OpenID provider has signed. `api/jwks.py` asks the provider for its keys.

The provider says in each token who it is for (`aud`), until when it counts, who shows it, and what they are; which of
these words mean viewer, operator and admin is configured.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from typing import Any, Final

import jwt

from katgate.authority.caller import Caller
from katgate.authority.key_set import KeySet, NoSuchKey
from katgate.authority.role import Role
from katgate.errors import Forbidden, Unauthorized

__all__ = ["OpenId", "OpenIdRules"]

#: Tokens are a few kB; all headers of a request may have 16 kB.
_LONGEST_TOKEN: Final = 16_384
#: How far apart the clocks of provider and katgate may be, in seconds.
_LEEWAY_S: Final = 30
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class OpenIdRules:
    """What a token must say. `name_claim` and `role_claim` are names, or paths such as `realm_access.roles`; whoever
    has one of `viewers`, `operators` or `admins` in the latter has that role.
    """

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    name_claim: str = "preferred_username"
    role_claim: str = "roles"
    viewers: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """Other rules have another, also after a restart."""
        said = [sorted(part) if isinstance(part, frozenset) else part for part in astuple(self)]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


class OpenId:
    """Identifies by tokens of one provider. `keys` are those known now; whoever asks the provider replaces them.
    `unknown_key` is called when a token was signed with one that is not among them.
    """

    def __init__(self, rules: OpenIdRules, unknown_key: Callable[[], None]) -> None:
        self.rules = rules
        self.keys = KeySet()
        #: What credentials begin with that these rules have let in.
        self.letting_in = f"jwt:{rules.fingerprint}:"
        self._unknown_key = unknown_key

    def identify(self, token: str, address: str) -> Caller:
        """Return who shows a token. Raises Unauthorized for one that does not count, and Forbidden for somebody who
        has no role.
        """
        claims = self._verified(token)
        name, role = self._name(claims), self._role(claims)
        credential = self.letting_in + hashlib.sha256(token.encode()).hexdigest()
        return Caller(name, role, "jwt", address, credential, float(claims["exp"]))

    def _verified(self, token: str) -> dict[str, Any]:
        if len(token) > _LONGEST_TOKEN:
            raise Unauthorized(f"the token has {len(token)} characters; {_LONGEST_TOKEN} are the most")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Unauthorized("the token is none of katgate's, and no JWT that can be read") from None
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in self.rules.algorithms:
            raise Unauthorized(
                f"the token is signed by {str(algorithm)[:20]!r}; [oidc] algorithms has "
                f"{', '.join(self.rules.algorithms)}"
            )
        try:
            claims = jwt.decode(
                token,
                self.keys.choose(kid, algorithm),
                algorithms=[algorithm],
                audience=self.rules.audience,
                issuer=self.rules.issuer,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iss", "aud"]},
            )
        except NoSuchKey as error:
            self._unknown_key()
            raise Unauthorized(
                f"the token cannot be verified: {error}; the provider's keys are being asked for again"
            ) from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise Unauthorized(f"the token does not count: {self._why(error)}") from None
        assert isinstance(claims, dict)
        return claims

    def _why(self, error: Exception) -> str:
        """Return what is wrong with a token, in words; what it says itself is not repeated."""
        if isinstance(error, jwt.MissingRequiredClaimError):
            return f"it does not have {error.claim!r}"
        return next((why for kind, why in self._reasons() if isinstance(error, kind)), "it is damaged")

    def _reasons(self) -> Iterable[tuple[type[Exception], str]]:
        return (
            (jwt.ExpiredSignatureError, "it has expired; get a new one"),
            (jwt.ImmatureSignatureError, "its time has not come yet; are the clocks right?"),
            (jwt.InvalidAudienceError, f"it is not for {self.rules.audience!r}, [oidc] audience"),
            (jwt.InvalidIssuerError, f"it is not from {self.rules.issuer!r}, [oidc] issuer"),
            (jwt.InvalidSignatureError, "its signature is wrong"),
        )

    def _name(self, claims: dict[str, Any]) -> str:
        for claim in (self.rules.name_claim, "sub"):
            name = _claim(claims, claim)
            if isinstance(name, str) and name.strip():
                if len(name) > _LONGEST_NAME or not name.isprintable():
                    raise Unauthorized(
                        f"the token's {claim!r} is no name of up to {_LONGEST_NAME} characters that can be printed"
                    )
                return name.strip()
        raise Unauthorized(
            f"the token has neither {self.rules.name_claim!r}, [oidc] name_claim, nor 'sub' for a name"
        )

    def _role(self, claims: dict[str, Any]) -> Role:
        said = _claim(claims, self.rules.role_claim)
        words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
        held = {word for word in words if isinstance(word, str)}
        for role, values in (
            (Role.ADMIN, self.rules.admins),
            (Role.OPERATOR, self.rules.operators),
            (Role.VIEWER, self.rules.viewers),
        ):
            if held & values:
                return role
        claim = self.rules.role_claim
        if said is None:
            raise Forbidden(f"you have no role here: the token has no {claim!r}, [oidc] role_claim")
        raise Forbidden(
            f"you have no role here: nothing in the token's {claim!r}, [oidc] role_claim, is one of [oidc] viewers, "
            "operators or admins"
        )


def _claim(claims: dict[str, Any], path: str) -> Any:
    """Return a claim by its name, which may have dots, or by its path; None if there is none."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found
