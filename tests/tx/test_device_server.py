"""DeviceServer and DeviceProtocol: dialogues over an in-memory wire."""

import re
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import LogEvent

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, Status
from katgate.katcp.sensor import IntSensor, Sensor
from katgate.tx import AsyncReply, DeviceProtocol, DeviceServer, FailReply, InvalidReply
from tests.support import Wire, outcome


class LabProtocol(DeviceProtocol):
    def request_foo(self, msg: Message) -> Message:
        """Say fine."""
        self.send_message(Message.inform("foo", "fine"))
        return Message.reply("foo", "ok", "1")

    async def request_slow(self, msg: Message) -> Message:
        """Take a while.

        And say so.
        """
        assert isinstance(self.factory, Lab)
        self.factory.waiting = Deferred()
        await self.factory.waiting
        self.send_reply_inform(msg, "done")
        return Message.reply_to_request(msg, "ok")

    def request_later(self, msg: Message) -> Message:
        self.send_reply(msg, "ok", "by myself")
        raise AsyncReply

    def request_fail(self, msg: Message) -> Message:
        raise FailReply("no power")

    def request_wrong(self, msg: Message) -> Message:
        raise InvalidReply("not like this")

    def request_broken(self, msg: Message) -> Message:
        raise KeyError("secret")

    def request_nothing(self, msg: Message) -> Any:
        return None

    def request_all(self, msg: Message) -> Message:
        self.factory.mass_inform(Message.inform("all", "x"))
        return Message.reply_to_request(msg, "ok")

    async def request_go(self, msg: Message) -> Message:
        """Wait for the next ?go, which ends this one."""
        assert isinstance(self.factory, Lab)
        before, self.factory.waiting = self.factory.waiting, Deferred()
        before.callback(None)
        await self.factory.waiting
        self.send_reply_inform(msg, "ended")
        return Message.reply_to_request(msg, "ok")


class Lab(DeviceServer):
    protocol = LabProtocol

    def __init__(self, port: int, host: str, *, reactor: Any) -> None:
        self.waiting: Deferred[None] = Deferred()
        super().__init__(port, host, reactor=reactor)

    def setup_sensors(self) -> None:
        clock = lambda: 1000.0  # noqa: E731
        self.add_sensor(Sensor(Sensor.FLOAT, "wind.speed", "Wind", "m/s", [0.0, 20.0], clock=clock))
        self.add_sensor(Sensor(Sensor.DISCRETE, "mode", "Mode", "", ["on", "off"], clock=clock))
        self.add_sensor(IntSensor(Sensor.INTEGER, "count", "Counts", clock=clock))


HELLO = r"""#version-connect katcp-protocol 5.1-BIMT
#version-connect katcp-library katgate-\S+ katgate-\S+
#version-connect katcp-device device-0.1 device-0.1.0"""


@pytest.fixture
def reactor() -> MemoryReactorClock:
    return MemoryReactorClock()


@pytest.fixture
def lab(reactor: MemoryReactorClock) -> Lab:
    return Lab(7147, "127.0.0.1", reactor=reactor)


def connect(lab: Lab) -> Wire:
    wire = Wire(lab.buildProtocol(None))
    assert re.fullmatch(HELLO, "\n".join(wire.heard()))
    return wire


@pytest.fixture
def wire(lab: Lab) -> Wire:
    return connect(lab)


SENSORS = [
    "#sensor-list[1] count Counts \\@ integer",
    "#sensor-list[1] mode Mode \\@ discrete on off",
    "#sensor-list[1] wind.speed Wind m/s float 0.0 20.0",
]

