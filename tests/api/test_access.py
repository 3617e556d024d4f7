"""Access: which requests are served at all. A page of another site must not command a telescope."""

import pytest
from twisted.web.http_headers import Headers

from katgate.api.access import Access, Asked
from katgate.api.identification import Identification
from katgate.authority.sessions import Sessions
from katgate.errors import Refused

IDENTIFICATION = Identification((), Sessions(b"key", 3600.0, lambda: 0.0), lambda: 0.0)
ACCESS = Access(IDENTIFICATION, ["control-room"], ["gate.example"], ["https://grafana.example", "null"])


def ask(
    access: Access = ACCESS,
    path: bytes = b"/api/v1/devices",
    method: bytes = b"GET",
    *,
    headers: dict[str, str],
) -> None:
    """Ask with these headers, `_` for `-`."""
    named = {"host": "127.0.0.1:8147"} | headers
    sent = Headers({name.replace("_", "-"): [value] for name, value in named.items()})
    access.check(Asked(method, path, sent, is_secure=False))


SERVED: list[dict[str, str]] = [
    {},
    {"host": "localhost"},
    {"host": "LocalHost:8147"},
    {"host": "[::1]:8147"},
    {"host": "10.1.2.3"},
    {"host": "control-room:8147"},
    {"host": "gate.example"},
    {"origin": "http://127.0.0.1:8147"},
    {"host": "gate.example", "origin": "http://gate.example"},
    {"host": "gate.example:80", "origin": "http://gate.example"},
    {"origin": "https://grafana.example"},
    {"origin": "https://grafana.example:443"},
    {"sec_fetch_site": "same-origin"},
    {"sec_fetch_site": "none"},
]


@pytest.mark.parametrize("headers", SERVED)
def test_served(headers: dict[str, str]) -> None:
    """Programs, our own page, and what the configuration allows."""
    ask(headers=headers)


REFUSED = [
    ({"host": "evil.example"}, r'allowed_hosts = \["evil.example"\]'),
    ({"host": "localhost.evil.example"}, "allowed_hosts"),
    ({"host": ""}, "allowed_hosts"),
    ({"host": "127.0.0.1.evil.example"}, "allowed_hosts"),
    ({"origin": "http://evil.example"}, r'allowed_origins = \["http://evil.example"\]'),
    ({"origin": "https://127.0.0.1:8147"}, "allowed_origins"),
    ({"origin": "http://127.0.0.1:9000"}, "allowed_origins"),
    ({"origin": "http://localhost:8147"}, "allowed_origins"),
    ({"origin": "null"}, "never allowed"),
    ({"sec_fetch_site": "cross-site"}, "cross-site"),
    ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, "cross-site"),
    ({"x_forwarded_for": "10.0.0.1"}, "--insecure"),
    ({"X_Forwarded_Proto": "https"}, "--insecure"),
    ({"forwarded": "for=10.0.0.1"}, "--insecure"),
]


@pytest.mark.parametrize(("headers", "advice"), REFUSED)
def test_refused_with_advice(headers: dict[str, str], advice: str) -> None:
    """The sentence names what to set if it was meant."""
    with pytest.raises(Refused, match=advice):
        ask(headers=headers)


def test_page_may_be_reached_by_a_link_from_elsewhere() -> None:
    """A link in a wiki opens the dashboard; it commands nothing."""
    followed = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    ask(path=b"/", headers=followed)
    with pytest.raises(Refused):
        ask(path=b"/", method=b"POST", headers=followed)


def test_health_takes_any_host() -> None:
    """An orchestrator's probe names the pod."""
    ask(path=b"/healthz", headers={"host": "pod-7.cluster"})
    ask(path=b"/readyz", headers={"host": "pod-7.cluster"})


def test_two_hosts_are_refused() -> None:
    """Which of them counts would depend on who reads."""
    headers = Headers({"host": ["localhost", "evil.example"]})
    with pytest.raises(Refused, match="one Host"):
        ACCESS.check(Asked(b"GET", b"/", headers, is_secure=False))


def test_insecure_allows_a_proxy() -> None:
    """Who says that it is meant is believed."""
    ask(Access(IDENTIFICATION, forwarded_allowed=True), headers={"x_forwarded_for": "10.0.0.1"})
