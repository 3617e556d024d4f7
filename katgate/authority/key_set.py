"""KeySet: the keys with which an OpenID provider signs, as it publishes them (a JSON Web Key Set, RFC 7517)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from katgate.errors import LocalError

__all__ = ["ALGORITHMS", "KeySet", "NoSuchKey"]

#: What may be signed with: one key signs, another verifies. With the others (none, HS256, ...) whoever knows what is
#: published could sign.
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"),
    "EdDSA",
)
#: Which kind of key each takes: `kty`, and `crv` where that is fixed.
_KINDS: Final = {
    "RS": ("RSA", ()),
    "PS": ("RSA", ()),
    "ES256": ("EC", ("P-256",)),
    "ES384": ("EC", ("P-384",)),
    "ES512": ("EC", ("P-521",)),
    "EdDSA": ("OKP", ("Ed25519", "Ed448")),
}
#: Shorter ones can be factored, or nearly so.
_SHORTEST_RSA_BITS: Final = 2048
#: More keys than any provider has.
_MOST_KEYS: Final = 100


class NoSuchKey(LocalError):
    """A key that is not among those that are known, or cannot be chosen among them; the text says which."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A public key, how it is called, and what it may sign with."""

    public: Any
    kid: str | None
    algorithms: tuple[str, ...]


class _Unusable(LocalError):
    """A key that is left out; the text says why."""


class KeySet:
    """Some keys. Those that are not for signatures, or cannot be used, are left out; `left_out` says why."""

    def __init__(self, keys: Iterable[_Key] = (), left_out: Iterable[str] = ()) -> None:
        self._keys = tuple(keys)
        self.left_out = tuple(left_out)

    def __len__(self) -> int:
        return len(self._keys)

    @classmethod
    def of_json(cls, raw: bytes) -> "KeySet":
        """Return the keys of a key set as published. Raises LocalError if it is none."""
        try:
            listed = msgspec.json.decode(raw)["keys"]
        except (msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError):
            raise LocalError('it is no key set: there is no JSON with "keys"') from None
        if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
            raise LocalError(f'it is no key set: "keys" must be a list of up to {_MOST_KEYS}')
        keys: list[_Key] = []
        left_out: list[str] = []
        for number, jwk in enumerate(listed, 1):
            try:
                keys.append(_read(jwk))
            except _Unusable as error:
                left_out.append(f"key number {number} is left out: {error}")
        return cls(keys, left_out)

    def choose(self, kid: str | None, algorithm: str) -> Any:
        """Return the key with which a token by that algorithm was signed. Raises NoSuchKey."""
        fitting = [key for key in self._keys if algorithm in key.algorithms]
        found = fitting if kid is None else [key for key in fitting if key.kid == kid]
        if len(found) == 1:
            return found[0].public
        if kid is None:
            raise NoSuchKey(
                f"it does not say with which of {len(fitting)} keys for {algorithm} it was signed"
            )
        raise NoSuchKey(f"it was signed with a key for {algorithm} that is not known, {kid[:100]!r}")


def _read(jwk: Any) -> _Key:
    """Return a key as published. Raises _Unusable."""
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kty"), str):
        raise _Unusable("it does not say of which kind it is")
    if jwk.get("use", "sig") != "sig":
        raise _Unusable("it is not for signatures")
    algorithms = tuple(_algorithms_of(jwk))
    if not algorithms:
        raise _Unusable(f"no algorithm that katgate takes is for a key of its kind ({jwk['kty'][:20]})")
    # Only what is published of a key: one that says its secret part too would be taken for a key to sign with.
    public = {name: value for name, value in jwk.items() if name in ("kty", "crv", "n", "e", "x", "y")}
    try:
        loaded = jwt.PyJWK(public, algorithms[0]).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise _Unusable("it is damaged") from None
    if isinstance(loaded, RSAPublicKey) and loaded.key_size < _SHORTEST_RSA_BITS:
        raise _Unusable(f"it has {loaded.key_size} bits, and {_SHORTEST_RSA_BITS} are the least that is safe")
    return _Key(loaded, jwk.get("kid"), algorithms)


def _algorithms_of(jwk: dict[str, Any]) -> Iterator[str]:
    """Yield what a key may sign with: what it says itself, or else what its kind can."""
    for algorithm in ALGORITHMS:
        kind, curves = _KINDS.get(algorithm) or _KINDS[algorithm[:2]]
        is_of_kind = jwk["kty"] == kind and (not curves or jwk.get("crv") in curves)
        if is_of_kind and jwk.get("alg", algorithm) == algorithm:
            yield algorithm