DIALOGUES = [
    ("?watchdog", ["!watchdog ok"]),
    ("?watchdog[7]", ["!watchdog[7] ok"]),
    ("?foo[7]", ["#foo[7] fine", "!foo[7] ok 1"]),
    ("?foo", ["#foo fine", "!foo ok 1"]),
    ("?later[2]", ["!later[2] ok by\\_myself"]),
    ("?fail[2]", ["!fail[2] fail no\\_power"]),
    ("?wrong", ["!wrong invalid not\\_like\\_this"]),
    ("?broken", ["!broken fail ?broken\\_failed\\_inside\\_the\\_device;\\_its\\_log\\_tells\\_more"]),
    ("?nothing", ["!nothing fail ?nothing\\_failed\\_inside\\_the\\_device;\\_its\\_log\\_tells\\_more"]),
    ("?nope[3] x", ["!nope[3] invalid Unknown\\_request\\_nope"]),
    ("?help[1] foo", ["#help[1] foo Say\\_fine.", "!help[1] ok 1"]),
    ("?help slow", ["#help slow Take\\_a\\_while.\\n\\nAnd\\_say\\_so.", "!help ok 1"]),
    ("?help nope", ["!help fail Unknown\\_request\\_nope"]),
    ("?sensor-list[1]", [*SENSORS, "!sensor-list[1] ok 3"]),
    ("?sensor-list[1] mode", [SENSORS[1], "!sensor-list[1] ok 1"]),
    ("?sensor-list[1] /^(mode|wind)/", [*SENSORS[1:], "!sensor-list[1] ok 2"]),
    ("?sensor-list /nothing/", ["!sensor-list ok 0"]),
    ("?sensor-list nope", ["!sensor-list fail Unknown\\_sensor\\_name\\_'nope'"]),
    ("?sensor-value mode", ["#sensor-value 1000.000000 1 mode unknown on", "!sensor-value ok 1"]),
    ("?sensor-value count", ["#sensor-value 1000.000000 1 count nominal 1", "!sensor-value ok 1"]),
    ("?sensor-sampling mode", ["!sensor-sampling ok mode none"]),
    (
        "?sensor-sampling[4] mode event",
        ["#sensor-status 1000.000000 1 mode unknown on", "!sensor-sampling[4] ok mode event"],
    ),
    (
        "?sensor-sampling mode,wind.speed event-rate 0.5 10",
        [
            "#sensor-status 1000.000000 1 mode unknown on",
            "#sensor-status 1000.000000 1 wind.speed unknown 0.0",
            "!sensor-sampling ok mode,wind.speed event-rate 0.5 10",
        ],
    ),
    ("?sensor-sampling mode,wind.speed", ["!sensor-sampling fail Cannot\\_query\\_multiple\\_sensors"]),
    ("?sensor-sampling", ["!sensor-sampling fail No\\_sensor\\_name\\_given"]),
    ("?log-level", ["!log-level ok warn"]),
    ("?log-level info", ["!log-level ok info"]),
    ("?sensor-sampling-clear", ["!sensor-sampling-clear ok"]),
    ("   ", []),
    ("#foo", []),
]


@pytest.mark.parametrize(("line", "expected"), DIALOGUES)
def test_dialogue(wire: Wire, line: str, expected: list[str]) -> None:
    """What a client says and what it hears, whole."""
    wire.say(line.encode() + b"\n")
    assert expected == wire.heard()


REFUSED = [
    "?log-level loud",
    "?sensor-list /(/",
    "?sensor-sampling nope event",
    "?sensor-sampling mode differential 1",
    "?sensor-sampling mode,wind.speed differential 1",
    "?sensor-sampling mode sometimes",
]


@pytest.mark.parametrize("line", REFUSED)
def test_refused_with_a_sentence(wire: Wire, line: str) -> None:
    """A bad argument is a `fail` that says why, and nothing has changed."""
    wire.say(line.encode() + b"\n")
    [reply] = wire.heard()
    assert re.match(r"!\S+ fail \S{15,}", reply)
    wire.say(b"?sensor-sampling mode\n")
    assert ["!sensor-sampling ok mode none"] == wire.heard()


@pytest.mark.parametrize("line", [b"garbage\n", b"?watchdog[abc]\n", b"!watchdog ok\n", b"?x \\q\n", b"?\n"])
def test_rubbish_is_answered_in_the_log(wire: Wire, line: bytes) -> None:
    """A device says `#log error` and carries on (KATCP guidelines on malformed input)."""
    wire.say(line)
    [said] = wire.heard()
    assert said.startswith("#log error ")
    wire.say(b"?watchdog\n")
    assert ["!watchdog ok"] == wire.heard()


