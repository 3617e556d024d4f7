"""Running a story on the reactor, from a command's start to its exit code: 0 ok, 1 it failed, 2 it was asked for
wrongly, 3 there is no connection.
"""

import shutil
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final

import click
from twisted.internet.defer import Deferred
from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    globalLogBeginner,
    textFileLogObserver,
)
from twisted.python.failure import Failure

from katgate.errors import (
    ConfirmRequired,
    DeviceLost,
    DeviceNotConnected,
    GatewayNotConnected,
    GatewayRefused,
    KatgateError,
    LocalError,
    NegotiationError,
    Unknown,
)
from katgate.katcp.harmless import harmless

__all__ = ["exit_code", "run", "run_to_exit"]

FAILED: Final = 1
USAGE: Final = 2
NO_CONNECTION: Final = 3

#: What a katgate says of a device that it has no connection to, and of what was asked for wrongly.
_EXIT_CODES: Final = {"device-disconnected": NO_CONNECTION, "bad-request": USAGE, "confirm-required": USAGE}

Story = Callable[[Any], Coroutine[Any, Any, None]]


def run_to_exit(story: Story, *, may_be_interrupted: bool = False) -> None:
    """Run a story to its end, or until Ctrl-C. Raises what click makes an exit code of."""
    try:
        run(story)
    except KatgateError as error:
        click.echo(_folded(f"Error: {_sentence(error)}"), err=True)
        raise click.exceptions.Exit(exit_code(error)) from None
    except KeyboardInterrupt:
        if not may_be_interrupted:
            raise


def run(story: Story) -> None:
    """Run a story to its end, and raise what it raises; KeyboardInterrupt if it was interrupted."""
    from twisted.internet import reactor as installed

    reactor: Any = installed
    _log_defects()
    running: list[Deferred[None]] = []
    outcome: list[Failure | None] = []
    interrupted: list[bool] = []

    def begin() -> None:
        running.append(Deferred.fromCoroutine(story(reactor)))
        running[0].addBoth(finish)

    def finish(result: Failure | None) -> None:
        outcome.append(result)
        if not interrupted:
            reactor.stop()

    def interrupt() -> "Deferred[None] | None":
        if outcome:
            return None
        interrupted.append(True)
        running[0].cancel()
        return running[0]

    reactor.callWhenRunning(begin)
    reactor.addSystemEventTrigger("before", "shutdown", interrupt)
    reactor.run()
    if interrupted:
        raise KeyboardInterrupt
    if outcome[0] is not None:
        outcome[0].raiseException()


def exit_code(error: KatgateError) -> int:
    """Return the exit code of an error."""
    if isinstance(error, GatewayRefused):
        return _EXIT_CODES.get(error.code, FAILED)
    if isinstance(error, DeviceNotConnected | GatewayNotConnected | NegotiationError):
        return NO_CONNECTION
    if isinstance(error, ConfirmRequired):
        return USAGE
    return USAGE if isinstance(error, LocalError) and not isinstance(error, Unknown) else FAILED


def _sentence(error: KatgateError) -> str:
    text = str(error)
    if isinstance(error, GatewayNotConnected):
        text += ". Does it run, and is the address right (--via, KATGATE_VIA)?"
    elif isinstance(error, DeviceNotConnected) and not isinstance(error, DeviceLost):
        why = error.why.removeprefix("no connection: ").removeprefix("the device is not connected: ")
        text = f"no connection to the device {error.device}: {why}"
        text += "" if text.endswith("?") else ". Does it run, and is the address right?"
    elif isinstance(error, GatewayRefused) and error.code == "confirm-required":
        text = "this request is dangerous; to mean it, add --confirm"
    # Tracebacks of several lines are what some devices answer: they keep their lines, and can forge none of ours.
    return "\n  ".join(harmless(line) for line in text.splitlines())


def _folded(text: str) -> str:
    """Return a text that no word is broken in by the edge of a terminal; one of several lines as it is."""
    if not sys.stderr.isatty() or "\n" in text:
        return text
    return click.wrap_text(text, shutil.get_terminal_size().columns)


def _log_defects() -> None:
    """Let defects of ours be seen, and nothing else: the commands say what there is to say."""
    levels = LogLevelFilterPredicate(defaultLogLevel=LogLevel.critical)
    observer = FilteringLogObserver(textFileLogObserver(sys.stderr), [levels])
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False, discardBuffer=True)
