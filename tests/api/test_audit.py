"""The audit log over REST. Through the real HTTP parser, without a network."""

from typing import Any

import pytest

from tests.api.asking import ask, open_request
from tests.api.rig import ROLES, FakeSocket, Rig

AUDIT = "/api/v1/audit"
REQUEST = "/api/v1/devices/cbf/requests/capture-start"


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A gateway with logins: tokens kg_viewer, kg_operator and kg_admin."""
    rig.with_tokens(*ROLES)
    return rig


def by(name: str) -> dict[str, Any]:
    return {"authorization": f"Bearer kg_{name}"}


def audit(rig: Rig, query: str = "") -> Any:
    answer = ask(rig, "GET", AUDIT + query, **by("admin"))
    assert 200 == answer.status, answer.body
    return answer.json


def in_short(records: list[Any]) -> list[tuple[Any, ...]]:
    return [(one["user"], one["what"], one["request"], one["outcome"], one["why"]) for one in records]


def test_what_was_done_and_refused(rig: Rig) -> None:
    """On every way, newest first."""
    wire = rig.connect()
    ask(rig, "POST", REQUEST, **by("viewer"))
    ask(rig, "POST", "/api/v1/devices/cbf/lease", **by("operator"))
    ask(rig, "POST", REQUEST, **by("admin"))
    asked = open_request(rig, "POST", REQUEST, b'{"arguments": ["wide", 3]}', **by("operator"))
    [line] = wire.heard()
    rig.clock.advance(0.5)
    wire.say(line.replace("?", "!").partition(" ")[0].encode() + b" fail no\\_power\n")
    assert 409 == asked.answer().status
    socket = FakeSocket(rig, rig.identification.by_token("kg_operator", "10.1.1.1"))
    socket.call("request", device="cbf", request="halt")
    answer = audit(rig)
    assert [
        ("operator", "request", "halt", "refused", "confirm-required"),
        ("operator", "request", "capture-start", "failed", "device-failed"),
        ("admin", "request", "capture-start", "refused", "leased"),
        ("operator", "lease", "take", "ok", None),
        ("viewer", "request", "capture-start", "refused", "forbidden"),
    ] == in_short(answer["records"])
    assert (None, 0) == (answer["next"], answer["unwritten"])
    halt, failed = answer["records"][:2]
    assert "10.1.1.1" == halt["address"]
    assert (["wide", "3"], 0.5) == (failed["arguments"], failed["duration"])
    assert "no power" in failed["detail"]
    assert "2001-09-09T01:46:40.500Z" == failed["time"]


def test_pages_and_filters(rig: Rig) -> None:
    """`next` goes on where a page ends."""
    for _ in range(5):
        ask(rig, "POST", "/api/v1/devices/cbf/lease", **by("operator"))
    ask(rig, "DELETE", "/api/v1/devices/cbf/lease", **by("admin"))
    numbers, query = [], "?limit=2"
    while True:
        page = audit(rig, query)
        numbers.append([one["number"] for one in page["records"]])
        if page["next"] is None:
            break
        query = f"?limit=2&before={page['next']}"
    assert [[6, 5], [4, 3], [2, 1]] == numbers
    assert ["break"] == [one["request"] for one in audit(rig, "?user=adm*")["records"]]
    assert 6 == len(audit(rig, "?device=cbf&outcome=ok")["records"])
    assert [] == audit(rig, "?outcome=refused")["records"]


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=1001", "?before=x", "?outcome=fine", "?device=/(/", "?x=1"]
)
def test_questions_that_cannot_be_answered(rig: Rig, query: str) -> None:
    """They are the asker's fault."""
    answer = ask(rig, "GET", AUDIT + query, **by("admin"))
    assert (400, "bad-request") == (answer.status, answer.json["code"])


def test_flood_of_logins(rig: Rig) -> None:
    """The log stays small, and the number is right: after ten the others are told to wait."""
    for _ in range(200):
        ask(rig, "POST", "/api/v1/login", b'{"token": "kg_wrong"}')
    rig.clock.advance(1)
    assert [189, 9, 1, 1] == [one["count"] for one in audit(rig)["records"]]
