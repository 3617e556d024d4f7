"""DeviceLogger: what a device has to say to its operators, as `#log` informs to all its clients.

`server.log` is one. Two bridges let a program's own log take the same way:

    globalLogPublisher.addObserver(server.log.observe)         # twisted.logger
    logging.getLogger().addHandler(server.log.handler())       # the standard library's
"""

import logging
from typing import TYPE_CHECKING, Final

from twisted.logger import LogEvent, Logger, LogLevel, formatEvent
from twisted.python import threadable

if TYPE_CHECKING:
    from katgate.tx.server import KatCPServer

__all__ = ["DeviceLogger"]

_TWISTED: Final = {
    LogLevel.debug: "debug",
    LogLevel.info: "info",
    LogLevel.warn: "warn",
    LogLevel.error: "error",
    LogLevel.critical: "fatal",
}

#: The standard library's levels, the highest first.
_STANDARD: Final = (
    (logging.CRITICAL, "fatal"),
    (logging.ERROR, "error"),
    (logging.WARNING, "warn"),
    (logging.INFO, "info"),
    (logging.DEBUG, "debug"),
)

_OWN: Final = {katcp: ours for ours, katcp in _TWISTED.items()} | {"trace": LogLevel.debug}


class DeviceLogger:
    """Sends `#log level timestamp name text` to all clients of a server, if its `?log-level` lets it.

    `text` may have %-placeholders for further arguments; `timestamp` is in UNIX seconds, now if None. What
    is said goes to the program's own log too.
    """

    _log = Logger()

    def __init__(self, server: "KatCPServer", name: str = "root") -> None:
        self._server = server
        self._name = name
        self._is_sending = False

    def log(
        self, level: str, text: object, *arguments: object, timestamp: float | None = None, name: str = ""
    ) -> None:
        """Say something at a level: fatal, error, warn, info, debug or trace. Raises ValueError for others."""
        if level not in _OWN:
            raise ValueError(f"{level!r} is not a level of a log message: {', '.join(_OWN)}")
        text = str(text) % arguments if arguments else str(text)
        with_name = name or self._name
        # A bridge may bring back what the program's own log is told here.
        self._is_sending = True
        try:
            self._log.emit(_OWN[level], "= {name}: {text}", name=with_name, text=text)
        finally:
            self._is_sending = False
        self._send(level, text, with_name, timestamp)

    def fatal(self, text: object, *arguments: object, timestamp: float | None = None) -> None:
        """The device cannot go on."""
        self.log("fatal", text, *arguments, timestamp=timestamp)

    def error(self, text: object, *arguments: object, timestamp: float | None = None) -> None:
        """Something went wrong."""
        self.log("error", text, *arguments, timestamp=timestamp)

    def warn(self, text: object, *arguments: object, timestamp: float | None = None) -> None:
        """Something may go wrong."""
        self.log("warn", text, *arguments, timestamp=timestamp)

    #: The standard library's word.
    warning = warn

    def info(self, text: object, *arguments: object, timestamp: float | None = None) -> None:
        """Something that operators like to know."""
        self.log("info", text, *arguments, timestamp=timestamp)

    def debug(self, text: object, *arguments: object, timestamp: float | None = None) -> None:
        """Something for who looks for a fault."""
        self.log("debug", text, *arguments, timestamp=timestamp)

    def trace(self, text: object, *arguments: object, timestamp: float | None = None) -> None:
        """Something for who looks for it step by step."""
        self.log("trace", text, *arguments, timestamp=timestamp)

    def observe(self, event: LogEvent) -> None:
        """Send an event of `twisted.logger` on; an observer of its publisher."""
        if event.get("log_namespace") == self._log.namespace:
            return  # said by a DeviceLogger: its own clients have it already
        level = _TWISTED[event.get("log_level") or LogLevel.info]
        text = formatEvent(event)
        failure = event.get("log_failure")
        if failure is not None:  # the reason without the traceback, which is for the program's own log
            text = f"{text}: {failure.type.__name__}: {failure.getErrorMessage()}"
        self._send(level, text, str(event.get("log_namespace") or self._name), event.get("log_time"))

    def handler(self, level: int = logging.NOTSET) -> logging.Handler:
        """Return a handler of the standard library's `logging` that sends its records on."""
        return _Handler(self, level)

    def _send(self, level: str, text: str, name: str, timestamp: float | None) -> None:
        # What sending says in its turn must not be sent: that would have no end.
        if threadable.ioThread not in (None, threadable.getThreadID()):
            self._server.reactor.callFromThread(self._send, level, text, name, timestamp)
            return
        if self._is_sending or not self._server.clients or not self._server.is_logged(level):
            return
        self._is_sending = True
        try:
            self._server.mass_inform(self._server.log_inform(level, text, name, timestamp))
        finally:
            self._is_sending = False


class _Handler(logging.Handler):
    def __init__(self, to: DeviceLogger, level: int) -> None:
        super().__init__(level)
        self._to = to

    def emit(self, record: logging.LogRecord) -> None:
        level = next((katcp for least, katcp in _STANDARD if record.levelno >= least), "trace")
        try:
            self._to._send(level, self._text_of(record), record.name, record.created)
        except Exception:
            self.handleError(record)

    def _text_of(self, record: logging.LogRecord) -> str:
        if self.formatter is not None:
            return self.format(record)
        text, error = record.getMessage(), record.exc_info[1] if record.exc_info else None
        # The reason without the traceback, which is for the program's own log.
        return text if error is None else f"{text}: {type(error).__name__}: {error}"
