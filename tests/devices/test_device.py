"""Device: its log level, and options that change while it runs. (Requests: tests/api/test_device_limits.py.)"""

import pytest
from twisted.logger import LogEvent

from katgate.config import DeviceDefaults
from tests.devices.rig import Rig

WARN = DeviceDefaults(log_level="warn")


def test_log_level_is_set_after_each_sync() -> None:
    """Once it is in step, and again after a reconnect; not when it only lists anew."""
    rig = Rig(WARN)
    for _ in range(2):
        wire = rig.connect("a")
        assert ["?sensor-sampling a auto", "?sensor-value", "?log-level warn"] == rig.asked(wire)
        rig.list_again(wire, "request x added", "a")
        assert [] == rig.asked(wire)
        wire.cut()
        rig.clock.advance(30)


def test_log_level_of_nobody_is_left_alone() -> None:
    """It is the level of all who are connected."""
    rig = Rig()
    assert not [line for line in rig.asked(rig.connect("a")) if "log" in line]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"!log-level[3] fail no\\_such\\_level\n", ["no such level"]),
        (b"!log-level[3] invalid\n", ["invalid"]),
        (b"!log-level[3] ok info\n", ["ok info"]),  # as C duplex servers refuse
        (b"!log-level[3] ok warn\n", []),
        (b"!log-level[3] ok\n", []),
        (None, ["within 10 s"]),
    ],
)
def test_log_level_that_is_refused(answer: bytes | None, words: list[str], logged: list[LogEvent]) -> None:
    """The log says so; the device is used all the same."""
    rig = Rig(WARN)
    wire = rig.connect()
    assert ["?log-level[3] warn"] == wire.heard()
    if answer is None:
        rig.clock.advance(10)
    else:
        wire.say(answer)
    answers = [str(e["answer"]).replace("\\_", " ") for e in logged if "?log-level" in str(e["log_format"])]
    assert len(words) == len(answers)
    assert all(word in told for word, told in zip(words, answers, strict=True))
    assert "synced" == rig.device.view().state


def test_log_level_of_a_running_device() -> None:
    """Told when it is another, and on the next connection if it is away."""
    rig = Rig()
    wire = rig.connect()
    wire.heard()
    rig.configure(WARN)
    assert ["?log-level warn"] == rig.asked(wire)
    rig.configure(WARN)
    rig.configure(DeviceDefaults())
    assert [] == rig.asked(wire)
    wire.cut()
    rig.configure(WARN)
    rig.clock.advance(30)
    assert ["?log-level warn"] == rig.asked(rig.connect())


def test_device_without_sensors() -> None:
    """It is in step like any other, and every sensor is unknown."""
    rig = Rig()
    wire = rig.connect()
    assert [] == wire.heard()
    assert ("synced", 0) == (rig.device.view().state, rig.device.view().sensors)
