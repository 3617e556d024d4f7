"""Asking a provider for its keys: when, what is believed, and what is said while it is away. Without a network."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError, DNSLookupError
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import LogEvent
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone, ResponseFailed
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent
from zope.interface import implementer

from katgate.api.jwks import ProviderKeys
from katgate.authority.key_set import KeySet
from tests.authority.provider import ISSUER, key_set, public_jwk

KEYS = f"{ISSUER}/keys"
DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"
KEY_SET = key_set(public_jwk("k1"), public_jwk("k2"))


class Response:
    """An answer; `body` None: it never ends."""

    def __init__(self, body: bytes | None, code: int, location: str) -> None:
        self.code = code
        self.headers = Headers({"location": [location]} if location else {})
        self.transport = StringTransport()
        self._body = body

    def deliverBody(self, protocol: Any) -> None:
        protocol.makeConnection(self.transport)
        for at in range(0, len(self._body or b""), 100_000):
            protocol.dataReceived((self._body or b"")[at : at + 100_000])
        if self._body is not None:
            protocol.connectionLost(Failure(ResponseDone()))


@implementer(IAgent)
class FakeAgent:
    """Notes what is asked for; the test answers the oldest."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._waiting: list[Deferred[Any]] = []

    def request(
        self, method: bytes, uri: bytes, headers: Headers | None = None, bodyProducer: Any = None
    ) -> "Deferred[Any]":
        self.asked.append(uri.decode())
        waiting: Deferred[Any] = Deferred()
        self._waiting.append(waiting)
        return waiting

    def answer(self, body: bytes | None = KEY_SET, code: int = 200, location: str = "") -> Response:
        response = Response(body, code, location)
        self._waiting.pop(0).callback(response)
        return response

    def fail(self, error: Exception) -> None:
        self._waiting.pop(0).errback(Failure(error))

    def take(self) -> list[str]:
        asked, self.asked = self.asked, []
        return asked


class Rig:
    def __init__(self, url: str = KEYS) -> None:
        self.clock = Clock()
        self.agent = FakeAgent()
        self.taken: list[KeySet] = []
        self.keys = ProviderKeys(ISSUER, url, self.taken.append, reactor=self.clock, agent=self.agent)
        self.keys.start()


@pytest.fixture
def rig() -> Rig:
    return Rig()


def said(logged: list[LogEvent], level: str) -> list[str]:
    """Return what was logged at that level by ProviderKeys, and why."""
    return [
        e.get("why", "ok") for e in logged if e["log_level"].name == level and "OpenID" in e["log_format"]
    ]


def test_keys_are_asked_for_every_hour(rig: Rig) -> None:
    """And taken each time; nothing waits when it has been stopped."""
    assert [KEYS] == rig.agent.take()
    rig.agent.answer()
    assert [2] == [len(keys) for keys in rig.taken]
    rig.clock.advance(3599)
    assert [] == rig.agent.take()
    rig.clock.advance(1)
    assert [KEYS] == rig.agent.take()
    rig.agent.answer()
    assert 2 == len(rig.taken)
    rig.keys.stop()
    assert [] == rig.clock.getDelayedCalls()


def test_provider_says_where_its_keys_are() -> None:
    """Where that is not configured."""
    rig = Rig(url="")
    rig.agent.answer(json.dumps({"issuer": ISSUER, "jwks_uri": "https://keys.example/k"}).encode())
    assert [DISCOVERY, "https://keys.example/k"] == rig.agent.take()
    rig.agent.answer()
    assert 1 == len(rig.taken)


DISCOVERIES = [
    (b"<html>", 'no JSON with "issuer" and "jwks_uri"'),
    (b"[]", 'no JSON with "issuer" and "jwks_uri"'),
    (json.dumps({"issuer": ISSUER + "/", "jwks_uri": KEYS}).encode(), "to the letter"),
    (json.dumps({"issuer": ISSUER, "jwks_uri": "http://keys.example"}).encode(), "which is not https"),
    (json.dumps({"issuer": ISSUER, "jwks_uri": 7}).encode(), "which is not https"),
]


