"""Logins: who is let in by what, and what each may do. Through the real HTTP parser, without a network."""

from typing import Any

import pytest
from twisted.logger import LogEvent, formatEvent

from katgate.authority.role import Role
from tests.api.asking import Answer, ask, open_request
from tests.api.logging_in import bearer, cookie, log_in
from tests.api.rig import ROLES, FakeSocket, Rig, token

API = "/api/v1"


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A gateway with logins: tokens kg_viewer, kg_operator and kg_admin."""
    rig.with_tokens(*ROLES)
    return rig


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_root_says_to_log_in(rig: Rig) -> None:
    """And nothing else: neither a version nor how much there is."""
    assert {"name": "katgate", "login": True, "user": None, "role": None} == ask(rig, "GET", API).json


def test_bearer(rig: Rig) -> None:
    """Programs send their token with each request."""
    root = ask(rig, "GET", API, **bearer("operator")).json
    assert (True, "operator", "operator", 1) == (
        root["login"],
        root["user"],
        root["role"],
        root["counts"]["devices"],
    )


@pytest.mark.parametrize(
    "header",
    [
        "Bearer kg_wrong",
        "Bearer ",
        "Bearer",
        "Basic a2dfYWRtaW46",
        "kg_admin",
        "Bearer kg_admin extra",
        "\xe9",
    ],
)
def test_what_is_shown_and_does_not_count(rig: Rig, header: str) -> None:
    """It is not taken for nothing: whoever sends a token means to be somebody. Also where everybody may ask."""
    for path in (f"{API}/devices", API):
        answer = ask(rig, "GET", path, authorization=header)
        assert (401, "unauthorized") == code(answer)
        assert "Bearer" == answer.headers["www-authenticate"]


def test_expired_token(rig: Rig) -> None:
    """It says so."""
    rig.with_tokens(token("viewer", expires=rig.wall_clock() + 10))
    assert 200 == ask(rig, "GET", f"{API}/devices", **bearer("viewer")).status
    rig.clock.advance(10)
    answer = ask(rig, "GET", f"{API}/devices", **bearer("viewer"))
    assert 401 == answer.status
    assert "expired" in answer.json["detail"]


#: Every address, and the least role that it needs. None: everybody.
ADDRESSES: list[tuple[str, str, Role | None]] = [
    ("GET", "/healthz", None),
    ("GET", "/readyz", None),
    ("GET", "/", None),
    ("GET", API, None),
    ("POST", f"{API}/logout", None),
    ("GET", f"{API}/devices", Role.VIEWER),
    ("GET", f"{API}/devices/cbf", Role.VIEWER),
    ("GET", f"{API}/devices/cbf/sensors", Role.VIEWER),
    ("GET", f"{API}/devices/cbf/sensors/mode", Role.VIEWER),
    ("GET", f"{API}/devices/cbf/informs", Role.VIEWER),
    ("GET", f"{API}/devices/cbf/requests", Role.VIEWER),
    ("GET", f"{API}/sensors", Role.VIEWER),
    ("GET", f"{API}/stream", Role.VIEWER),
    ("HEAD", f"{API}/stream", Role.VIEWER),
    ("POST", f"{API}/devices/cbf/requests/capture-start", Role.OPERATOR),
    ("GET", f"{API}/devices/cbf/lease", Role.VIEWER),
    ("POST", f"{API}/devices/cbf/lease", Role.OPERATOR),
    ("DELETE", f"{API}/devices/cbf/lease", Role.OPERATOR),
    ("GET", f"{API}/audit", Role.ADMIN),
    ("GET", f"{API}/openapi.json", None),
    ("GET", f"{API}/asyncapi.json", None),
    ("GET", "/docs", None),
    ("GET", "/metrics", Role.VIEWER),
    ("GET", f"{API}/browsers", Role.ADMIN),
    ("DELETE", f"{API}/browsers/1", Role.ADMIN),
    ("POST", f"{API}/devices/cbf/hosting/start", Role.ADMIN),
    ("POST", f"{API}/devices/cbf/hosting/stop", Role.ADMIN),
    ("POST", f"{API}/devices/cbf/hosting/restart", Role.ADMIN),
]


def status_for(rig: Rig, method: str, path: str, **headers: Any) -> int:
    connection = open_request(rig, method, path, **headers)
    return connection.answer().status if connection.raw() else 200  # a device was asked


@pytest.mark.parametrize(("method", "path", "least"), ADDRESSES)
def test_each_address_and_role(rig: Rig, method: str, path: str, least: Role | None) -> None:
    """Tested by address: one that forgets to ask is found here."""
    rig.connect()
    if least is None:
        assert status_for(rig, method, path) in (200, 405)
        return
    assert 401 == status_for(rig, method, path)
    for role in Role:
        refused = 403 == status_for(rig, method, path, **bearer(role.value))
        assert refused is not role.includes(least), role
        rig.leases.forget("cbf")  # which the role before may have taken


def test_no_address_is_left_out(rig: Rig) -> None:
    """A new one has to say here who may ask it."""
    known = {(method, path.replace("/cbf", "/<name:device>")) for method, path, _ in ADDRESSES}
    odd = {
        f"{API}/browsers/<name:number>": f"{API}/browsers/1",
        f"{API}/devices/<name:device>/sensors/<name:sensor>": f"{API}/devices/<name:device>/sensors/mode",
        f"{API}/devices/<name:device>/requests/<name:request_>": (
            f"{API}/devices/<name:device>/requests/capture-start"
        ),
    }
    for rule in rig.app().url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD"}:
            assert (method, odd.get(rule.rule, rule.rule)) in known | {("POST", f"{API}/login")}


def test_login_and_its_cookie(rig: Rig) -> None:
    """Scripts cannot read it, other sites do not send it, and it is of one port."""
    answer = log_in(rig, "operator")
    assert {"user": "operator", "role": "operator", "expires": 1e9 + 3600} == answer.json
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert "katgate" == name
    assert ["Path=/", "HttpOnly", "SameSite=Strict"] == rest.split("; ")[1:]
    rig.connect()
    mine = cookie(rig, "operator")
    assert "operator" == ask(rig, "GET", API, **mine).json["user"]
    asked = open_request(rig, "POST", f"{API}/devices/cbf/requests/capture-start", **mine)
    assert b"" == asked.raw()  # the device has been asked


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"token": "kg_wrong"}', 401),
        (b'{"token": ""}', 400),
        (b"", 400),
        (b'{"token": 1}', 400),
        (b'{"token": "kg_admin", "more": 1}', 400),
        (b'{"token": "\\ud800"}', 400),
        (b'"kg_admin"', 400),
        (b"token=kg_admin", 400),
    ],
)
def test_login_that_fails(rig: Rig, body: bytes, status: int) -> None:
    """No cookie comes with it."""
    answer = ask(rig, "POST", f"{API}/login", body)
    assert status == answer.status
    assert "set-cookie" not in answer.headers


def test_login_form_of_another_site(rig: Rig) -> None:
    """A form cannot send JSON, and has the Origin of its site."""
    body = b'{"token": "kg_admin"}'
    form = ask(rig, "POST", f"{API}/login", body, content_type="text/plain")
    assert 415 == form.status
    assert 403 == ask(rig, "POST", f"{API}/login", body, origin="https://evil.example").status


def test_logout(rig: Rig) -> None:
    """The cookie is void then, also a copy of it."""
    mine = cookie(rig, "viewer")
    answer = ask(rig, "POST", f"{API}/logout", **mine)
    assert answer.headers["set-cookie"].endswith("Max-Age=0")
    assert 401 == ask(rig, "GET", f"{API}/devices", **mine).status
    assert 200 == ask(rig, "POST", f"{API}/logout", **mine).status


def test_revoked_and_promoted_tokens(rig: Rig) -> None:
    """Who has logged in is at once what their token is now."""
    mine = cookie(rig, "viewer")
    rig.with_tokens(token("viewer", Role.OPERATOR))
    assert "operator" == ask(rig, "GET", API, **mine).json["role"]
    rig.with_tokens(token("other", Role.ADMIN))
    assert 401 == ask(rig, "GET", f"{API}/devices", **mine).status


def test_body_is_refused_before_it_has_come(rig: Rig) -> None:
    """Nobody's 200 MB are not read."""
    connection = open_request(
        rig, "POST", f"{API}/devices/cbf/requests/x", content_length="900", content_type="application/json"
    )
    assert b"HTTP/1.1 401 " in connection.raw()


