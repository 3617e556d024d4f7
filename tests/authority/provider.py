"""An OpenID provider's keys and tokens, made here; nothing is asked over a network."""

import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import get_default_algorithms

from katgate.authority.key_set import ALGORITHMS
from katgate.authority.openid import OpenIdRules

ISSUER = "https://login.example/realms/array"
AUDIENCE = "katgate"


@cache
def private_key(kid: str, algorithm: str = "RS256") -> Any:
    """Return the provider's key of that name; it is made when it is first asked for."""
    if algorithm[:2] in ("RS", "PS"):
        return rsa.generate_private_key(65537, 2048)
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    curves: dict[str, ec.EllipticCurve] = {
        "ES256": ec.SECP256R1(),
        "ES384": ec.SECP384R1(),
        "ES512": ec.SECP521R1(),
    }
    return ec.generate_private_key(curves[algorithm])


def public_jwk(kid: str, algorithm: str = "RS256", **more: Any) -> dict[str, Any]:
    """Return what the provider publishes of a key; `more` adds to it, None leaves something out."""
    made: Any = get_default_algorithms()[algorithm]
    jwk = json.loads(made.to_jwk(private_key(kid, algorithm).public_key()))
    jwk.pop("key_ops", None)
    whole = {**jwk, "kid": kid, "use": "sig", "alg": algorithm, **more}
    return {name: value for name, value in whole.items() if value is not None}


def public_pem(kid: str) -> bytes:
    """Return a public key as a file."""
    pem: bytes = private_key(kid).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def key_set(*keys: dict[str, Any]) -> bytes:
    """Return a key set as published."""
    return json.dumps({"keys": keys}).encode()


def claims(**other: Any) -> dict[str, Any]:
    """Return what a good token says, an operator's; `other` changes it, None leaves something out."""
    now = int(time.time())
    whole = {
        "iss": ISSUER,
        "aud": [AUDIENCE, "another"],
        "exp": now + 300,
        "iat": now,
        "sub": "4711",
        "preferred_username": "ludwig",
        "roles": ["telescope-operator", "reader"],
        **other,
    }
    return {name: value for name, value in whole.items() if value is not None}


def token(kid: str | None = "k1", algorithm: str = "RS256", *, key: Any = None, **other: Any) -> str:
    """Return a signed token; `key` to sign it with another than that it names."""
    headers = {} if kid is None else {"kid": kid}
    signing = private_key(kid or "k1", algorithm) if key is None else key
    return jwt.encode(claims(**other), signing, algorithm, headers)


def rules(**other: Any) -> OpenIdRules:
    """Return what katgate wants of its tokens; `other` changes it."""
    roles = {
        "viewers": frozenset({"reader"}),
        "operators": frozenset({"telescope-operator"}),
        "admins": frozenset({"telescope-admin", "boss"}),
    }
    return OpenIdRules(**{"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ALGORITHMS} | roles | other)