@pytest.mark.parametrize(("body", "why"), DISCOVERIES)
def test_discovery_that_is_not_believed(body: bytes, why: str, logged: list[LogEvent]) -> None:
    """Nothing further is asked."""
    rig = Rig(url="")
    rig.agent.answer(body)
    assert [DISCOVERY] == rig.agent.take()
    [line] = said(logged, "error")
    assert why in line
    assert [] == rig.taken


FAILURES: list[tuple[Callable[[FakeAgent], object], str]] = [
    (lambda agent: agent.fail(DNSLookupError()), "its host name is not known"),
    (lambda agent: agent.fail(ConnectionRefusedError()), "no connection"),
    (lambda agent: agent.fail(ResponseFailed([Failure(ValueError("x"))])), "ValueError: x"),
    (lambda agent: agent.answer(b"", 500), "it answered 500"),
    (
        lambda agent: agent.answer(b"", 302, "http://evil.example/"),
        "it answered 302 .go to http://evil.example/.; redir",
    ),
    (lambda agent: agent.answer(b"<html>"), "it is no key set"),
    (lambda agent: agent.answer(key_set()), "none of its keys can be used: there are none"),
    (lambda agent: agent.answer(key_set({})), "none of its keys can be used: key number 1 is left out"),
    (lambda agent: agent.answer(b" " * 1_100_000), "it says more than 1048576 bytes"),
]


@pytest.mark.parametrize(("fail", "why"), FAILURES)
def test_known_keys_stay_while_it_is_away(
    rig: Rig, logged: list[LogEvent], fail: Callable[[FakeAgent], object], why: str
) -> None:
    """It is said once, and again when it is over; it is asked every half minute."""
    rig.agent.answer()
    rig.clock.advance(3600)
    for _ in range(5):
        fail(rig.agent)
        rig.clock.advance(30)
    assert 1 == len(rig.taken)
    assert 7 == len(rig.agent.take())
    [line] = said(logged, "error")
    assert re.search(why, line)
    assert ["ok"] == said(logged, "info")
    rig.agent.answer()
    assert 2 == len(rig.taken)
    assert ["ok", "ok"] == said(logged, "info")


@pytest.mark.parametrize("has_begun", [False, True])
def test_one_that_never_ends_its_answer(rig: Rig, has_begun: bool, logged: list[LogEvent]) -> None:
    """It is given ten seconds in all, then it is asked again."""
    response = rig.agent.answer(None) if has_begun else None
    rig.clock.advance(10)
    assert [f"{KEYS}: no answer within 10 s"] == said(logged, "error")
    assert response is None or response.transport.disconnecting
    rig.clock.advance(30)
    assert [KEYS, KEYS] == rig.agent.take()


def test_unknown_keys_have_them_asked_for_at_once_but_not_too_often(rig: Rig) -> None:
    """Whoever shows tokens by made-up keys does not make us ask more than twice a minute."""
    rig.agent.answer()
    rig.clock.advance(100)
    rig.agent.take()
    for _ in range(1000):
        rig.keys.ask_again()
    rig.clock.advance(0)
    assert [KEYS] == rig.agent.take()
    rig.keys.ask_again()
    rig.agent.answer()
    for second in range(60):
        rig.keys.ask_again()
        rig.clock.advance(1)
        if rig.agent.asked:
            assert 29 == second
            break
    assert [KEYS] == rig.agent.take()


def test_stopped_while_it_is_being_asked(rig: Rig, logged: list[LogEvent]) -> None:
    """Nothing comes of it."""
    rig.keys.stop()
    rig.keys.ask_again()
    assert [] == rig.clock.getDelayedCalls()
    assert ([], []) == (rig.taken, said(logged, "error"))
