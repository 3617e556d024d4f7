"""Where the log goes: Twisted's and Python's own, one event a line, for people to read or for programs."""

import json
import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final, TextIO

from twisted.logger import (
    FilteringLogObserver,
    ILogObserver,
    Logger,
    LogLevel,
    LogLevelFilterPredicate,
    formatEvent,
    formatTime,
    globalLogBeginner,
)
from zope.interface import implementer

from katgate.katcp.harmless import harmless

__all__ = ["JsonObserver", "Levels", "LineObserver", "log_to"]


#: ISO 8601, to the microsecond that tells two events of one request apart; the log is local time, with its zone.
_TIME_FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%f%z"

#: What others say at info of each connection is for those who debug them.
_OTHERS: Final = {
    "twisted": LogLevel.warn,
    "klein": LogLevel.warn,
    "log_legacy": LogLevel.warn,
    "autobahn": LogLevel.error,
}

#: Python's levels by ours; it has no more, and what is more than the last is critical.
_PYTHON_LEVELS: Final = (
    (logging.INFO, LogLevel.debug),
    (logging.WARNING, LogLevel.info),
    (logging.ERROR, LogLevel.warn),
    (logging.CRITICAL, LogLevel.error),
)


@implementer(ILogObserver)
class _StreamObserver(ABC):
    """Writes each event that says something to a stream, as `written` has it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: dict[str, Any]) -> None:
        """Write one event."""
        text = formatEvent(event)
        failure = event.get("log_failure")
        if text or failure is not None:
            traceback = None if failure is None else failure.getTraceback()
            self._stream.write(self.written(event, text, traceback) + "\n")
            self._stream.flush()

    @abstractmethod
    def written(self, event: dict[str, Any], text: str, traceback: str | None) -> str:
        """Return an event as it is written, without the end of its last line."""


class LineObserver(_StreamObserver):
    """Writes `time level text`, and a traceback below it where there is one."""

    def written(self, event: dict[str, Any], text: str, traceback: str | None) -> str:
        """Return it for people. Much of the text was said by devices and browsers: none of it may forge a line, or
        paint the screen. What is raised may quote them too, so the lines of a traceback are indented.
        """
        time = formatTime(event["log_time"], _TIME_FORMAT)
        lines = [f"{time} {event['log_level'].name:5} {harmless(text)}"]
        if traceback is not None:
            lines += [f"  {harmless(line)}" for line in traceback.rstrip().split("\n")]
        return "\n".join(lines)


class JsonObserver(_StreamObserver):
    """Writes one JSON object a line: `time` (UNIX seconds), `level`, `room` (the module), `text`, `facts` that the
    text was made of, and `traceback` where there is one.
    """

    def written(self, event: dict[str, Any], text: str, traceback: str | None) -> str:
        """Return it for programs."""
        line = {
            "time": round(event["log_time"], 6),
            "level": event["log_level"].name,
            "room": event.get("log_namespace", ""),
            "text": text,
            "facts": {name: _plain(fact) for name, fact in event.items() if not name.startswith("log_")},
        }
        if traceback is not None:
            line["traceback"] = traceback
        return json.dumps(line)


class Levels:
    """What is logged, and what is too little: changed while it runs."""

    def __init__(self) -> None:
        self.predicate = LogLevelFilterPredicate(defaultLogLevel=LogLevel.info)

    def change(self, level: str = "info", rooms: Mapping[str, str] | None = None) -> None:
        """Log from that level on, and other levels for some rooms (`tx`, `api.websocket`)."""
        least = LogLevel.levelWithName(level)
        levels = {
            "": max(least, LogLevel.info),
            **{namespace: max(least, theirs) for namespace, theirs in _OTHERS.items()},
            "katgate": least,
            **{f"katgate.{room}": LogLevel.levelWithName(other) for room, other in (rooms or {}).items()},
        }
        self.predicate.clearLogLevels()
        for namespace, one in levels.items():
            self.predicate.setLogLevelForNamespace(namespace, one)


def log_to(stream: TextIO, *, is_json: bool = False) -> Levels:
    """Send the log of this process to a stream; return what is logged, at first from info on."""
    levels = Levels()
    levels.change()
    observer = FilteringLogObserver(
        JsonObserver(stream) if is_json else LineObserver(stream), [levels.predicate]
    )
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False, discardBuffer=True)
    python = _FromPython()
    python.setFormatter(logging.Formatter("%(message)s"))
    logging.basicConfig(handlers=[python], level=logging.WARNING)
    return levels


class _FromPython(logging.Handler):
    """Hands what is logged by Python's means, as hosted servers may, to Twisted's."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log it."""
        level = next((ours for most, ours in _PYTHON_LEVELS if record.levelno < most), LogLevel.critical)
        Logger(namespace=record.name).emit(level, "{text}", text=self.format(record))


def _plain(fact: Any) -> str | float | bool | None:
    """Return a fact as JSON has it; what it has not, NaN among it, is said in words."""
    is_plain = isinstance(fact, str | int | None) or (isinstance(fact, float) and math.isfinite(fact))
    return fact if is_plain else str(fact)
