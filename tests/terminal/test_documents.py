"""What scripts read: the members and values of the web API."""

import json
import math

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.katcp.values import Value
from katgate.terminal.documents import (
    answer_document,
    inform_document,
    reading_document,
    sensors_document,
)
from katgate.terminal.source import Answer, Informed


def test_values_are_those_of_the_value_table() -> None:
    """No NaN, no integer that JavaScript would round, base64 for what is no text."""
    values: list[tuple[Value, object]] = [
        (math.nan, "nan"),
        (2**60, str(2**60)),
        (b"\xff", {"base64": "/w=="}),
        (True, True),
    ]
    for value, expected in values:
        shown = json.loads(reading_document("cbf", "a", Reading(1.5, Status.WARN, value)))
        assert {
            "device": "cbf",
            "sensor": "a",
            "timestamp": 1.5,
            "status": "warn",
            "value": expected,
        } == shown


def test_sensors() -> None:
    """One without a reading has null."""
    about = SensorDescription("a", "A", "K", "float", (0.0, math.inf))
    shown = json.loads(sensors_document("cbf", [(about, None), (about, Reading(1.0, Status.NOMINAL, 2.0))]))
    assert ["cbf", [0, "inf"], None, 2] == [
        shown["device"],
        shown["sensors"][0]["params"],
        shown["sensors"][0]["reading"],
        shown["sensors"][1]["reading"]["value"],
    ]


def test_answer() -> None:
    """A failure has the device's code and words where a success has its arguments."""
    informs = [Message.inform("echo", "first", b"\xff")]
    ok = json.loads(answer_document("cbf", "echo", Answer(Message.reply("echo", "ok", "1"), 0.5), informs))
    assert {
        "device": "cbf",
        "request": "echo",
        "ok": True,
        "arguments": ["1"],
        "informs": [["echo", "first", {"base64": "/w=="}]],
        "duration": 0.5,
    } == ok
    failed = json.loads(answer_document("cbf", "x", Answer(Message.reply("x", "fail", "no power"), 0.5), []))
    assert (False, "fail", ["no power"]) == (failed["ok"], failed["code"], failed["arguments"])


def test_log_has_its_parts_by_name() -> None:
    """So that a script need not know their order."""
    log = Informed(2.0, Message.inform("log", "warn", "1.5", "cbf.fan", "too hot"))
    shown = json.loads(inform_document("cbf", log))
    assert ("warn", 1.5, "cbf.fan", "too hot", 2.0) == tuple(
        shown[name] for name in ("level", "timestamp", "logger", "message", "received")
    )
    other = json.loads(inform_document("cbf", Informed(2.0, Message.inform("hello", "you"))))
    assert {"device": "cbf", "received": 2.0, "name": "hello", "arguments": ["you"]} == other
