"""Costly lines: what is legal, and would keep a server from its other clients for seconds."""

import time

import pytest
from twisted.internet.testing import MemoryReactorClock

from katgate.katcp.sensor import Sensor
from katgate.tx import DeviceServer
from tests.support import Wire


class Large(DeviceServer):
    def setup_sensors(self) -> None:
        for number in range(1000):
            self.add_sensor(Sensor(Sensor.INTEGER, f"m{number % 64:03}.rx.temperature-{number}"))


@pytest.fixture(scope="module")
def large() -> Large:
    return Large(0, "127.0.0.1", reactor=MemoryReactorClock())


@pytest.mark.parametrize(
    "regex",
    [
        "^(([a-z0-9.])+)+!$",
        "(.*.*.*.*.*.*.*)*!",
        "(a?){300}!",
        "(.?){300}!",
        "(([a-z.0-9-]?){30}){30}!$",
    ],
)
def test_filter_that_would_take_long_is_answered_at_once(large: Large, regex: str) -> None:
    """While one client's filter is at work, nobody else is served."""
    wire = Wire(large.buildProtocol(None))
    wire.heard()
    started = time.process_time()
    wire.say(f"?sensor-list /{regex}/\n?watchdog\n".encode())
    assert time.process_time() - started < 0.5
    assert "!watchdog ok" == wire.heard()[-1]
    wire.cut()


@pytest.mark.parametrize(
    "line",
    [
        b"?sensor-sampling " + b"a," * 500_000 + b" event",
        b"?sensor-sampling a" + b" 1" * 500_000,
        b"?sensor-sampling m000.rx.temperature-0 " + b"\xff" * 1_000_000,
        b"?sensor-sampling m000.rx.temperature-0 period " + b"\xff" * 1_000_000,
        b"?help" + b" x" * 500_000,
        b"?help " + b"\xff" * 1_000_000,
        b"?log-level " + b"\xff" * 1_000_000,
        b"?" + b"x" * 1_000_000,
        b"!" + b"x" * 1_000_000,
        b"?sensor-value /" + b"(" * 1_000_000 + b"/",
    ],
    ids=lambda line: line[:40].decode("ascii", "ignore"),
)
def test_huge_line_has_a_short_answer(large: Large, line: bytes) -> None:
    """Megabytes are legal; an answer that says them all again, each byte as seven, is not for anybody to read."""
    wire = Wire(large.buildProtocol(None))
    wire.heard()
    started = time.process_time()
    wire.say(line + b"\n?watchdog\n")
    assert time.process_time() - started < 1.0
    answer, alive = wire.heard()
    assert "!watchdog ok" == alive
    # A request's own name is in its reply, and cannot be shortened there.
    assert len(answer) < 2 * len(line.split(b" ")[0]) + 2000
    wire.cut()
