"""Values, times and messages in words for people. Pure, and harmless: nothing in them is obeyed by a terminal."""

import shlex
from datetime import datetime
from typing import Final, NamedTuple

from katgate.katcp.harmless import harmless
from katgate.katcp.message import Message, MessageType
from katgate.katcp.reading import SensorDescription
from katgate.katcp.values import V5, Value, decode_seconds

__all__ = [
    "LEVELS",
    "LogLine",
    "clock_time",
    "iso_time",
    "log_line",
    "message_words",
    "short_time",
    "value_words",
]

#: KATCP's log levels, the gravest first.
LEVELS: Final = ("fatal", "error", "warn", "info", "debug", "trace")

_PREFIX: Final = {MessageType.REQUEST: "?", MessageType.REPLY: "!", MessageType.INFORM: "#"}

#: From here on seconds since 1970 would be the year 5138: it is milliseconds, as v4 devices say them.
_FIRST_MILLISECONDS: Final = 1e11


def value_words(value: Value, katcp_type: str) -> str:
    """Return a value: nine digits of a float, a timestamp as a date; bytes that are not UTF-8 as `\\xff`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and katcp_type == "timestamp":
        return short_time(value, None)
    if isinstance(value, float):
        return f"{value:.9g}"
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    return harmless(text)


def units_words(about: SensorDescription) -> str:
    """Return a sensor's units; a timestamp is shown as a date, which has none."""
    return "" if about.type == "timestamp" else harmless(about.units)


def short_time(timestamp: float, now: float | None) -> str:
    """Return a time of the local day of `now` as hours, minutes and seconds, any other day as its date.

    Without `now` it is both. What no calendar has is the number itself.
    """
    try:
        moment = datetime.fromtimestamp(timestamp)
        if now is None:
            return moment.strftime("%Y-%m-%d %H:%M:%S")
        is_today = moment.date() == datetime.fromtimestamp(now).date()
    except (ValueError, OverflowError, OSError):
        return f"{timestamp:g}"
    return moment.strftime("%H:%M:%S" if is_today else "%Y-%m-%d")


def iso_time(timestamp: float) -> str:
    """Return a time in full, to the millisecond, with the local zone."""
    try:
        return datetime.fromtimestamp(timestamp).astimezone().isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return f"{timestamp:g}"


def clock_time(timestamp: float, now: float) -> str:
    """Return a time of the local day of `now` to the millisecond, any other as `iso_time` does."""
    full = iso_time(timestamp)
    date, _, rest = full.partition("T")
    return rest[: len("00:00:00.000")] if rest and date == iso_time(now).partition("T")[0] else full


def message_words(msg: Message) -> str:
    """Return a message in one line, its arguments as a shell would take them back: `#help name 'some text'`."""
    words = (_quoted(msg.text(i)) for i in range(len(msg.arguments)))
    return " ".join([_PREFIX[msg.mtype] + msg.name, *words])


def _quoted(text: str) -> str:
    is_plain = text and not any(character.isspace() or character in "'\"" for character in text)
    return harmless(text if is_plain else shlex.quote(text))


class LogLine(NamedTuple):
    """What a `#log` says. `timestamp` is the device's, UNIX seconds, None where it cannot be read."""

    level: str
    timestamp: float | None
    name: str
    text: str


def log_line(msg: Message) -> LogLine:
    """Read `#log level timestamp name message`; what is missing is empty."""
    try:
        seconds: float | None = decode_seconds(msg.arguments[1], V5)
    except (IndexError, ValueError):
        seconds = None
    if seconds is not None and seconds >= _FIRST_MILLISECONDS:
        seconds /= 1000
    # Some devices forget to escape a message's spaces.
    text = " ".join(msg.text(i) for i in range(3, len(msg.arguments)))
    return LogLine(msg.text(0), seconds, msg.text(2), text)
