"""The log: one line an event, that nobody can forge."""

import io

from twisted.logger import Logger, LogLevel

from katgate.logs import LineObserver


def test_what_a_device_says_cannot_forge_a_line() -> None:
    """Ends of lines and escape sequences are shown, not obeyed; a traceback keeps its lines."""
    stream = io.StringIO()
    log = Logger(observer=LineObserver(stream), namespace="katgate")
    log.info("device said: {text}", text="first\nsecond \x1b[31mred\x7f")
    try:
        raise ValueError("x")
    except ValueError:
        log.failure("! trouble", level=LogLevel.critical)
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("info  device said: first\\nsecond \\x1b[31mred\\x7f")
    assert len(rest) > 3
    assert "ValueError: x" in rest[-1]
