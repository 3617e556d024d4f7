"""Strangers: how much somebody may say who has not said who they are, and until when others are who they were."""

import json
from typing import Any

import pytest
from twisted.internet.task import Clock

from katgate.api.identification import Identification, Standing
from katgate.authority.key_set import KeySet
from katgate.authority.openid import OpenId
from katgate.authority.proxy_identity import ProxyIdentity
from katgate.authority.sessions import Sessions
from tests.api.asking import ask, open_request
from tests.api.rig import ROLES, Rig
from tests.authority.provider import key_set, public_jwk, rules, token


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A gateway with logins, which takes bodies of 100 kB."""
    rig.with_tokens(*ROLES)
    rig.site.body_limit = 100_000
    return rig


def test_large_body(rig: Rig) -> None:
    """A login is small: nobody's megabytes are kept for whoever does not finish it."""
    login = "/api/v1/login"
    body = json.dumps({"token": "x" * 40_000}).encode()
    assert 413 == ask(rig, "POST", login, body).status
    assert 401 == ask(rig, "POST", login, body[:20_000] + b'"}').status
    known: dict[str, Any] = {"authorization": "Bearer kg_operator"}
    rig.connect()
    whole = json.dumps({"arguments": ["x" * 40_000]}).encode()
    path = "/api/v1/devices/cbf/requests/capture-start"
    assert b"" == open_request(rig, "POST", path, whole, **known).raw()


def test_message_of_a_stranger(rig: Rig) -> None:
    """Whoever has said who they are may say as much as others."""
    protocol: Any = rig.sockets.buildProtocol(None)
    protocol.maxMessagePayloadSize = 5
    protocol.let_in()
    assert rig.limits.message == protocol.maxMessagePayloadSize == protocol.maxFramePayloadSize


class Logins:
    """Who is let in by a provider or a proxy, at a time that the test sets."""

    def __init__(self) -> None:
        self.clock = Clock()
        now = lambda: 1e9 + self.clock.seconds()  # noqa: E731
        self.identification = Identification((), Sessions(b"key", 3600.0, now), now)


def test_login_at_a_proxy_ends_some_time() -> None:
    """Its socket has to come again: the proxy tells nobody of who has logged out."""
    logins = Logins()
    logins.identification.proxy = ProxyIdentity("X-User")
    caller = logins.identification.by_proxy(lambda name: ["ludwig"] if name == "X-User" else [], "10.0.0.1")
    assert caller is not None
    assert Standing.GOOD is logins.identification.standing(caller)
    logins.clock.advance(3600)
    assert Standing.CHANGED is logins.identification.standing(caller)


def test_cookie_of_an_openid_login_under_other_rules() -> None:
    """It counts no more, whoever the provider is: the role in it is what the old rules gave."""
    logins = Logins()
    logins.identification.openid = openid = OpenId(rules(), lambda: None)
    openid.keys = KeySet.of_json(key_set(public_jwk("k1")))
    text, caller = logins.identification.log_in(token(roles="boss"), "10.0.0.1")
    assert logins.identification.by_cookie(text, "10.0.0.1") is not None
    logins.identification.openid = OpenId(rules(admins=frozenset({"otherboss"})), lambda: None)
    assert logins.identification.by_cookie(text, "10.0.0.1") is None
    assert Standing.CHANGED is logins.identification.standing(caller)
    logins.identification.openid = None
    assert Standing.ENDED is logins.identification.standing(caller)
