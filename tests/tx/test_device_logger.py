"""DeviceLogger: `#log` informs from the device, from Twisted's log and from the standard library's."""

import logging
import threading
from typing import Any

import pytest
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import Logger, globalLogPublisher
from twisted.python import threadable

from katgate.tx import DeviceServer
from tests.support import Wire


@pytest.fixture
def server() -> DeviceServer:
    return DeviceServer(7147, "127.0.0.1", reactor=MemoryReactorClock())


@pytest.fixture
def wire(server: DeviceServer) -> Wire:
    wire = Wire(server.buildProtocol(None))
    wire.heard()
    return wire


def heard(wire: Wire) -> list[str]:
    """Return the log informs without their timestamps."""
    return [" ".join([*line.split()[:2], *line.split()[3:]]) for line in wire.heard()]


def test_every_level(server: DeviceServer, wire: Wire) -> None:
    """What the level asked for and all more serious ones say goes out, to all clients."""
    other = Wire(server.buildProtocol(None))
    other.heard()
    wire.heard()
    wire.say(b"?log-level info\n")
    assert ["!log-level ok info"] == wire.heard()
    for level in ("fatal", "error", "warn", "info", "debug", "trace"):
        getattr(server.log, level)("%s of %d", level, 7)
    expected = [f"#log {level} root {level}\\_of\\_7" for level in ("fatal", "error", "warn", "info")]
    assert expected == heard(wire)
    assert expected == heard(other)


def test_timestamp_and_name(server: DeviceServer, wire: Wire) -> None:
    """What happened earlier says when; a part of the device says its name."""
    server.log.warn("late", timestamp=1.5)
    server.log.log("error", "hot", timestamp=2, name="receiver.lna")
    assert ["#log warn 1.500000 root late", "#log error 2.000000 receiver.lna hot"] == wire.heard()


def test_level_that_there_is_not(server: DeviceServer) -> None:
    """`off` and `all` are no levels of a message."""
    with pytest.raises(ValueError, match="not a level of a log message: "):
        server.log.log("all", "x")


def test_bridge_from_twisted(server: DeviceServer, wire: Wire) -> None:
    """Each event once, with the reason of a failure and without its traceback."""
    publisher: Any = globalLogPublisher
    publisher.addObserver(server.log.observe)
    try:
        program = Logger(namespace="motor")
        program.warn("{what} shakes", what="the mast")
        program.info("not at this level")
        try:
            raise OSError("no bus")
        except OSError:
            program.failure("slewing")
        server.log.warn("by itself")
    finally:
        publisher.removeObserver(server.log.observe)
    assert [
        "#log warn motor the\\_mast\\_shakes",
        "#log fatal motor slewing:\\_OSError:\\_no\\_bus",
        "#log warn root by\\_itself",
    ] == heard(wire)


def test_bridge_from_the_standard_library(server: DeviceServer, wire: Wire) -> None:
    """Records by their level, with their own time and name."""
    logger = logging.Logger("motor")
    logger.addHandler(server.log.handler())
    logger.error("hot: %d", 90)
    logger.critical("on fire")
    logger.info("fine")
    assert ["#log error motor hot:\\_90", "#log fatal motor on\\_fire"] == heard(wire)


def test_log_of_another_thread(server: DeviceServer, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transport is the reactor thread's alone: what other threads say is handed over."""
    monkeypatch.setattr(threadable, "ioThread", threadable.getThreadID())
    handed: list[Any] = []
    monkeypatch.setattr(server.reactor, "callFromThread", lambda *call: handed.append(call), raising=False)
    thread = threading.Thread(target=server.log.warn, args=("from afar",))
    thread.start()
    thread.join(10)
    assert [] == wire.heard()
    [(call, *arguments)] = handed
    call(*arguments)
    assert ["#log warn root from\\_afar"] == heard(wire)


def test_logging_of_what_sending_says_does_not_go_round(
    server: DeviceServer, wire: Wire, logged: list[Any]
) -> None:
    """A client that is cut for not reading is logged, which must not be sent in its turn, for ever."""
    publisher: Any = globalLogPublisher
    publisher.addObserver(server.log.observe)
    try:
        wire.protocol.max_unsent = 10
        wire.protocol.pauseProducing()
        server.log.warn("x" * 100)
    finally:
        publisher.removeObserver(server.log.observe)
    assert 1 == len([e for e in logged if "does not read" in str(e.get("log_format"))])
    assert ["#disconnect you\\_read\\_too\\_slowly"] == wire.heard()
