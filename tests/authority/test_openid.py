"""Tokens of an OpenID provider: those that count, and every way in which one does not."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest

from katgate.authority.key_set import KeySet
from katgate.authority.openid import OpenId
from katgate.authority.role import Role
from katgate.errors import Forbidden, LocalError, Unauthorized
from tests.authority.provider import (
    ISSUER,
    claims,
    key_set,
    private_key,
    public_jwk,
    public_pem,
    rules,
    token,
)

NOW = int(time.time())


class Asked:
    """An OpenId with the key k1, which counts how often the keys are asked for again."""

    def __init__(self, *keys: dict[str, Any], **other: Any) -> None:
        self.again = 0
        self.openid = OpenId(rules(**other), self._ask)
        self.openid.keys = KeySet.of_json(key_set(*(keys or (public_jwk("k1"),))))

    def _ask(self) -> None:
        self.again += 1


def test_good_token() -> None:
    """Name, role, until when; its credential is not the token itself."""
    text = token()
    caller = Asked().openid.identify(text, "192.0.2.1")
    assert ("ludwig", Role.OPERATOR, "jwt", "192.0.2.1") == (
        caller.name,
        caller.role,
        caller.how,
        caller.address,
    )
    assert caller.expires == jwt.decode(text, options={"verify_signature": False})["exp"]
    assert caller.credential.startswith(Asked().openid.letting_in)
    assert caller.credential.endswith(hashlib.sha256(text.encode()).hexdigest())


def test_other_rules_let_in_by_other_credentials() -> None:
    """So that what the old ones let in is known as such, also after a restart."""
    others = [
        rules(),
        rules(admins=frozenset({"boss"})),
        rules(issuer="https://other.example"),
        rules(audience="x"),
    ]
    assert 4 == len({one.fingerprint for one in others})
    assert rules().fingerprint == rules(admins=frozenset({"boss", "telescope-admin"})).fingerprint


@pytest.mark.parametrize("algorithm", ["RS256", "PS384", "ES256", "ES384", "ES512", "EdDSA"])
@pytest.mark.parametrize("is_said", [True, False])
def test_every_algorithm(algorithm: str, is_said: bool) -> None:
    """Whether the key says for which it is, or leaves it to the token."""
    jwk = public_jwk("k2", algorithm, alg=algorithm if is_said else None)
    assert "ludwig" == Asked(jwk).openid.identify(token("k2", algorithm), "").name


def unsigned(header: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims()).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def signed_with_the_public_key() -> str:
    """Sign by HS256 with what everybody knows: libraries were fooled by it."""
    signed = unsigned({"alg": "HS256", "kid": "k1"}).rpartition(".")[0]
    mac = hmac.digest(public_pem("k1"), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def broken(text: str) -> str:
    """Change what a token says, and leave its signature."""
    header, _, signature = text.split(".")
    said = base64.urlsafe_b64encode(json.dumps(claims(roles=["boss"])).encode()).rstrip(b"=").decode()
    return f"{header}.{said}.{signature}"


BAD = [
    ("alg none", unsigned({"alg": "none"}), "signed by 'none'"),
    ("alg None", unsigned({"alg": "None", "kid": "k1"}), "signed by 'None'"),
    ("no alg", unsigned({"kid": "k1"}), "no JWT that can be read|signed by 'None'"),
    ("alg is a list", unsigned({"alg": ["RS256"], "kid": "k1"}), "no JWT|signed by"),
    ("no signature", unsigned({"alg": "RS256", "kid": "k1"}), "its signature is wrong"),
    ("public key as secret", signed_with_the_public_key(), "signed by 'HS256'"),
    ("another's key", token("k1", key=private_key("evil")), "its signature is wrong"),
    ("changed", broken(token()), "its signature is wrong"),
    ("key of another kind", token("k1", "ES256"), "a key for ES256 that is not known, 'k1'"),
    ("its own key", token("evil"), "a key for RS256 that is not known, 'evil'"),
    ("expired", token(exp=NOW - 60), "it has expired; get a new one"),
    ("expired long ago", token(exp=1), "it has expired"),
    ("endless", token(exp=None), "it does not have 'exp'"),
    ("exp of rubbish", token(exp="tomorrow"), "it is damaged"),
    ("exp without end", token(exp=1e308 * 10), "it is damaged"),
    ("not yet", token(nbf=NOW + 3600), "its time has not come yet"),
    ("issued in the future", token(iat=NOW + 3600), "its time has not come yet"),
    ("for another", token(aud="another"), "it is not for 'katgate', \\[oidc\\] audience"),
    ("for nobody", token(aud=None), "it does not have 'aud'"),
    ("from another", token(iss=ISSUER + "/"), "it is not from .*\\[oidc\\] issuer"),
    ("from nobody", token(iss=None), "it does not have 'iss'"),
    ("no name", token(preferred_username=None, sub=None), "neither 'preferred_username'.*, nor 'sub'"),
    ("name with lines", token(preferred_username="ludwig\nadmin"), "no name of up to 100 characters"),
    ("long name", token(preferred_username="l" * 101), "no name of up to 100 characters"),
    ("garbage", "garbage", "no JWT that can be read"),
    ("dots", "...", "no JWT that can be read"),
    ("nothing", "", "no JWT that can be read"),
    ("not ASCII", "\xe4.\u96fb.\U0001f4e1", "no JWT that can be read"),
    ("nested", "W10" * 2000 + ".W10.W10", "no JWT that can be read"),
    ("huge", "x" * 16_385, "has 16385 characters; 16384 are the most"),
    ("kid is a number", unsigned({"alg": "RS256", "kid": 1}), "no JWT that can be read"),
]


@pytest.mark.parametrize(("text", "why"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_token_that_does_not_count(text: str, why: str) -> None:
    """The sentence says what is wrong with it."""
    with pytest.raises(Unauthorized, match=why):
        Asked().openid.identify(text, "")


def test_clocks_may_differ_a_little() -> None:
    """By half a minute, either way."""
    now = int(time.time())
    tokens: list[dict[str, Any]] = [{"exp": now - 10}, {"nbf": now + 10, "iat": now + 10}]
    for times in tokens:
        assert "ludwig" == Asked().openid.identify(token(**times), "").name


def test_only_the_configured_algorithms() -> None:
    """What another key of the provider would allow does not count."""
    asked = Asked(public_jwk("k1"), algorithms=("ES256",))
    with pytest.raises(Unauthorized, match=r"signed by 'RS256'; \[oidc\] algorithms has ES256"):
        asked.openid.identify(token(), "")


def test_token_that_does_not_name_its_key() -> None:
    """It counts if there is one only that it can be; it is not tried with each."""
    assert (
        "ludwig" == Asked(public_jwk("k1"), public_jwk("k3", "ES256")).openid.identify(token(None), "").name
    )
    asked = Asked(public_jwk("k1"), public_jwk("k2"))
    with pytest.raises(Unauthorized, match="with which of 2 keys for RS256"):
        asked.openid.identify(token(None), "")
    assert 1 == asked.again


def test_unknown_key_is_asked_for() -> None:
    """And the answer says so; what is wrong otherwise asks for nothing."""
    asked = Asked()
    with pytest.raises(Unauthorized, match="the provider's keys are being asked for again"):
        asked.openid.identify(token("k2"), "")
    assert 1 == asked.again
    asked.openid.keys = KeySet.of_json(key_set(public_jwk("k2")))
    assert "ludwig" == asked.openid.identify(token("k2"), "").name
    with pytest.raises(Unauthorized, match="'k1'"):
        asked.openid.identify(token("k1"), "")
    with pytest.raises(Unauthorized, match="expired"):
        asked.openid.identify(token("k2", exp=1), "")
    assert 2 == asked.again


ROLES = [
    (["telescope-operator"], Role.OPERATOR),
    (["telescope-operator", "boss", "reader"], Role.ADMIN),
    ("reader other", Role.VIEWER),
    (["other", 1, None, {"a": 1}, "reader"], Role.VIEWER),
]


@pytest.mark.parametrize(("said", "role"), ROLES)
def test_most_that_somebody_is(said: Any, role: Role) -> None:
    """A list, or words in one text."""
    assert role is Asked().openid.identify(token(roles=said), "").role


@pytest.mark.parametrize("said", [[], "", "readers", ["Reader"], {"reader": True}, 7, True, [["reader"]]])
def test_no_role(said: Any) -> None:
    """Somebody who is known, and nothing here."""
    with pytest.raises(Forbidden, match=r"nothing in the token's 'roles', \[oidc\] role_claim"):
        Asked().openid.identify(token(roles=said), "")


def test_no_role_claim() -> None:
    """It is named: the provider may not be told to put it in."""
    with pytest.raises(Forbidden, match=r"the token has no 'realm_access\.roles', \[oidc\] role_claim"):
        Asked(role_claim="realm_access.roles").openid.identify(token(), "")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("realm_access.roles", {"realm_access": {"roles": ["boss"]}}),
        ("https://array.example/roles", {"https://array.example/roles": ["boss"]}),
        ("a.b.c", {"a": {"b": {"c": "boss"}}}),
    ],
)
def test_roles_by_path_or_by_a_name_with_dots(path: str, said: dict[str, Any]) -> None:
    """Providers do either."""
    assert Role.ADMIN is Asked(role_claim=path).openid.identify(token(**said), "").role
    with pytest.raises(Forbidden):
        Asked(role_claim=path + ".x").openid.identify(token(**said), "")


def test_name_is_another_claim_or_the_subject() -> None:
    """Not every provider says the first."""
    assert "l@x" == Asked(name_claim="email").openid.identify(token(email="l@x"), "").name
    assert "4711" == Asked().openid.identify(token(preferred_username=None), "").name
    assert "4711" == Asked().openid.identify(token(preferred_username=["x"]), "").name


LEFT_OUT = [
    (public_jwk("k1", use="enc"), "it is not for signatures"),
    ({"kty": "oct", "k": "c2VjcmV0", "kid": "s"}, "no algorithm that katgate takes"),
    ({"kty": "RSA", "kid": "r"}, "it is damaged"),
    ({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, "it is damaged"),
    ({"kid": "x"}, "does not say of which kind"),
    ("key", "does not say of which kind"),
    (public_jwk("k1", alg="HS256"), "no algorithm that katgate takes"),
    ({"kty": "RSA", "n": "u" * 172, "e": "AQAB"}, "bits, and 2048 are the least"),
]


@pytest.mark.parametrize(("key", "why"), LEFT_OUT)
def test_keys_that_cannot_be_used_are_left_out(key: Any, why: str) -> None:
    """The others can."""
    keys = KeySet.of_json(key_set(key, public_jwk("k2")))
    assert 1 == len(keys)
    [left_out] = keys.left_out
    assert left_out.startswith("key number 1 is left out: ")
    assert why in left_out


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b"[]", b"{}", b'{"keys": {}}', b"[" * 100_000, key_set(*[{}] * 101)]
)
def test_no_key_set(raw: bytes) -> None:
    """Such as a page that asks to log in."""
    with pytest.raises(LocalError, match="it is no key set"):
        KeySet.of_json(raw)
