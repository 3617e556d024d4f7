"""The end of katgate as browsers see it: answers first, then goodbye, and nothing new. Without a network."""

from typing import Any

import pytest

from tests.api.asking import HttpConnection, open_request
from tests.api.rig import FakeSocket, Rig, short
from tests.support import outcome

REQUESTS = "/api/v1/devices/cbf/requests"
NOTICE = ("notice", "shutdown")


def notices(messages: list[Any]) -> list[Any]:
    """Return messages with those of a notice's words that matter."""
    return [
        ("notice", one[1]["code"]) if one[0] == "notice" else (one[0], one[1], *one[2:])
        for one in short(messages)
    ]


def end(rig: Rig) -> list[Any]:
    """Begin to end; return what will hold the result once no request is under way."""
    rig.is_ready = False
    drained = outcome(rig.fleet.drain(8))
    rig.site.leave()
    return drained


def test_answer_that_comes_in_time(rig: Rig) -> None:
    """As ever, and then the connection is closed, as the answer says."""
    device = rig.connect()
    asking = open_request(rig, "POST", f"{REQUESTS}/capture-start", b"{}")
    drained = end(rig)
    assert (False, []) == (asking.transport.is_closing, drained)
    device.say(b"!capture-start[5] ok 1\n")
    answer = asking.answer()
    assert (200, "close", ["1"]) == (answer.status, answer.headers["connection"], answer.json["arguments"])
    assert (True, [[None]], 0) == (asking.transport.is_closing, drained, len(rig.site.channels))


def test_answer_that_does_not_come(rig: Rig) -> None:
    """A problem says that the device may have carried it out."""
    rig.connect()
    asking = open_request(rig, "POST", f"{REQUESTS}/capture-start", b"{}")
    drained = end(rig)
    rig.clock.advance(8)
    answer = asking.answer()
    assert (503, "shutting-down", True, "2") == (
        answer.status,
        answer.json["code"],
        answer.json["sent"],
        answer.headers["retry-after"],
    )
    assert "may or may not have been carried out" in answer.json["detail"]
    assert [[None]] == drained


def test_connection_that_waits_for_nothing(rig: Rig) -> None:
    """It is closed at once; one that takes nothing is cut a second later."""
    idle, stuck = (open_request(rig, "GET", "/healthz") for _ in range(2))
    stuck.transport.is_stuck = True
    end(rig)
    assert (True, False) == (idle.transport.protocol is None, stuck.transport.protocol is None)
    gone = outcome(rig.site.gone())
    rig.clock.advance(1)
    assert (True, [None]) == (stuck.transport.protocol is None, gone)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/readyz", 503, None),
        ("POST", f"{REQUESTS}/capture-start", 503, "shutting-down"),
        ("GET", "/api/v1/stream?device=*&sensors=*&strategy=event", 503, "shutting-down"),
        ("GET", "/api/v1/devices", 200, None),
    ],
)
def test_what_was_about_to_be_asked(rig: Rig, method: str, path: str, status: int, code: str | None) -> None:
    """It is refused where it would begin something, and nothing reaches the device."""
    device = rig.connect()
    asking = HttpConnection(rig)
    asking.send(f"{method} {path} HTTP/1.1\r\n".encode())
    end(rig)
    rig.events.close_all()
    asking.send(b"host: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
    answer = asking.answer()
    assert (status, code, "close") == (answer.status, answer.json.get("code"), answer.headers["connection"])
    assert answer.json.get("sent", False) is False
    assert ([], True) == (device.heard(), asking.transport.is_closing)


def test_socket_that_waits_for_nothing(socket: FakeSocket) -> None:
    """It is told, and closed at once."""
    socket.session.shutting_down()
    assert ([NOTICE], True) == (notices(socket.take()), socket.is_closed_at_shutdown)


def test_socket_that_waits_for_answers(rig: Rig, socket: FakeSocket) -> None:
    """It is told at once, has its answers, and is closed after the last; what it asks meanwhile is refused."""
    device = rig.connect()
    socket.call("request", 1, device="cbf", request="x")
    socket.call("request", 2, device="cbf", request="y")
    end(rig)
    socket.session.shutting_down()
    assert [NOTICE] == notices(socket.take())
    assert [("error", 3, -32000, "shutting-down")] == short(
        socket.call("request", 3, device="cbf", request="z")
    )
    device.say(b"!x[5] ok\n")
    assert (["result"], False) == ([one[0] for one in short(socket.take())], socket.is_closed_at_shutdown)
    rig.clock.advance(8)
    assert [("error", 2, -32000, "shutting-down")] == short(socket.take())
    assert socket.is_closed_at_shutdown


def test_socket_that_has_not_taken_its_answer(rig: Rig, socket: FakeSocket) -> None:
    """It is closed when it has."""
    device = rig.connect()
    socket.call("sensors.subscribe", 1, device="cbf", sensors=["mode"])
    socket.call("request", 2, device="cbf", request="x")
    socket.session.paused()
    device.say(b"#sensor-status 1002 1 mode nominal off\n!x[5] ok\n")
    socket.session.shutting_down()
    assert ([], False) == (socket.take(), socket.is_closed_at_shutdown)
    socket.session.resumed()
    assert ["readings", "result"] == [one[0] for one in short(socket.take())]
    assert socket.is_closed_at_shutdown
