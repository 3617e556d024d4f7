"""Audit: what is kept of what was done, in the file, in the log, and for admins."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.task import Clock
from twisted.logger import LogEvent

from katgate.authority.audit import Audit
from katgate.authority.audit_file import AuditFile
from katgate.authority.audit_ring import Wanted
from katgate.authority.leases import Lease
from katgate.authority.outcomes import OK, Outcome
from katgate.errors import ConfigurationError, Forbidden, Unauthorized
from katgate.katcp.pattern import Pattern
from katgate.katcp.patterns import Patterns
from tests.authority.rig import ADMIN, OPERATOR, VIEWER

LEASED = Outcome("refused", "leased", "another holds it")


class Rig:
    """An audit log at 1e9 s, in that file."""

    def __init__(self, path: Path, most_bytes: int = 100_000, secret: tuple[str, ...] = ()) -> None:
        self.path = path
        self.clock = Clock()
        self.file = AuditFile(path, most_bytes, 3)
        self.audit = Audit(self.clock, lambda: 1e9 + self.clock.seconds(), self.file, Patterns.of(secret))

    def go(self, *arguments: bytes, request: str = "go", outcome: Outcome = OK) -> None:
        self.audit.request(OPERATOR, "cbf", request, arguments, outcome, 0.25)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.path.read_bytes().splitlines()]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "audit.jsonl")


def test_record_of_a_request(rig: Rig) -> None:
    """All that somebody will want to know."""
    rig.clock.advance(0.0625)
    rig.go(b"fast", b"3")
    assert [
        {
            "number": 1,
            "time": "2001-09-09T01:46:40.062Z",
            "what": "request",
            "user": "olga",
            "role": "operator",
            "how": "token",
            "address": "10.0.0.8",
            "device": "cbf",
            "request": "go",
            "arguments": ["fast", "3"],
            "outcome": "ok",
            "why": None,
            "detail": None,
            "duration": 0.25,
            "count": 1,
        }
    ] == rig.lines()


def test_other_records(rig: Rig) -> None:
    """Logins, refusals, leases, and what admins do."""
    rig.audit.login_failed(Unauthorized("no"), "10.9.9.9")
    rig.audit.login(replace(OPERATOR, address="10.0.0.8"))
    rig.audit.logout(OPERATOR)
    rig.audit.refusal(Forbidden("no"), VIEWER, "", "POST /api/v1/admin/reload")
    rig.audit.lease(OPERATOR, "cbf", "take", Lease("olga", 1e9, 1e9 + 60, "tests"), OK)
    rig.audit.lease(None, "cbf", "expire", Lease("olga", 1e9, 1e9 + 60, ""), OK)
    with rig.audit.doing("hosting", ADMIN, device="lamp", request="stop"):
        rig.clock.advance(1)
    with pytest.raises(ConfigurationError), rig.audit.doing("reload", None):
        raise ConfigurationError("no")
    shown = [
        tuple(line[name] for name in ("what", "user", "address", "device", "request", "outcome", "why"))
        for line in rig.lines()
    ]
    assert [
        ("login", None, "10.9.9.9", None, None, "refused", "unauthorized"),
        ("login", "olga", "10.0.0.8", None, None, "ok", None),
        ("logout", "olga", "10.0.0.8", None, None, "ok", None),
        ("refused", "vera", "10.0.0.7", None, "POST /api/v1/admin/reload", "refused", "forbidden"),
        ("lease", "olga", "10.0.0.8", "cbf", "take", "ok", None),
        ("lease", None, None, "cbf", "expire", "ok", None),
        ("hosting", "anna", "10.0.0.10", "lamp", "stop", "ok", None),
        ("reload", None, None, None, None, "failed", "bad-configuration"),
    ] == shown
    assert 1 == rig.lines()[6]["duration"]
    assert ["olga", "2001-09-09T01:47:40.000Z", "tests"] == rig.lines()[4]["arguments"]


def test_no_text_can_make_a_line_or_paint_the_screen(rig: Rig) -> None:
    """Whatever is in names and arguments: the log stays one record a line, in harmless characters."""
    nasty = 'x\n{"number": 9}\r\x1b[2J\u2028\u2029\x9b31m\u202e\x7f"'
    rig.go(nasty.encode(), b"\xff\xfe", request=f"go{nasty}")
    rig.go(request="lone \ud800 surrogate")
    raw = rig.path.read_text("utf-8")
    assert 2 == raw.count("\n")
    assert not set(raw) & set("\r\x1b\u2028\u2029\x9b\u202e\x7f")
    first, second = rig.lines()
    assert [nasty, r"\xff\xfe"] == first["arguments"]
    assert f"go{nasty}" == first["request"]
    assert r"lone \ud800 surrogate" == second["request"]


def test_arguments_are_bounded(rig: Rig) -> None:
    """Each, and all of them."""
    rig.go(b"x" * 1_000_000, *[b"y"] * 100_000, request="z" * 1_000_000)
    [line] = rig.lines()
    assert "x" * 200 + "..." == line["arguments"][0]
    assert 398 == len(line["arguments"][1:-1])
    assert "... 99602 more" == line["arguments"][-1]
    assert "z" * 200 + "..." == line["request"]


def test_arguments_that_are_secret(tmp_path: Path) -> None:
    """They are left out: of requests that the configuration names."""
    rig = Rig(tmp_path / "audit.jsonl", secret=("*password*",))
    rig.go(b"hunter2", request="set-password")
    rig.go(b"fast")
    assert [None, ["fast"]] == [line["arguments"] for line in rig.lines()]
    assert "hunter2" not in rig.path.read_text()


def test_flood_of_refusals_stays_small(rig: Rig) -> None:
    """10,000 equal ones in a second are two records, and their count is right."""
    for _ in range(10_000):
        rig.audit.login_failed(Unauthorized("no"), "10.9.9.9")
    assert [1] == [line["count"] for line in rig.lines()]
    rig.clock.advance(1)
    assert [1, 9999] == [line["count"] for line in rig.lines()]
    rig.audit.login_failed(Unauthorized("no"), "10.9.9.9")
    rig.clock.advance(5)
    assert [1, 9999, 1] == [line["count"] for line in rig.lines()]
    assert [] == rig.clock.getDelayedCalls()


def test_flood_from_many_addresses_stays_small(rig: Rig) -> None:
    """Beyond a hundred in a second they are not told apart."""
    for number in range(10_000):
        rig.audit.login_failed(Unauthorized("no"), f"10.9.{number // 256}.{number % 256}")
    rig.audit.stop()
    lines = rig.lines()
    assert 10_000 == sum(line["count"] for line in lines)
    assert 102 == len(lines)
    assert (None, 9899) == (lines[-1]["address"], lines[-1]["count"])


def test_flood_of_different_refusals_of_somebody_unknown_stays_small(rig: Rig) -> None:
    """They choose what they ask for: a path a record would wash away what counts."""
    for number in range(1000):
        rig.audit.refusal(Unauthorized("no"), None, "10.9.9.9", f"GET /{number}")
    rig.clock.advance(1)
    assert [("GET /0", 1), (None, 999)] == [(line["request"], line["count"]) for line in rig.lines()]


def test_flood_of_others_hides_nobody_who_is_known(rig: Rig) -> None:
    """Who they are, and what they wanted, is told all the same."""
    for number in range(1000):
        rig.audit.login_failed(Unauthorized("no"), f"10.9.{number // 256}.{number % 256}")
    rig.go(outcome=LEASED, request="halt")
    assert ("olga", "halt") == (rig.lines()[-1]["user"], rig.lines()[-1]["request"])


def test_questions_and_logins_are_combined(rig: Rig) -> None:
    """A monitor that asks ten times a second does not bury what was done."""
    for _ in range(10):
        rig.go(request="watchdog")
        rig.audit.login(OPERATOR)
    rig.go(b"fast")
    rig.clock.advance(1)
    assert [("watchdog", 1), (None, 1), ("go", 1), ("watchdog", 9), (None, 9)] == [
        (line["request"], line["count"]) for line in rig.lines()
    ]


def test_refusals_of_different_kinds_and_successes_are_all_told(rig: Rig) -> None:
    """Only what is equal is counted; what was done is never."""
    rig.go(outcome=LEASED)
    rig.go(outcome=LEASED, request="stop")
    rig.go()
    rig.go()
    assert ["refused", "refused", "ok", "ok"] == [line["outcome"] for line in rig.lines()]


def test_admins_read_the_newest_first(rig: Rig) -> None:
    """Page by page, and by device, user and outcome."""
    for number in range(5):
        rig.go(str(number).encode(), outcome=LEASED if number == 3 else OK)
    rig.audit.login(replace(ADMIN, address="10.0.0.10"))
    ring = rig.audit.ring
    assert [6, 5] == [record.number for record in ring.newest(2, None, Wanted())]
    assert [4, 3] == [record.number for record in ring.newest(2, 5, Wanted())]
    assert [4] == [record.number for record in ring.newest(9, None, Wanted(outcome="refused"))]
    assert [6] == [record.number for record in ring.newest(9, None, Wanted(user=Pattern("a*")))]
    assert 5 == len(ring.newest(9, None, Wanted(device=Pattern("cbf"))))
    assert [] == ring.newest(9, None, Wanted(device=Pattern("sdp")))


def test_ring_is_filled_from_the_files_after_a_restart(tmp_path: Path) -> None:
    """Older files too, whatever else is in them; numbers go on."""
    rig = Rig(tmp_path / "audit.jsonl", most_bytes=700)
    for number in range(6):
        rig.go(str(number).encode())
    rig.audit.stop()
    with rig.path.open("ab") as file:
        file.write(b'no JSON\n{"number": 77}\n\xff\n{"number": 99, "ti')
    again = Rig(rig.path, most_bytes=700)
    again.go(b"again")
    shown = [(record.number, record.arguments) for record in again.audit.ring.newest(99, None, Wanted())]
    assert [(7, ["again"]), (6, ["5"]), (5, ["4"]), (4, ["3"])] == shown[:4]
    assert b"\n" == rig.path.read_bytes()[-1:]
    assert again.path.read_bytes().splitlines()[-1].startswith(b'{"number":7,')


def test_without_a_file_records_are_in_the_log(logged: list[LogEvent]) -> None:
    """One line each, as JSON."""
    audit = Audit(Clock(), lambda: 1e9)
    audit.request(OPERATOR, "cbf", "go", [b"a\nb"], OK, 0.5)
    [event] = [event for event in logged if "audit" in str(event["log_format"])]
    assert "go" == json.loads(event["record"])["request"]
    assert "\n" not in event["record"]
    audit.stop()


def test_disk_that_is_full(rig: Rig, logged: list[LogEvent], monkeypatch: pytest.MonkeyPatch) -> None:
    """Records go to the log, with an error once a minute; when there is room again the file goes on, and says so."""
    rig.go()
    with monkeypatch.context() as patched:
        patched.setattr("os.write", lambda descriptor, text: _full())
        for _ in range(3):
            rig.go(b"in the log")
            rig.clock.advance(25)
    errors = [event for event in logged if event["log_level"].name == "error"]
    assert [(1,), (3,)] == [(event["count"],) for event in errors[:1]] + [(rig.audit.unwritten,)]
    assert 1 == len(errors)
    assert "No space left on device" in errors[0]["what"]
    assert 3 == len([event for event in logged if "in the log" in str(event.get("record"))])
    rig.go(b"again")
    assert [[], ["again"]] == [line["arguments"] for line in rig.lines()]
    assert any("is written again" in str(event["log_format"]) for event in logged)


def _full() -> int:
    raise OSError(28, "No space left on device")
