"""Where the log goes: Twisted's and Python's own, one line an event, for people to read."""

import logging
import sys
from typing import Any, TextIO

from twisted.logger import (
    FilteringLogObserver,
    ILogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    formatEvent,
    formatTime,
    globalLogBeginner,
)
from zope.interface import implementer

__all__ = ["log_to"]


#: ISO 8601, to the millisecond that tells two events of one request apart; the log is local time, with its zone.
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%f%z"


#: Control characters, and how they are shown.
_ESCAPED = {code: repr(chr(code))[1:-1] for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}


@implementer(ILogObserver)
class LineObserver:
    """Writes `time level text`, and a traceback below it where there is one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: dict[str, Any]) -> None:
        """Write one event."""
        text = formatEvent(event)
        failure = event.get("log_failure")
        if not text and failure is None:
            return
        # Much of the text was said by devices and browsers: none of it may forge a line, or paint the screen.
        text = text.translate(_ESCAPED)
        lines = [f"{formatTime(event['log_time'], _TIME_FORMAT)} {event['log_level'].name:5} {text}"]
        if failure is not None:
            lines.append(failure.getTraceback())
        self._stream.write("\n".join(lines).rstrip() + "\n")
        self._stream.flush()


def log_to(stream: TextIO, *, verbose: bool) -> None:
    """Send the log of this process to a stream: what people would tell each other, or every step."""
    levels = LogLevelFilterPredicate(defaultLogLevel=LogLevel.info)
    # What Twisted and Autobahn say of each connection at info is for those who debug them.
    for theirs, level in {
        "twisted": LogLevel.warn,
        "klein": LogLevel.warn,
        "log_legacy": LogLevel.warn,
        "autobahn": LogLevel.error,
    }.items():
        levels.setLogLevelForNamespace(theirs, level)
    if verbose:
        levels.setLogLevelForNamespace("katgate", LogLevel.debug)
    observer = FilteringLogObserver(LineObserver(stream), [levels])
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False, discardBuffer=True)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
