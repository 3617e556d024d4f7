"""The site: what every answer has in common, and what is refused before anybody answers. Without a network."""

import json
from typing import Any

import pytest
from twisted.logger import LogEvent

from tests.api.asking import HttpConnection, ask
from tests.api.rig import Rig

API = "/api/v1"


def test_common_headers(rig: Rig) -> None:
    """On every answer, refused ones too."""
    for answer in (
        ask(rig, "GET", API),
        ask(rig, "GET", f"{API}/nope"),
        ask(rig, "GET", "/", host="evil.example"),
        ask(rig, "POST", API, b" " * 2000),
    ):
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert ("no-referrer", "same-origin") == (
            answer.headers["referrer-policy"],
            answer.headers["cross-origin-opener-policy"],
        )
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" == policy


def test_health(rig: Rig) -> None:
    """Alive is not ready; a device that is away makes neither of them wrong."""
    rig.is_ready = False
    assert (200, 503) == (ask(rig, "GET", "/healthz").status, ask(rig, "GET", "/readyz").status)
    rig.is_ready = True
    assert 200 == ask(rig, "GET", "/readyz", host="pod.cluster").status
    assert 405 == ask(rig, "POST", "/healthz").status


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/nope", "/%00", "/%ff", "/..%2fx", API, f"{API}/nope"]
)
def test_head_is_get_without_a_body(rig: Rig, path: str, logged: list[LogEvent]) -> None:
    """The same status and length; and nothing in the log but what a GET leaves there."""
    get, head = ask(rig, "GET", path), ask(rig, "HEAD", path)
    assert (get.status, get.headers["content-length"]) == (head.status, head.headers["content-length"])
    assert b"" == head.body
    assert [] == [e for e in logged if e["log_level"].name in ("warn", "error", "critical")]


NO_HTTP = [
    b"GARBAGE\r\n\r\n",
    b"GET /\xe9 HTTP/1.1\r\nhost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: localhost\r\nno colon\r\n\r\n",
    b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"POST /api/v1 HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nnot hex\r\n",
    b"POST /api/v1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
]


@pytest.mark.parametrize("raw", NO_HTTP)
def test_what_is_no_http_gets_a_problem_too(rig: Rig, raw: bytes, logged: list[LogEvent]) -> None:
    """With the headers of every answer, and a line in the log; then the connection is closed."""
    connection = HttpConnection(rig)
    connection.send(raw)
    answer = connection.answer()
    assert (400, "bad-request", "nosniff") == (
        answer.status,
        answer.json["code"],
        answer.headers["x-content-type-options"],
    )
    assert connection.transport.protocol is None
    assert [e for e in logged if e.get("code") == 400]


def test_rubbish_after_a_request_is_judged_by_itself(rig: Rig, logged: list[LogEvent]) -> None:
    """It is not taken for a HEAD, nor logged as one, because there was one before it."""
    connection = HttpConnection(rig)
    connection.send(b"HEAD /api/v1 HTTP/1.1\r\nhost: localhost\r\n\r\n")
    connection.send(b"GARBAGE\r\n\r\n")
    assert "bad-request" == json.loads(connection.raw().rpartition(b"\r\n\r\n")[2])["code"]
    assert [""] == [e["method"] for e in logged if e.get("code") == 400]


def test_form_is_a_body_of_the_wrong_type(rig: Rig) -> None:
    """twisted.web would take it apart, and answer a bad one by itself."""
    rig.connect()
    path = f"{API}/devices/cbf/requests/x"
    for media_type in (
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ):
        answer = ask(rig, "POST", path, b"a=1", content_type=media_type)
        assert (415, "unsupported-media-type") == (answer.status, answer.json["code"])


@pytest.mark.parametrize("missing", ["upgrade", "sec_websocket_key", "sec_websocket_version"])
def test_upgrade_that_is_none(rig: Rig, missing: str) -> None:
    """A problem like any other, not a page of the WebSocket library's."""
    headers = {"upgrade": "websocket", "sec_websocket_key": "x", "sec_websocket_version": "13"}
    del headers[missing]
    answer = ask(rig, "GET", f"{API}/ws", b"", **headers)
    assert (400, "bad-request") == (answer.status, answer.json["code"])
    assert (405, "GET") == (
        ask(rig, "POST", f"{API}/ws").status,
        ask(rig, "POST", f"{API}/ws").headers["allow"],
    )