def test_proxy_on_the_same_host(rig: Rig) -> None:
    """With logins a proxy publishes nothing that is not asked for; without, it is refused (`test_access.py`)."""
    assert 200 == ask(rig, "GET", API, x_forwarded_for="10.0.0.1", **bearer("viewer")).status
    assert 403 == ask(Rig(), "GET", API, x_forwarded_for="10.0.0.1").status


def audited(rig: Rig) -> list[tuple[Any, ...]]:
    """Return what the audit log has, what was combined last: what, who, what was asked, and why not."""
    rig.clock.advance(2)
    records = ask(rig, "GET", f"{API}/audit", **bearer("admin")).json["records"]
    return [
        tuple(record[name] for name in ("what", "user", "request", "why")) for record in reversed(records)
    ]


def test_audit_of_logins_and_refusals(rig: Rig) -> None:
    """Each once."""
    rig.connect()
    mine = cookie(rig, "viewer")
    log_in(rig, "wrong")
    ask(rig, "GET", f"{API}/devices")
    ask(rig, "GET", f"{API}/audit", **mine)
    ask(rig, "POST", f"{API}/devices/cbf/requests/capture-start", **mine)
    ask(rig, "POST", f"{API}/devices/cbf/requests/capture-start", b"{}", authorization="Bearer kg_x")
    ask(rig, "GET", "/", host="evil.example")
    socket = FakeSocket(rig, None)
    socket.call("subscriptions")
    socket.call("authenticate", token="kg_wrong")
    socket.call("authenticate", token="kg_viewer")
    ask(rig, "POST", f"{API}/logout", **mine)
    expected = [
        ("login", "viewer", None, None),
        ("login", "viewer", None, None),
        ("logout", "viewer", None, None),
        ("login", None, None, "unauthorized"),
        ("login", None, None, "unauthorized"),
        ("refused", None, f"GET {API}/devices", "unauthorized"),
        ("refused", "viewer", f"GET {API}/audit", "forbidden"),
        ("request", "viewer", "capture-start", "forbidden"),
        ("refused", None, None, "unauthorized"),  # another within the second
        ("refused", None, "GET /", "forbidden"),
        ("refused", None, "subscriptions", "unauthorized"),
    ]
    assert sorted(expected, key=str) == sorted(audited(rig), key=str)


