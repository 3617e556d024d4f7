"""Which sensors a device is asked to sample, and what is told of them. The device is a script."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock

from katgate.errors import DeviceFailed, DeviceNotConnected
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.katcp.sampling import NOT_SAMPLED, Strategy
from katgate.terminal.mailbox import Mailbox
from katgate.terminal.sampling import Sampled
from katgate.terminal.source import Away, Event, Here, Listed, Noticed, Read
from tests.support import V5_WITHOUT_IDS, FakeEndpoint, Wire, outcome

LIST = b"#sensor-list a x \\@ integer\n#sensor-list b x \\@ string\n#sensor-list c x \\@ float\n!sensor-list ok 3\n"
VALUES = b"#sensor-value 1 3 a nominal 1 b nominal x c nominal 2\n!sensor-value ok 1\n"

A = SensorDescription("a", "x", "", "integer")
B = SensorDescription("b", "x", "", "string")


class Rig:
    """Sensors a and b of a device that has a, b and c."""

    def __init__(self, strategy: str = "differential 1") -> None:
        self.clock = Clock()
        self.endpoint = FakeEndpoint()
        self.mailbox: Mailbox[Event] = Mailbox(self.clock)
        parsed = Strategy.parse(strategy.split())
        self.sampled = Sampled("dev", self.endpoint, self.clock, ["[ab]"], parsed, self.mailbox)
        self.started: list[Any] = outcome(Deferred.fromCoroutine(self.sampled.start()))

    def listed(self) -> Wire:
        """Accept, and list; the device has been asked for what comes next."""
        wire = self.endpoint.accept()
        wire.say(V5_WITHOUT_IDS, b"!help ok 0\n", LIST)
        return wire


def test_only_those_that_are_meant_are_sampled_and_told() -> None:
    """A device of ten thousand sensors is asked for no more than is shown."""
    rig = Rig()
    wire = rig.listed()
    assert ["?help", "?sensor-list", "?sensor-sampling a differential 1"] == wire.heard()
    wire.say(b"!sensor-sampling ok\n", b"!sensor-sampling ok\n", VALUES)
    assert [None] == rig.started
    assert ["?sensor-sampling b differential 1", "?sensor-value"] == wire.heard()
    assert [
        Listed((A, B)),
        Read("a", Reading(1.0, Status.NOMINAL, 1)),
        Read("b", Reading(1.0, Status.NOMINAL, "x")),
        Here(),
    ] == rig.mailbox.take_now()


def test_without_a_strategy_nothing_is_sampled() -> None:
    """A look at the present leaves nothing behind."""
    rig = Rig(str(NOT_SAMPLED))
    wire = rig.listed()
    wire.say(VALUES)
    assert [None] == rig.started
    assert ["?help", "?sensor-list", "?sensor-value"] == wire.heard()


def test_one_that_is_refused_is_noticed() -> None:
    """The others are worth watching; its own value was read once."""
    rig = Rig()
    wire = rig.listed()
    wire.say(b"!sensor-sampling ok\n", b"!sensor-sampling fail not\\_a\\_number\n", VALUES)
    rig.mailbox.take_now()
    wire.say(b"!sensor-sampling fail not\\_a\\_number\n")
    assert [None] == rig.started
    [noticed] = rig.mailbox.take_now()
    assert isinstance(noticed, Noticed)
    assert "a sensor is not sampled so: the device answered fail" in noticed.text
    assert "not a number" in noticed.text


def test_nothing_to_watch_is_a_failure() -> None:
    """In the device's own words."""
    rig = Rig()
    wire = rig.listed()
    wire.say(b"!sensor-sampling fail never\n", b"!sensor-sampling fail never\n", VALUES)
    wire.say(b"!sensor-sampling fail never\n", b"!sensor-sampling fail never\n")
    [error] = rig.started
    assert isinstance(error, DeviceFailed)
    assert "never" == error.words


def test_away_and_back() -> None:
    """What it read is told once more, as unreachable; then it is sampled as before."""
    rig = Rig()
    wire = rig.listed()
    wire.say(b"!sensor-sampling ok\n", b"!sensor-sampling ok\n", VALUES)
    rig.mailbox.take_now()
    wire.cut()
    assert [
        Away("the connection to the device was lost"),
        Read("a", Reading(1.0, Status.UNREACHABLE, 1)),
        Read("b", Reading(1.0, Status.UNREACHABLE, "x")),
    ] == rig.mailbox.take_now()
    rig.clock.advance(1)
    again = rig.listed()
    again.say(b"!sensor-sampling ok\n", b"!sensor-sampling ok\n", VALUES)
    assert "?sensor-sampling a differential 1" in again.heard()
    assert Here() in rig.mailbox.take_now()


def test_no_connection_to_begin_with() -> None:
    """Nobody is left waiting for a device whose address is wrong."""
    rig = Rig()
    rig.endpoint.refuse(ConnectionRefusedError())
    [error] = rig.started
    assert isinstance(error, DeviceNotConnected)
    assert "nothing listens" in str(error)