def test_log_level_is_obeyed(wire: Wire) -> None:
    """Who wants no errors in the log gets none, until it wants them again."""
    wire.say(b"?log-level fatal\ngarbage\n?log-level off\n!watchdog ok\n?log-level error\ngarbage\n")
    *replies, said = wire.heard()
    assert ["!log-level ok fatal", "!log-level ok off", "!log-level ok error"] == replies
    assert said.startswith("#log error ")


def test_slow_request_does_not_hold_up_others(wire: Wire, lab: Lab) -> None:
    """A coroutine's reply comes when it is ready, with its id."""
    wire.say(b"?slow[1]\n?watchdog[2]\n")
    assert ["!watchdog[2] ok"] == wire.heard()
    lab.waiting.callback(None)
    assert ["#slow[1] done", "!slow[1] ok"] == wire.heard()


def test_id_of_one_request_never_goes_to_another(wire: Wire) -> None:
    """Also when one is resumed from inside the other's handler, and whether or not each has an id."""
    wire.say(b"?go[1]\n?go[2]\n?go\n")
    assert ["#go[1] ended", "!go[1] ok", "#go[2] ended", "!go[2] ok"] == wire.heard()
    wire.say(b"?go[4]\n")
    assert ["#go ended", "!go ok"] == wire.heard()


def test_id_of_a_request_goes_to_its_own_client_only(lab: Lab, wire: Wire) -> None:
    """What is told to all is not an answer to those who did not ask."""
    other = connect(lab)
    wire.heard()
    wire.say(b"?all[9]\n")
    assert ["#all[9] x", "!all[9] ok"] == wire.heard()
    assert ["#all x"] == other.heard()


def test_event_sampling(wire: Wire, lab: Lab) -> None:
    """Changes go to the client that asked, until it asks no more."""
    other = connect(lab)
    wire.heard()
    wire.say(b"?sensor-sampling mode event\n")
    wire.heard()
    lab.sensors["mode"].set(1001, Status.NOMINAL, "on")
    lab.sensors["mode"].set(1002, Status.NOMINAL, "on")
    assert ["#sensor-status 1001.000000 1 mode nominal on"] == wire.heard()
    wire.say(b"?sensor-sampling mode none\n")
    lab.sensors["mode"].set(1003, Status.NOMINAL, "off")
    assert ["!sensor-sampling ok mode none"] == wire.heard()
    assert [] == other.heard()


def test_period_sampling_and_its_end(wire: Wire, lab: Lab, reactor: MemoryReactorClock) -> None:
    """A period needs a timer, and leaves none when the client goes."""
    wire.say(b"?sensor-sampling mode period 1\n")
    wire.heard()
    reactor.advance(1)
    reactor.advance(1)
    assert 2 == len(wire.heard())
    wire.cut()
    assert [] == reactor.getDelayedCalls()
    lab.sensors["mode"].set(1003, Status.NOMINAL, "off")


def test_period_measures_a_sensor_that_is_measured_when_asked(
    wire: Wire, lab: Lab, reactor: MemoryReactorClock
) -> None:
    """Else the same old reading would be sent for ever."""
    wire.say(b"?sensor-sampling count period 1\n")
    reactor.advance(1)
    reactor.advance(1)
    values = [line.split()[-1] for line in wire.heard() if line.startswith("#sensor-status")]
    assert ["1", "2", "3"] == values


