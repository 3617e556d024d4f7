"""Behind a proxy: what a trusted one says counts everywhere, and what others say nowhere. Without a network."""

import json
from typing import Any

import pytest
from twisted.logger import LogEvent

from katgate.api.access import Access
from katgate.api.forwarded import TrustedProxies
from katgate.authority.proxy_identity import ProxyIdentity
from katgate.authority.role import Role
from katgate.authority.tokens import Token, hash_of
from tests.api.asking import Answer, ask
from tests.api.rig import API_TOKEN, Rig

API = "/api/v1"
#: Where in-memory connections come from.
PEER = "192.168.1.1"


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A gateway with logins: a token, and those of a proxy."""
    rig.identification.change([Token("ludwig", Role.ADMIN, hash_of(API_TOKEN))])
    rig.identification.proxy = ProxyIdentity("X-User", "X-Groups", frozenset({"ops"}), frozenset({"boss"}))
    return rig


def trust(rig: Rig, *networks: str, public_url: str = "") -> Rig:
    rig.access = rig.site.access = Access(
        rig.identification, [], ["gate.example"], proxies=TrustedProxies(networks), public_url=public_url
    )
    return rig


def who(answer: Answer) -> tuple[str | None, str | None]:
    return answer.json["user"], answer.json["role"]


def test_proxy_says_who_asks(rig: Rig) -> None:
    """By the groups of the one who has logged in there; nobody, if nobody has."""
    trust(rig, PEER)
    assert ("emma", "viewer") == who(ask(rig, "GET", API, x_user="emma"))
    assert ("emma", "operator") == who(ask(rig, "GET", API, x_user="emma", x_groups="x,ops"))
    assert ("Zo\xeb", "admin") == who(ask(rig, "GET", API, x_user="Zo\xc3\xab", x_groups="boss"))
    assert (None, None) == who(ask(rig, "GET", API))
    assert 401 == ask(rig, "GET", f"{API}/devices").status


def test_nobody_else_says_who_asks(rig: Rig) -> None:
    """From elsewhere the headers are as if they were not there."""
    for networks in ((), ("10.0.0.0/8",)):
        trust(rig, *networks)
        assert (None, None) == who(ask(rig, "GET", API, x_user="emma", x_groups="boss"))
        assert 401 == ask(rig, "GET", f"{API}/devices", x_user="emma", x_groups="boss").status
        assert 401 == ask(rig, "POST", f"{API}/admin/reload", b"{}", x_user="emma", x_groups="boss").status


def test_token_goes_before_the_proxy(rig: Rig) -> None:
    """A program asks through the proxy as itself; a password for the proxy is nothing to us."""
    trust(rig, PEER)
    bearer = f"Bearer {API_TOKEN}"
    assert ("ludwig", "admin") == who(ask(rig, "GET", API, x_user="emma", authorization=bearer))
    assert ("emma", "viewer") == who(ask(rig, "GET", API, x_user="emma", authorization="Basic eDp5"))
    assert 401 == ask(rig, "GET", API, authorization="Basic eDp5").status


UNSAFE = [
    ({"origin": "https://gate.example"}, 404),
    ({"origin": "https://gate.example:443"}, 404),
    ({}, 403),
    ({"origin": "http://gate.example"}, 403),
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"sec_fetch_site": "cross-site"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), UNSAFE)
def test_page_of_another_site_does_not_ask_in_your_name(
    rig: Rig, headers: dict[str, str], status: int
) -> None:
    """The proxy's cookie or password goes with every request, whoever makes the browser send it."""
    trust(rig, PEER)
    sent = {"x_user": "emma", "x_groups": "boss", "host": "10.1.1.1", "x_forwarded_host": "gate.example"}
    path = f"{API}/devices/nope/requests/x"
    answer = ask(rig, "POST", path, b"{}", **sent, x_forwarded_proto="https", **headers)
    assert status == answer.status


def test_host_and_scheme_are_those_of_the_browser(rig: Rig) -> None:
    """What the proxy was asked for, not what it asks us for; it must be ours all the same."""
    trust(rig, PEER)
    ours: Any = {"host": "katgate:8147", "x_forwarded_host": "gate.example", "x_forwarded_proto": "https"}
    assert 200 == ask(rig, "GET", API, origin="https://gate.example", **ours).status
    assert 403 == ask(rig, "GET", API, origin="http://gate.example", **ours).status
    foreign: Any = {**ours, "x_forwarded_host": "evil.example"}
    assert "'evil.example' is not one of ours" in ask(rig, "GET", API, **foreign).json["detail"]
    trust(rig, "10.0.0.0/8")
    assert "'katgate' is not one of ours" in ask(rig, "GET", API, **ours).json["detail"]


