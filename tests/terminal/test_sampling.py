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

ANSWERS = {
    "?help": b"!help ok 0\n",
    "?sensor-list": b"#sensor-list a x \\@ integer\n#sensor-list b x \\@ string\n"
    b"#sensor-list c x \\@ float\n!sensor-list ok 3\n",
    "?sensor-value": b"#sensor-value 1 3 a nominal 1 b nominal x c nominal 2\n!sensor-value ok 1\n",
}

A = SensorDescription("a", "x", "", "integer")
B = SensorDescription("b", "x", "", "string")


class Rig:
    """Sensors a and b of a device that has a, b and c; `refuses` is what it does not sample."""

    def __init__(self, strategy: str = "differential 1", refuses: str = "") -> None:
        self.clock = Clock()
        self.endpoint = FakeEndpoint()
        self.mailbox: Mailbox[Event] = Mailbox(self.clock)
        self._refuses = refuses
        parsed = Strategy.parse(strategy.split())
        self.sampled = Sampled("dev", self.endpoint, self.clock, ["[ab]"], parsed, self.mailbox)
        self.started: list[Any] = outcome(Deferred.fromCoroutine(self.sampled.start()))

    def connect(self) -> tuple[Wire, list[str]]:
        """Accept, and answer for as long as something is asked; return what was."""
        wire = self.endpoint.accept()
        wire.say(V5_WITHOUT_IDS)
        asked: list[str] = []
        while lines := wire.heard():
            asked += lines
            for line in lines:
                name, *arguments = line.split()
                refused = (
                    f"!{name[1:]} fail not\\_so\n" if arguments and arguments[0] in self._refuses else ""
                )
                wire.say(refused.encode() or ANSWERS.get(name) or f"!{name[1:]} ok\n".encode())
        return wire, asked


def sampling(asked: list[str]) -> set[str]:
    """Return what was asked to be sampled, and how."""
    return {line for line in asked if line.startswith("?sensor-sampling")}


def test_only_those_that_are_meant_are_sampled_and_told() -> None:
    """A device of ten thousand sensors is asked for no more than is shown, once."""
    rig = Rig()
    _, asked = rig.connect()
    assert [None] == rig.started
    assert ["?sensor-sampling a differential 1", "?sensor-sampling b differential 1"] == [
        line for line in asked if line in sampling(asked)
    ]
    assert [
        Listed((A, B)),
        Read("a", Reading(1.0, Status.NOMINAL, 1)),
        Read("b", Reading(1.0, Status.NOMINAL, "x")),
        Here(),
    ] == rig.mailbox.take_now()


def test_without_a_strategy_nothing_is_sampled() -> None:
    """A look at the present leaves nothing behind."""
    rig = Rig(str(NOT_SAMPLED))
    _, asked = rig.connect()
    assert [None] == rig.started
    assert set() == sampling(asked)
    assert Read("a", Reading(1.0, Status.NOMINAL, 1)) in rig.mailbox.take_now()


def test_one_that_is_refused_is_noticed() -> None:
    """The others are worth watching; its own value was read once."""
    rig = Rig(refuses="b")
    rig.connect()
    assert [None] == rig.started
    told = rig.mailbox.take_now()
    assert Read("b", Reading(1.0, Status.NOMINAL, "x")) in told
    [noticed] = [event for event in told if isinstance(event, Noticed)]
    assert "a sensor is not sampled so: the device answered fail to ?sensor-sampling: not so" == noticed.text


def test_nothing_to_watch_is_a_failure() -> None:
    """In the device's own words."""
    rig = Rig(refuses="ab")
    rig.connect()
    [error] = rig.started
    assert isinstance(error, DeviceFailed)
    assert "not so" == error.words


def test_away_and_back() -> None:
    """What it read is told once more, as unreachable; then it is sampled as before."""
    rig = Rig()
    wire, before = rig.connect()
    rig.mailbox.take_now()
    wire.cut()
    assert [
        Away("the connection to the device was lost"),
        Read("a", Reading(1.0, Status.UNREACHABLE, 1)),
        Read("b", Reading(1.0, Status.UNREACHABLE, "x")),
    ] == rig.mailbox.take_now()
    rig.clock.advance(1)
    _, again = rig.connect()
    assert sampling(before) == sampling(again)
    assert Here() in rig.mailbox.take_now()


def test_no_connection_to_begin_with() -> None:
    """Nobody is left waiting for a device whose address is wrong."""
    rig = Rig()
    rig.endpoint.refuse(ConnectionRefusedError())
    [error] = rig.started
    assert isinstance(error, DeviceNotConnected)
    assert "nothing listens" in str(error)