def test_period_goes_on_after_a_reading_that_failed(
    wire: Wire, lab: Lab, reactor: MemoryReactorClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a failure then; the sensor may be well again at the next time."""
    wire.say(b"?sensor-sampling mode period 1\n")
    wire.heard()

    def fail() -> Reading:
        raise OSError("the bus hangs")

    with monkeypatch.context() as broken:
        broken.setattr(lab.sensors["mode"], "read", fail)
        reactor.advance(1)
    reactor.advance(1)
    assert ["failure", "unknown"] == [line.split()[4] for line in wire.heard()]


def test_strategy_for_several_sensors_is_all_or_nothing(wire: Wire) -> None:
    """A strategy that one of them cannot have is set for none of them."""
    wire.say(b"?sensor-sampling mode,wind.speed event\n")
    wire.heard()
    wire.say(b"?sensor-sampling mode,wind.speed differential 1\n?sensor-sampling wind.speed\n")
    assert [
        "!sensor-sampling fail differential\\_is\\_for\\_integer\\_and\\_float\\_sensors,\\_not\\_discrete",
        "!sensor-sampling ok wind.speed event",
    ] == wire.heard()


def test_sensor_that_cannot_be_read_is_a_failure(
    wire: Wire, lab: Lab, monkeypatch: pytest.MonkeyPatch, logged: list[LogEvent]
) -> None:
    """It spoils only itself: the list of values and the strategies of others go on, and the log says why once."""

    def fail() -> Reading:
        raise OSError("the bus hangs")

    monkeypatch.setattr(lab.sensors["wind.speed"], "read", fail)
    wire.say(b"?sensor-value\n?sensor-sampling mode,wind.speed period 1\n")
    failed = r"1 wind.speed failure 0.0"
    heard = wire.heard()
    assert ["!sensor-value ok 3", "!sensor-sampling ok mode,wind.speed period 1"] == [
        line for line in heard if line.startswith("!")
    ]
    assert 2 == len([line for line in heard if line.endswith(failed)])
    assert 1 == len([event for event in logged if event.get("log_failure")])


def test_halt_and_restart_one_over_the_other(lab: Lab, wire: Wire, reactor: MemoryReactorClock) -> None:
    """Clients are told once, nothing is begun after that, and a halted server does not come back."""
    lab.production = True
    reactor.running = True
    lab.start()
    wire.say(b"?restart\n?halt\n?watchdog\n")
    lab.halt()
    reactor.advance(0)
    ended = "was\\_ended:\\_the\\_device\\_is\\_shutting\\_down"
    assert [
        "!restart ok",
        f"!halt fail ?halt\\_{ended}",
        f"!watchdog fail ?watchdog\\_{ended}",
        "#disconnect the\\_device\\_is\\_shutting\\_down",
    ] == wire.heard()
    lab.halt()
    lab.halt()
    lab.restart()
    assert reactor.hasStopped
    assert 1 == len(reactor.tcpServers)


def test_stop_ends_a_restart_that_is_under_way(lab: Lab, wire: Wire, reactor: MemoryReactorClock) -> None:
    """Who stops a server finds it stopped, whatever a client has just asked."""
    lab.start()
    wire.transport.is_stuck = True
    lab.restart()
    stopped = outcome(lab.stop())
    reactor.pump([0, 2])
    assert [None] == stopped
    assert 1 == len(reactor.tcpServers)


def test_sensors_that_come_and_go(wire: Wire, lab: Lab) -> None:
    """Clients are told, and strategies end with their sensor."""
    wire.say(b"?sensor-sampling mode auto\n")
    wire.heard()
    old = lab.sensors["mode"]
    lab.remove_sensor("mode")
    old.set_value("off")
    lab.add_sensor(Sensor(Sensor.INTEGER, "mode"))
    lab.sensors["mode"].set_value(1)
    assert [
        "#interface-changed sensor mode removed",
        "#interface-changed sensor mode added",
    ] == wire.heard()


def test_start_and_stop(lab: Lab, wire: Wire, reactor: MemoryReactorClock) -> None:
    """Clients are told before they are cut off, and the port is given back."""
    lab.start()
    assert (7147, "127.0.0.1") == (reactor.tcpServers[0][0], reactor.tcpServers[0][3])
    lab.stop()
    reactor.advance(0)
    assert ["#disconnect the\\_device\\_is\\_shutting\\_down"] == wire.heard()
    assert wire.is_cut
    assert {} == lab.clients


def test_halt_in_production_stops_the_reactor(lab: Lab, wire: Wire, reactor: MemoryReactorClock) -> None:
    """The reply goes out first."""
    lab.production = True
    reactor.running = True
    wire.say(b"?halt[1]\n")
    reactor.advance(0)
    assert ["!halt[1] ok", "#disconnect the\\_device\\_is\\_shutting\\_down"] == wire.heard()
    assert reactor.hasStopped


def test_restart_listens_again(lab: Lab, wire: Wire, reactor: MemoryReactorClock) -> None:
    """After ?restart the device accepts anew on the same port."""
    lab.start()
    wire.say(b"?restart\n")
    assert "!restart ok" == wire.heard()[0]
    reactor.advance(0)
    assert 2 == len(reactor.tcpServers)
    connect(lab)
