"""Cookies of a login: whose pages they count for, and what else is sent beside them."""

from typing import Any

import pytest

from tests.api.asking import ask, open_request
from tests.api.logging_in import cookie
from tests.api.rig import ROLES, Rig

API = "/api/v1"


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A gateway with logins: tokens kg_viewer, kg_operator and kg_admin."""
    rig.with_tokens(*ROLES)
    return rig


CROSS_SITE: list[tuple[str, dict[str, str], str]] = [
    ("another site, which is allowed", {"origin": "https://grafana.example"}, "401"),
    ("a page of a sibling", {"origin": "", "sec-fetch-site": "same-site"}, "401"),
    ("a form without Origin", {"origin": ""}, "403"),
    ("another site", {"origin": "https://evil.example"}, "403"),
    ("no origin of its own", {"origin": "null"}, "403"),
    ("another port", {"origin": "http://localhost:81"}, "403"),
    ("another scheme", {"origin": "https://localhost"}, "403"),
    ("another site, by what the browser says of it", {"origin": "", "sec-fetch-site": "cross-site"}, "403"),
    ("our own", {}, ""),
]


@pytest.mark.parametrize(("case", "headers", "refused"), CROSS_SITE)
def test_request_by_cookie_from_elsewhere(rig: Rig, case: str, headers: dict[str, str], refused: str) -> None:
    """A body-less POST needs no preflight; SameSite=Strict is not all that stands before it."""
    rig.connect()
    sent: dict[str, Any] = {k: v for k, v in (cookie(rig, "operator") | headers).items() if v}
    answered = open_request(rig, "POST", f"{API}/devices/cbf/requests/capture-start", **sent).raw()
    assert refused == answered[9:12].decode(), case


def test_cookie_reads_from_our_own_pages_only(rig: Rig) -> None:
    """What a page of a site beside ours asks for is nobody's."""
    mine = {"cookie": cookie(rig, "viewer")["cookie"]}
    for site, status in (("same-origin", 200), ("none", 200), ("same-site", 401), ("cross-site", 403)):
        assert status == ask(rig, "GET", f"{API}/devices", sec_fetch_site=site, **mine).status
    assert 200 == ask(rig, "GET", f"{API}/devices", **mine).status


@pytest.mark.parametrize(
    "text", ["katgate=", "katgate=x.y", "x=1; katgate", "katgate=" + "a" * 5000, "\xe9=\xe9"]
)
def test_cookie_that_is_nobodys(rig: Rig, text: str) -> None:
    """An old cookie is no mistake of anybody: the page asks for a login."""
    assert ask(rig, "GET", API, cookie=text).json["user"] is None
    assert 401 == ask(rig, "GET", f"{API}/devices", cookie=text).status


def test_socket_by_cookie_needs_our_origin(rig: Rig) -> None:
    """Requests go over it: browsers say who makes them open it."""
    mine = cookie(rig, "operator")
    upgrade: dict[str, Any] = {
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec_websocket_version": "13",
        "sec_websocket_key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    del mine["origin"]
    assert 403 == ask(rig, "GET", f"{API}/ws", **mine, **upgrade).status


def test_cookie_of_another_port_beside_ours(rig: Rig) -> None:
    """Whoever sets one keeps nobody out."""
    mine = cookie(rig, "viewer")
    mine["cookie"] = f"katgate=x.y; {mine['cookie']}"
    assert 200 == ask(rig, "GET", f"{API}/devices", **mine).status