def test_pipelined_requests_wait_for_the_answers_before_them_to_be_taken(rig: Rig) -> None:
    """A hundred requests in one packet, from one that reads none of the answers, must not fill the memory."""
    connection = HttpConnection(rig)
    connection.send(b"GET /api/v1 HTTP/1.1\r\nhost: localhost\r\n\r\n")
    one = len(connection.raw())
    connection.channel.pauseProducing()
    connection.send(b"GET /api/v1 HTTP/1.1\r\nhost: localhost\r\n\r\n" * 100)
    assert one == len(connection.raw())
    connection.channel.resumeProducing()
    assert 101 == connection.raw().count(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("refused", [False, True])
def test_one_that_asks_and_never_reads_is_cut(rig: Rig, refused: bool) -> None:
    """It must not keep its connection, and what waits for it, for ever."""
    connection = HttpConnection(rig)
    connection.channel.pauseProducing()
    connection.transport.is_stuck = True
    if refused:
        connection.send(b"POST / HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 1\r\n\r\nx")
    else:
        connection.send(b"GET /api/v1 HTTP/1.1\r\nhost: localhost\r\n\r\n")
    for _ in range(100):
        rig.clock.advance(1)
    assert connection.transport.protocol is None


def test_allowed_origin_gets_cors_headers(rig: Rig) -> None:
    """A page of an allowed site may ask, and its browser may show it the answer."""
    origin = "https://grafana.example"
    answer = ask(rig, "GET", API, origin=origin)
    assert (200, origin) == (answer.status, answer.headers["access-control-allow-origin"])
    assert "access-control-allow-credentials" not in answer.headers
    refused = ask(rig, "POST", f"{API}/devices/cbf/requests/x", b" " * 2000, origin=origin)
    assert (413, origin) == (refused.status, refused.headers["access-control-allow-origin"])
    preflight = ask(rig, "OPTIONS", f"{API}/devices/cbf/requests/x", origin=origin)
    assert 204 == preflight.status
    assert "content-type" in preflight.headers["access-control-allow-headers"]


def test_large_body_is_refused_before_it_has_come_in(rig: Rig) -> None:
    """By its length: the answer is there before the body is; what still comes is thrown away."""
    connection = HttpConnection(rig)
    head = b"POST /api/v1/devices/cbf/requests/x HTTP/1.1\r\nhost: localhost\r\n"
    connection.send(
        head + b"content-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 10000000\r\n\r\n"
    )
    assert (413, "too-large") == (connection.answer().status, connection.answer().json["code"])
    for _ in range(100):
        connection.send(b"x" * 100_000)
    assert connection.transport.protocol is None


def test_large_chunked_body_is_refused_at_the_limit(rig: Rig) -> None:
    """Without a length it is refused as soon as it is over."""
    connection = HttpConnection(rig)
    head = (
        b"POST /api/v1/devices/cbf/requests/x HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n"
    )
    connection.send(head + b"content-type: application/json\r\n\r\n")
    connection.send(b"190\r\n" + b"x" * 400 + b"\r\n")
    connection.send(b"190\r\n" + b"x" * 400 + b"\r\n")
    assert b"" == connection.raw()
    connection.send(b"190\r\n" + b"x" * 400 + b"\r\n")
    assert (413, "too-large") == (connection.answer().status, connection.answer().json["code"])
    connection.send(b"0\r\n\r\n")
    assert connection.transport.protocol is None


def test_body_of_a_foreign_page_is_not_waited_for(rig: Rig) -> None:
    """Refused by its headers, whatever its size."""
    connection = HttpConnection(rig)
    connection.send(b"POST /api/v1 HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 500\r\n\r\n")
    assert 403 == connection.answer().status


def test_refused_body_without_end_is_cut(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is thrown away is bounded too."""
    monkeypatch.setattr("katgate.api.request._MOST_THROWN_AWAY", 10_000)
    connection = HttpConnection(rig)
    connection.send(b"POST /api/v1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999\r\n\r\n")
    connection.send(b"x" * 20_000)
    assert connection.transport.protocol is None


def test_two_requests_on_one_connection(rig: Rig) -> None:
    """A refused request without a body does not end the connection."""
    connection = HttpConnection(rig)
    connection.send(b"GET /api/v1/nope HTTP/1.1\r\nhost: localhost\r\n\r\n")
    connection.send(b"GET /api/v1 HTTP/1.1\r\nhost: localhost\r\n\r\n")
    second: Any = json.loads(connection.raw().rpartition(b"\r\n\r\n")[2])
    assert "katgate" == second["name"]


@pytest.mark.parametrize("logs_good", [True, False])
def test_good_answers_are_logged_for_who_debugs_alone(
    rig: Rig, logged: list[LogEvent], logs_good: bool
) -> None:
    """What is refused always is."""
    rig.site.logs_good = logs_good
    http = HttpConnection(rig)
    for path in ("devices", "nope"):
        http.send(f"GET /api/v1/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    seen = [event["uri"] for event in logged if "uri" in event]
    assert (["/api/v1/devices"] if logs_good else []) + ["/api/v1/nope"] == seen