def test_last_token_that_goes_opens_nothing(rig: Rig) -> None:
    """A file that is missing for a moment, or was emptied, makes nobody an admin."""
    rig.with_tokens()
    assert {"name": "katgate", "login": True, "user": None, "role": None} == ask(rig, "GET", API).json
    assert 401 == ask(rig, "GET", f"{API}/devices", **bearer("admin")).status
    assert FakeSocket(rig, None).sent[0]["params"]["role"] is None


def test_page_and_probes_are_for_everybody(rig: Rig) -> None:
    """Whatever a proxy adds to what it passes on."""
    for path in ("/", "/healthz", "/readyz"):
        assert 200 == ask(rig, "GET", path, authorization="Basic x").status


def test_token_in_an_address_is_not_logged(rig: Rig, logged: list[LogEvent]) -> None:
    """It is refused, and others may read the log."""
    ask(rig, "GET", f"{API}/devices?token=kg_secret-text", **bearer("viewer"))
    assert "kg_secret" not in str([formatEvent(event) for event in logged])
    assert "token=kg_..." in str([formatEvent(event) for event in logged])


def test_early_refusal_says_what_a_late_one_does(rig: Rig) -> None:
    """A body that is not waited for changes nothing of the answer."""
    late = ask(rig, "POST", f"{API}/devices/cbf/requests/x")
    early = ask(rig, "POST", f"{API}/devices/cbf/requests/x", b"{}")
    assert (401, 401) == (late.status, early.status)
    assert set(late.headers) <= set(early.headers)


@pytest.mark.parametrize("credential", ["kg_secret-text", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.sig-nature"])
def test_no_credential_stands_in_a_record(rig: Rig, credential: str) -> None:
    """The audit log is read by others, too."""
    ask(rig, "GET", f"{API}/devices/{credential}/x?access_token={credential}", host="evil.example")
    assert credential not in str(audited(rig))
