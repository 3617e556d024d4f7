"""Metrics of the web side."""

from tests.api.asking import ask
from tests.api.metrics.scraped import scrape
from tests.api.rig import FakeSocket, Rig


def test_answers_by_method_and_status(rig: Rig) -> None:
    """A word that a browser thinks of is no label: it may think of many."""
    ask(rig, "GET", "/api/v1/devices")
    ask(rig, "GET", "/api/v1/devices")
    ask(rig, "DELETE", "/api/v1/devices")
    ask(rig, "BREW", "/api/v1/devices")
    ask(rig, "GET", "/healthz")
    counts = scrape(rig).all("katgate_http_responses_total")
    assert {("GET", "200"): 3, ("DELETE", "405"): 1, ("other", "405"): 1} == counts
    assert 4 == scrape(rig).all("katgate_http_responses_total")["GET", "200"]


def test_problems(rig: Rig, socket: FakeSocket) -> None:
    """By their code, refused early or late, over HTTP or a socket."""
    ask(rig, "GET", "/api/v1/devices/none")
    ask(rig, "GET", "/api/v1/devices", host="elsewhere.example")
    ask(rig, "POST", "/api/v1/admin/reload", b"x" * 2000)
    socket.call("request", device="none", request="x")
    socket.call("nothing")
    socket.say(b"?")
    assert {
        ("unknown-device", "http"): 1,
        ("forbidden", "http"): 1,
        ("too-large", "http"): 1,
        ("unknown-device", "websocket"): 1,
        ("not-found", "websocket"): 1,
        ("bad-request", "websocket"): 1,
    } == scrape(rig).all("katgate_problems_total")
    assert 1 == scrape(rig).all("katgate_http_responses_total")["POST", "413"]
    socket.session.closed()
