"""Values, times and messages in words."""

import math
import time
from collections.abc import Iterator

import pytest

from katgate.katcp.message import Message
from katgate.katcp.reading import SensorDescription
from katgate.katcp.values import Value
from katgate.terminal.words import (
    LogLine,
    clock_time,
    iso_time,
    log_line,
    message_words,
    short_time,
    units_words,
    value_words,
)

NOON = 1_700_000_000 - 1_700_000_000 % 86400 + 43200


@pytest.fixture(autouse=True)
def in_johannesburg(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two hours before Greenwich, the whole year."""
    monkeypatch.setenv("TZ", "SAST-2")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("value", "katcp_type", "words"),
    [
        (True, "boolean", "true"),
        (2**70, "integer", "1180591620717411303424"),
        (0.1 + 0.2, "float", "0.3"),
        (math.nan, "float", "nan"),
        ("nan", "float", "nan"),
        (b"\xff\x1b[2J", "string", r"\xff\x1b[2J"),
        ("[bold]two\nlines", "string", r"[bold]two\nlines"),
        (0, "timestamp", "1970-01-01 02:00:00"),
        (1e300, "timestamp", "1e+300"),
        ("yesterday", "timestamp", "yesterday"),
    ],
)
def test_value(value: Value, katcp_type: str, words: str) -> None:
    """People see what it is, and a terminal is told nothing."""
    assert words == value_words(value, katcp_type)


def test_times_are_local_and_as_short_as_can_be() -> None:
    """Today needs no date; in a file all is there."""
    assert "14:00:00" == short_time(NOON, NOON + 3600)
    assert "2023-11-14" == short_time(NOON, NOON + 86400)
    assert "14:00:00.500" == clock_time(NOON + 0.5, NOON)
    assert "2023-11-14T14:00:00.500+02:00" == clock_time(NOON + 0.5, NOON + 86400) == iso_time(NOON + 0.5)
    assert "nan" == short_time(math.nan, NOON) == iso_time(math.nan)


def test_dates_have_no_units() -> None:
    """Some devices say that a timestamp is in seconds, which a date is not."""
    assert "" == units_words(SensorDescription("t", "", "s", "timestamp"))
    assert "K" == units_words(SensorDescription("t", "", "K", "float"))


def test_message_is_told_as_a_shell_would_take_it() -> None:
    """Where an argument begins and ends is seen, and nothing in it is obeyed."""
    msg = Message.reply("echo", "ok", "plain", "two words", "", "it's", "\x07", b"\xff")
    assert r"""!echo ok plain 'two words' '' 'it'"'"'s' \x07 \xff""" == message_words(msg)
    assert "#a 'b\\nc'" == message_words(Message.inform("a", "b\nc"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["warn", "1700000000.5", "cbf", "too hot"], LogLine("warn", 1_700_000_000.5, "cbf", "too hot")),
        (["warn", "1700000000500", "cbf", "v4"], LogLine("warn", 1_700_000_000.5, "cbf", "v4")),
        (["info", "soon", "cbf", "not", "escaped"], LogLine("info", None, "cbf", "not escaped")),
        ([], LogLine("", None, "", "")),
    ],
)
def test_log_line(arguments: list[str], line: LogLine) -> None:
    """v4 devices say milliseconds; what is missing is no reason to lose the rest."""
    assert line == log_line(Message.inform("log", *arguments))