def test_public_address_is_ours(rig: Rig) -> None:
    """As Host and as Origin, whatever the proxy passes on."""
    trust(rig, public_url="https://Array.example:8443/gate/")
    assert 200 == ask(rig, "GET", API, host="array.example").status
    assert 200 == ask(rig, "GET", API, host="127.0.0.1", origin="https://array.example:8443").status
    assert 403 == ask(rig, "GET", API, host="127.0.0.1", origin="https://array.example").status
    assert 403 == ask(rig, "GET", API, host="127.0.0.1", origin="null").status
    answer = ask(rig, "GET", API, host="127.0.0.1", origin="https://array.example:8443")
    assert "access-control-allow-origin" not in answer.headers


def test_cookie_is_for_tls_if_the_browser_uses_it(rig: Rig) -> None:
    """The proxy does TLS, and asks us without."""
    trust(rig, PEER)
    body = json.dumps({"token": API_TOKEN}).encode()
    for proto, is_secure in (("https", True), ("http", False)):
        origin = {"origin": f"{proto}://localhost"}
        answer = ask(rig, "POST", f"{API}/login", body, x_forwarded_proto=proto, **origin)
        assert (200, is_secure) == (answer.status, "; Secure" in answer.headers["set-cookie"])


def test_log_names_the_browser(rig: Rig, logged: list[LogEvent]) -> None:
    """Whether the request was refused before its body came in, or later."""
    trust(rig, PEER)
    ask(rig, "GET", f"{API}/nope", x_forwarded_for="203.0.113.9", x_user="emma")
    ask(rig, "POST", f"{API}/x", b"{}", x_forwarded_for="203.0.113.8")
    ask(rig, "GET", f"{API}/nope", x_forwarded_for="203.0.113.7, 10.9.9.9")
    peers = [e["peer"] for e in logged if e.get("code", 0) >= 400]
    assert ["203.0.113.9", "203.0.113.8", "10.9.9.9"] == peers


def test_failures_are_counted_by_browser(rig: Rig) -> None:
    """One that guesses behind the proxy does not have the others told to wait."""
    trust(rig, PEER)
    wrong = "Bearer kg_wrong"
    statuses = [
        ask(rig, "GET", API, authorization=wrong, x_forwarded_for="203.0.113.9").status for _ in range(12)
    ]
    assert [401] * 10 + [429] * 2 == statuses
    assert 401 == ask(rig, "GET", API, authorization=wrong, x_forwarded_for="203.0.113.8").status
    good = ask(rig, "GET", API, authorization=f"Bearer {API_TOKEN}", x_forwarded_for="203.0.113.9")
    assert ("ludwig", "admin") == who(good)


def test_proxies_that_do_not_agree(rig: Rig, logged: list[LogEvent]) -> None:
    """Refused, and logged with the proxy's address: the browser's is not known."""
    trust(rig, PEER)
    for method, body in (("GET", b""), ("POST", b"{}")):
        answer = ask(rig, method, API, body, x_forwarded_for="203.0.113.9", forwarded="for=203.0.113.8")
        assert 403 == answer.status
        assert "do not agree on who asks" in answer.json["detail"]
    assert [PEER] * 2 == [e["peer"] for e in logged if e.get("code") == 403]


def test_without_logins_a_proxy_is_refused_even_if_trusted() -> None:
    """It would publish what is meant for this machine."""
    rig = Rig()
    trust(rig, PEER)
    answer = ask(rig, "GET", API, x_forwarded_for="203.0.113.9")
    assert "which would publish katgate without a login" in answer.json["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/gate{API}", 200),
        (API, 200),
        ("/gate/healthz", 200),
        ("/gate/", 200),
        ("/gate", 308),
        (f"/gate/gate{API}", 404),
        (f"/gatex{API}", 404),
    ],
)
def test_prefix_that_the_proxy_leaves(rig: Rig, path: str, status: int) -> None:
    """Below it all is as without it."""
    rig.site.use_prefixes(["/gate"])
    answer = ask(rig, "GET", path)
    assert status == answer.status
    if status == 308:
        assert "gate/" == answer.headers["location"]
