"""The log: one line an event, that nobody can forge."""

import io
import json
import subprocess
import sys
import time
from typing import Any

import pytest
from twisted.logger import FilteringLogObserver, ILogObserver, Logger, LogLevel
from twisted.python.failure import Failure
from zope.interface import implementer

from katgate.logs import JsonObserver, Levels, LineObserver


def test_what_a_device_says_cannot_forge_a_line() -> None:
    """Ends of lines and escape sequences are shown, not obeyed; a traceback keeps its lines, indented: what is
    raised may quote a device.
    """
    stream = io.StringIO()
    log = Logger(observer=LineObserver(stream), namespace="katgate")
    log.info("device said: {text}", text="first\nsecond \x1b[31mred\x7f")
    try:
        raise ValueError("x\n2026-03-01T04:12:09.221312+0000 info  = forged \x1b[31mred")
    except ValueError:
        log.failure("! trouble", level=LogLevel.critical)
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("info  device said: first\\nsecond \\x1b[31mred\\x7f")
    assert len(rest) > 3
    assert rest[0].endswith("! trouble")
    assert [] == [line for line in rest[1:] if not line.startswith("  ")]
    assert rest[-2].endswith("ValueError: x")
    assert rest[-1].endswith("= forged \\x1b[31mred")


def test_numbers_that_json_has_not_are_words() -> None:
    """A program that reads the log need not know of Python's NaN."""
    stream = io.StringIO()
    log = Logger(observer=JsonObserver(stream), namespace="katgate")
    log.info("{value} of {limit}", value=float("nan"), limit=float("inf"))
    facts = json.loads(stream.getvalue(), parse_constant=pytest.fail)["facts"]
    assert {"value": "nan", "limit": "inf"} == facts


def test_json_has_one_object_a_line() -> None:
    """With what the text was made of, so that a program need not read sentences."""
    stream = io.StringIO()
    log = Logger(observer=JsonObserver(stream), namespace="katgate.tx.connection")
    log.info("= {name}: {state}", name="cbf", state="synced", odd=Failure(ValueError("x\n")))
    log.info("")
    try:
        raise ValueError("x")
    except ValueError:
        log.failure("! trouble")
    first, second = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert ("info", "katgate.tx.connection", "= cbf: synced") == (
        first["level"],
        first["room"],
        first["text"],
    )
    assert {"name": "cbf", "state": "synced"} == {
        name: fact for name, fact in first["facts"].items() if name != "odd"
    }
    assert "ValueError" in first["facts"]["odd"]
    assert abs(first["time"] - time.time()) < 60
    assert "! trouble" == second["text"]
    assert "ValueError: x" in second["traceback"]


@pytest.mark.parametrize(
    ("level", "rooms", "expected"),
    [
        ("info", {}, ["tx info", "api info", "tx warn", "twisted warn"]),
        ("debug", {}, ["tx debug", "tx info", "api debug", "api info", "tx warn", "twisted warn"]),
        ("warn", {"api": "debug"}, ["api debug", "api info", "tx warn", "twisted warn"]),
        ("info", {"tx": "error", "tx.mirror": "info"}, ["api info", "twisted warn"]),
        ("error", {}, []),
    ],
)
def test_levels_of_rooms(level: str, rooms: dict[str, str], expected: list[str]) -> None:
    """A room that says nothing of its own has the level of the house; Twisted's own talk needs a reason."""
    levels = Levels()
    levels.change("debug", {"hub": "debug"})  # of which nothing is left
    levels.change(level, rooms)
    seen: list[str] = []

    @implementer(ILogObserver)
    def note(event: dict[str, Any]) -> None:
        seen.append(event["log_format"])

    observer = FilteringLogObserver(note, [levels.predicate])
    for room, namespace in (
        ("tx", "katgate.tx.connection.Connection"),
        ("api", "katgate.api.site"),
    ):
        for one in (LogLevel.debug, LogLevel.info):
            Logger(observer=observer, namespace=namespace).emit(one, f"{room} {one.name}")
    Logger(observer=observer, namespace="katgate.tx.client").warn("tx warn")
    Logger(observer=observer, namespace="twisted.web").info("twisted info")
    Logger(observer=observer, namespace="twisted.web").warn("twisted warn")
    assert expected == seen


def test_python_s_own_log_goes_the_same_way(capfd: pytest.CaptureFixture[str]) -> None:
    """A hosted server may use `logging`; its lines are JSON too where all are."""
    program = (
        "import logging, sys\n"
        "from katgate.logs import log_to\n"
        "log_to(sys.stderr, is_json=True)\n"
        "logging.getLogger('observatory').warning('it is %s {', 'late')\n"
        "logging.getLogger('observatory').info('not this')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
    line = json.loads(capfd.readouterr().err)
    assert ("warn", "observatory", "it is late {") == (line["level"], line["room"], line["text"])
