"""Mirror: getting in step with a device, and staying so. The device is a script."""

from random import Random
from typing import Any

import pytest
from twisted.internet.defer import CancelledError
from twisted.internet.task import Clock
from twisted.logger import LogEvent

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.katcp.sampling import Kind, Strategy
from katgate.tx.connection import State
from katgate.tx.mirror import Mirror
from katgate.tx.mirrored import MirrorListener
from tests.support import V5, V5_WITHOUT_IDS, FakeEndpoint, Wire, outcome


class Rig(MirrorListener):
    """A mirror with its connection, and a listener that notes what it is told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.endpoint = FakeEndpoint()
        self.told: list[object] = []
        self.chunks = 0
        self.mirror = Mirror(
            "cbf",
            self.endpoint,
            self,
            reactor=self.clock,
            random=Random(1),
            wall_clock=self.clock.seconds,
        )
        self.connection = self.mirror.connection
        self.mirror.start()

    def state_changed(self) -> None:
        pass

    def requests_changed(self, requests: dict[str, str]) -> None:
        self.told.append(sorted(requests))

    def sensors_changed(self, added: list[SensorDescription], removed: list[str]) -> None:
        self.told.append(([a.name for a in added], removed))

    def reading(self, sensor: str, reading: Reading) -> None:
        self.told.append((sensor, reading.timestamp, reading.status.value, reading.value))

    def inform(self, msg: Message) -> None:
        self.told.append(str(msg))

    def unreachable(self) -> None:
        self.told.append("unreachable")

    def chunk_ended(self) -> None:
        self.chunks += 1

    def take(self) -> list[object]:
        told, self.told = self.told, []
        return told


@pytest.fixture
def rig() -> Rig:
    return Rig()


A = "a temperature C float -10.0 10.0"
B = "b mode \\@ discrete on off"


#: The initial updates of both.
FIRST = b"#sensor-status 1 1 a nominal 1\n#sensor-status 1 1 b nominal on\n"
TOLD_FIRST = [("a", 1.0, "nominal", 1.0), ("b", 1.0, "nominal", "on")]


def list_sensors(wire: Wire, sensors: list[str], *, first_mid: int = 1) -> None:
    """Answer ?help and ?sensor-list, which were asked with these ids."""
    help_mid, list_mid = f"[{first_mid}]", f"[{first_mid + 1}]"
    assert [f"?help{help_mid}"] == wire.heard()
    wire.say(f"#help{help_mid} watchdog Ping.\n!help{help_mid} ok 1\n".encode())
    assert [f"?sensor-list{list_mid}"] == wire.heard()
    lines = "".join(f"#sensor-list{list_mid} {sensor}\n" for sensor in sensors)
    wire.say(f"{lines}!sensor-list{list_mid} ok {len(sensors)}\n".encode())


def synced(rig: Rig) -> Wire:
    """Bring a mirror of the sensors a and b in step, over bulk sampling."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A, B])
    assert ["?sensor-sampling[3] a,b auto"] == wire.heard()
    wire.say(FIRST + b"!sensor-sampling[3] ok a,b auto\n")
    assert State.SYNCED is rig.connection.state
    return wire


def test_sync_in_bulk(rig: Rig) -> None:
    """With flag B one request samples all; then readings flow."""
    wire = synced(rig)
    assert [["watchdog"], (["a", "b"], []), *TOLD_FIRST] == rig.take()
    wire.say(b"#sensor-status 1.5 1 a nominal 3.5\n#sensor-status 2 2 a warn nan b unknown on\n")
    expected = [("a", 1.5, "nominal", 3.5), ("a", 2.0, "warn", float("nan")), ("b", 2.0, "unknown", "on")]
    assert repr(expected) == repr(rig.take())


def test_initial_update_before_the_reply_is_not_lost(rig: Rig) -> None:
    """aiokatcp and katcp-python send it so (katcp.md section 7)."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A])
    rig.take()
    wire.say(b"#sensor-status 1 1 a nominal 1\n!sensor-sampling[3] ok a auto\n")
    assert [("a", 1.0, "nominal", 1.0)] == rig.take()
    assert State.SYNCED is rig.connection.state


def test_sync_one_by_one_without_ids(rig: Rig) -> None:
    """A v5.0 device without ids gets one sampling request at a time."""
    wire = rig.endpoint.accept()
    wire.say(V5_WITHOUT_IDS, b"!help ok 0\n")
    wire.say(b"#sensor-list a x \\@ integer\n#sensor-list b x \\@ integer\n!sensor-list ok 2\n")
    assert ["?help", "?sensor-list", "?sensor-sampling a auto"] == wire.heard()
    wire.say(b"!sensor-sampling ok a auto\n")
    assert ["?sensor-sampling b auto"] == wire.heard()
    assert "syncing" == rig.connection.state
    wire.say(FIRST + b"!sensor-sampling ok b auto\n")
    assert "synced" == rig.connection.state


def test_sensor_that_cannot_be_sampled_spoils_only_itself(rig: Rig, logged: list[LogEvent]) -> None:
    """A refused batch is tried one by one; what remains refused is in the log."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A, B])
    wire.heard()
    wire.say(b"!sensor-sampling[3] fail Unknown\\_sensor\n")
    assert ["?sensor-sampling[4] a auto", "?sensor-sampling[5] b auto"] == wire.heard()
    wire.say(FIRST + b"!sensor-sampling[4] ok a auto\n!sensor-sampling[5] fail no\n")
    assert State.SYNCED is rig.connection.state
    [event] = [e for e in logged if "cannot be sampled" in str(e.get("log_format"))]
    assert (1, "!sensor-sampling[5] fail no") == (event["count"], event["text"])


def test_loss_and_return(rig: Rig) -> None:
    """On loss everything is old; on return everything is sampled again, and nothing announced twice."""
    wire = synced(rig)
    rig.take()
    wire.cut()
    assert ["unreachable"] == rig.take()
    rig.clock.advance(0.5)
    synced(rig)
    assert [["watchdog"], *TOLD_FIRST] == rig.take()


def test_changed_interface_is_listed_once_for_a_storm(rig: Rig) -> None:
    """Twelve announcements in a row, one list; only what is new is sampled."""
    wire = synced(rig)
    rig.take()
    wire.say(b"#interface-changed sensor-list\n" * 12)
    assert [] == wire.heard()
    assert ["#interface-changed sensor-list"] * 12 == rig.take()
    rig.clock.advance(2)
    list_sensors(wire, [B.replace("on off", "on off idle"), "c new \\@ integer"], first_mid=4)
    assert ["?sensor-sampling[6] b,c auto"] == wire.heard()
    assert [["watchdog"], (["b", "c"], ["a", "b"])] == rig.take()
    first = b"#sensor-status 5 1 b nominal on\n#sensor-status 5 1 c nominal 1\n"
    wire.say(first + b"!sensor-sampling[6] ok b,c auto\n")
    assert State.SYNCED is rig.connection.state
    assert [] == rig.clock.getDelayedCalls()


def test_change_while_listing_is_listed_again(rig: Rig) -> None:
    """What was announced after we asked may not be in the answer."""
    wire = rig.endpoint.accept()
    wire.say(V5, b"#interface-changed sensor-list\n")
    list_sensors(wire, [])
    assert State.SYNCED is rig.connection.state
    rig.clock.advance(2)
    assert ["?help[3]"] == wire.heard()


def test_device_whose_lists_cannot_be_read_is_backed_off(rig: Rig) -> None:
    """The reason is in words."""
    wire = rig.endpoint.accept()
    wire.say(V5, b"!help[1] invalid no\\_help\\_here\n")
    assert State.SLEEPING is rig.connection.state
    assert wire.is_cut
    assert "no help here" in str(rig.connection.error)


ODD = [
    (b"#sensor-status 0000 1 a nominal 1\n", [("a", 0.0, "nominal", 1.0)]),
    (b"#sensor-status soon 1 a nominal 1\n", [("a", 0.0, "nominal", 1.0)]),
    (b"#sensor-status 1 1 a splendid 1\n", [("a", 1.0, "unknown", 1.0)]),
    (b"#sensor-status 1 1 a unreachable\n", [("a", 1.0, "unreachable", "")]),
    (b"#sensor-status 1 7 a nominal 1\n", [("a", 1.0, "nominal", 1.0)]),
    (b"#sensor-status 1 1 stranger nominal 1\n", []),
    (b"#sensor-status 1 1\n", []),
    (b"#sensor-status\n", []),
    (b"#fpga down\n", ["#fpga down"]),
]


@pytest.mark.parametrize(("line", "expected"), ODD)
def test_odd_readings_of_real_devices(rig: Rig, line: bytes, expected: list[object]) -> None:
    """katcp.md section 11: shown as well as can be, and never fatal."""
    wire = synced(rig)
    rig.take()
    wire.say(line)
    assert expected == rig.take()
    assert State.SYNCED is rig.connection.state


def test_chunk_is_told_once(rig: Rig) -> None:
    """The hub flushes at the end of a chunk, never inside it."""
    wire = synced(rig)
    before = rig.chunks
    wire.say(b"#sensor-status 1 1 a nominal 1\n" * 100)
    assert before + 1 == rig.chunks


def test_sensor_line_that_is_too_short_is_skipped(rig: Rig, logged: list[LogEvent]) -> None:
    """One bad description costs one sensor."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, ["broken", A])
    assert ["?sensor-sampling[3] a auto"] == wire.heard()
    assert [e for e in logged if "too short" in str(e.get("what"))]


def test_two_sensors_that_read_the_same(rig: Rig) -> None:
    """Only the first can be told apart from the other in text, so only it is known."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    wire.heard()
    wire.say(b"!help[1] ok 0\n")
    wire.say(
        b"#sensor-list[2] a\xff x \\@ integer\n#sensor-list[2] a\\\\xff x \\@ integer\n!sensor-list[2] ok 2\n"
    )
    assert "?sensor-sampling[3] a\\xff auto" == wire.heard()[-1]
    assert (["a\\xff"], []) == rig.take()[-1]


@pytest.mark.parametrize(
    ("announced", "sampled"),
    [
        (
            b"#interface-changed sensor a removed\n#interface-changed sensor a added\n",
            ["?sensor-sampling[6] a auto"],
        ),
        (b"#interface-changed sensor-list\n", ["?sensor-sampling[6] a,b auto"]),
        (b"#interface-changed\n", ["?sensor-sampling[6] a,b auto"]),
        (b"#interface-changed request foo added\n", []),
    ],
)
def test_sensor_that_was_replaced_by_its_like_is_sampled_anew(
    rig: Rig, announced: bytes, sampled: list[str]
) -> None:
    """The list looks as before, and yet the device has forgotten its strategy."""
    wire = synced(rig)
    wire.say(announced)
    rig.clock.advance(2)
    list_sensors(wire, [A, B], first_mid=4)
    assert sampled == wire.heard()


def test_device_that_is_busy_when_asked_again_is_not_cut(rig: Rig) -> None:
    """A C server that carries out a slow request answers nothing meanwhile; that request must not be lost."""
    wire = synced(rig)
    wire.say(b"#interface-changed sensor-list\n")
    rig.clock.advance(2)
    assert ["?help[4]"] == wire.heard()
    rig.clock.advance(31)
    assert State.SYNCED is rig.connection.state
    rig.clock.advance(30)
    list_sensors(wire, [A, B], first_mid=5)


def test_device_that_is_slow_to_sample_is_not_taken_for_synced(rig: Rig) -> None:
    """A timeout is no refusal: nothing would ever be sampled."""
    wire = rig.endpoint.accept()
    wire.say(V5_WITHOUT_IDS, b"!help ok 0\n")
    wire.say(b"#sensor-list a x \\@ integer\n#sensor-list b x \\@ integer\n!sensor-list ok 2\n")
    rig.clock.advance(31)
    assert State.SLEEPING is rig.connection.state
    assert "no reply to ?sensor-sampling" in str(rig.connection.error)


def many(wire: Wire, count: int) -> None:
    """Let a device without bulk sampling list so many sensors."""
    wire.say(b"#version-connect katcp-protocol 5.1-MI\n", b"!help[1] ok 0\n")
    lines = b"".join(b"#sensor-list[2] s%d x \\@ integer\n" % n for n in range(count))
    wire.heard()
    wire.say(lines + b"!sensor-list[2] ok %d\n" % count)


def test_sampling_that_times_out_ends_there(rig: Rig) -> None:
    """The device is not sent one request after the other that nobody waits for any more."""
    wire = rig.endpoint.accept()
    many(wire, 500)
    assert 64 == len(wire.heard())
    rig.clock.advance(30)
    assert [] == wire.heard()
    assert State.SLEEPING is rig.connection.state
    assert 1 == len(rig.clock.getDelayedCalls())


def test_loss_while_a_thousand_sensors_wait_to_be_sampled(rig: Rig) -> None:
    """They fail together, not one inside the other."""
    wire = rig.endpoint.accept()
    many(wire, 5000)
    wire.cut()
    assert State.SLEEPING is rig.connection.state
    assert 1 == len(rig.clock.getDelayedCalls())


def test_nothing_is_heard_of_a_connection_that_was_dropped(rig: Rig) -> None:
    """What came in the same chunk is older than the word `unreachable`."""
    synced(rig).cut()
    rig.clock.advance(0.5)
    wire = rig.endpoint.accept()
    wire.say(V5)
    rig.take()
    wire.say(b"!help[1] fail busy\n#sensor-status 5 1 a nominal 3\n")
    assert ["unreachable"] == rig.take()


def test_last_words_of_a_device(rig: Rig) -> None:
    """Why it went is what an operator wants to read."""
    wire = synced(rig)
    wire.say(b"#disconnect going\\_for\\_lunch\n")
    wire.cut()
    assert "going for lunch" in str(rig.connection.error)


# Devices that send no initial updates, and v4.

ANSWERED = [
    (
        b"#sensor-value[4] 7 1 b warn off\n#sensor-value[4] 7 1 a warn 9\n!sensor-value[4] ok 2\n",
        ["b", "warn"],
    ),
    (b"!sensor-value[4] fail not\\_now\n", None),
    (b"#sensor-value[4]\n#sensor-value[4] x\n!sensor-value[4] ok\n", None),
]


@pytest.mark.parametrize(("answer", "told"), ANSWERED)
def test_readings_that_do_not_come_by_themselves_are_asked_for(
    rig: Rig, answer: bytes, told: list[str] | None
) -> None:
    """Only those that lack one are taken: an update that came meanwhile is as new or newer."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A, B])
    wire.heard()
    wire.say(b"#sensor-status 5 1 a nominal 1\n!sensor-sampling[3] ok a,b auto\n")
    assert ["?sensor-value[4]"] == wire.heard()
    assert not rig.mirror.is_synced
    rig.take()
    wire.say(answer)
    assert ([] if told is None else [("b", 7.0, "warn", "off")]) == rig.take()
    assert rig.mirror.is_synced


@pytest.mark.parametrize(
    "hello",
    [b"#version katcp-x-1.0\n#build-state built-1.0\n", b"#version-connect katcp-protocol 4.9-M\n"],
)
def test_v4(rig: Rig, hello: bytes) -> None:
    """No ids, no bulk sampling, and milliseconds in timestamps, timestamp sensors and periods."""
    rig.mirror = Mirror(
        "old", rig.endpoint, rig, strategy=Strategy.parse(["period", "0.5"]), reactor=rig.clock
    )
    rig.mirror.start()
    rig.endpoint.attempts.pop(0)
    wire = rig.endpoint.accept()
    wire.say(hello)
    rig.clock.advance(0)
    assert ["?help"] == wire.heard()
    wire.say(b"#help halt stop\n!help ok 1\n")
    wire.say(b"#sensor-list t Then \\@ timestamp\n!sensor-list ok 1\n")
    assert ["?sensor-list", "?sensor-sampling t period 500"] == wire.heard()
    wire.say(b"!sensor-sampling ok t period 500\n")
    assert ["?sensor-value"] == wire.heard()
    rig.take()
    wire.say(b"#sensor-value 1500 1 t unknown 2500.5\n!sensor-value ok 1\n")
    assert [("t", 1.5, "unknown", 2.5005)] == rig.take()
    assert rig.mirror.is_synced


# What the user of a mirror calls.


def test_requests_over_a_mirror(rig: Rig) -> None:
    """Sent while synced; otherwise refused with the reason, and a loss names the device."""
    refused = outcome(rig.mirror.send_request("watchdog"))
    assert ["device 'cbf' is not connected: it is connecting"] == [str(error) for error in refused]
    when = outcome(rig.mirror.when_synced())
    wire = synced(rig)
    assert [rig.mirror] == when
    answered = outcome(rig.mirror.send_request("watchdog"))
    wire.say(b"!watchdog[4] ok\n")
    assert "!watchdog[4] ok" == str(answered[0][1])
    lost = outcome(rig.mirror.send_request("slew"))
    wire.cut()
    assert [("cbf", "slew")] == [(error.device, error.request) for error in lost]
    assert [] == outcome(rig.mirror.when_synced())


def test_sensors_of_a_mirror(rig: Rig) -> None:
    """Description and latest reading of each; while the device is away what it was, unreachable."""
    wire = synced(rig)
    wire.say(b"#sensor-status 5 1 a warn 2.5\n")
    assert ["a", "b"] == list(rig.mirror.sensors)
    assert ("C", (5.0, "warn", 2.5)) == (
        rig.mirror.sensors["a"].description.units,
        rig.mirror.sensors["a"].reading,
    )
    wire.cut()
    assert (5.0, "unreachable", 2.5) == rig.mirror.sensors["a"].reading


def test_strategy_is_kept_over_reconnects(rig: Rig) -> None:
    """Set now, set again on the next connection, and set once a sensor appears that has none yet."""
    wire = synced(rig)
    event = Strategy.parse(["event-rate", "1", "inf"])
    done = outcome(rig.mirror.set_strategy(["a", "later"], event))
    assert ["?sensor-sampling[4] a event-rate 1 inf"] == wire.heard()
    assert [] == done
    wire.say(b"!sensor-sampling[4] ok a event-rate 1 inf\n")
    assert [None] == done
    wire.cut()
    rig.clock.advance(0.5)
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A, B, "later x \\@ integer"])
    assert ["?sensor-sampling[3] a,later event-rate 1 inf"] == wire.heard()
    wire.say(b"!sensor-sampling[3] ok a,later event-rate 1 inf\n")
    assert ["?sensor-sampling[4] b auto"] == wire.heard()


def test_strategy_that_the_device_refuses_is_not_kept(rig: Rig) -> None:
    """Who asked is told why."""
    wire = synced(rig)
    refused = outcome(rig.mirror.set_strategy("b", Strategy.parse(["differential", "1"])))
    wire.heard()
    wire.say(b"!sensor-sampling[4] fail not\\_for\\_words\n")
    assert ["the device answered fail to ?sensor-sampling: not for words"] == [str(e) for e in refused]
    wire.cut()
    rig.clock.advance(0.5)
    synced(rig)


def test_strategy_none_samples_nothing(rig: Rig) -> None:
    """A mirror may leave its device alone; it knows the present values all the same."""
    mirror = Mirror("x", rig.endpoint, strategy=Strategy(Kind.NONE), reactor=rig.clock)
    mirror.start()
    rig.endpoint.attempts.pop(0)
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A])
    assert ["?sensor-value[3]"] == wire.heard()
    wire.say(b"#sensor-value[3] 2 1 a nominal 8\n!sensor-value[3] ok 1\n")
    assert (2.0, "nominal", 8.0) == mirror.sensors["a"].reading


def test_waiting_for_a_condition(rig: Rig) -> None:
    """Met by the present reading, by a later one, or after a reconnect; by a value or by a function."""
    wire = synced(rig)
    assert [(1.0, "nominal", 1.0)] == outcome(rig.mirror.wait_for("a", 1.0))
    off = outcome(rig.mirror.wait_for("b", "off", timeout=60))
    hot = outcome(rig.mirror.wait_for("a", lambda reading: reading.value > 5))
    wire.say(b"#sensor-status 2 1 a nominal 4\n")
    assert [] == hot
    wire.say(b"#sensor-status 3 1 a nominal 6\n#sensor-status 3 1 a nominal 7\n")
    assert [(3.0, "nominal", 6.0)] == hot
    wire.cut()
    rig.clock.advance(0.5)
    synced(rig).say(b"#sensor-status 4 1 b warn off\n")
    assert [(4.0, "warn", "off")] == off
    assert [] == rig.clock.getDelayedCalls()


def test_condition_that_is_not_met_in_time(rig: Rig) -> None:
    """The error says what the sensor reads instead."""
    wire = synced(rig)
    late = outcome(rig.mirror.wait_for("a", 5.0, timeout=10))
    never = outcome(rig.mirror.wait_for("ghost", 5.0, timeout=10))
    wire.say(b"#sensor-status 2 1 a warn 4\n")
    rig.clock.advance(10)
    assert [
        "sensor 'a' did not meet the condition within 10 s; it reads warn 4.0",
        "sensor 'ghost' did not meet the condition within 10 s; it has not read anything",
    ] == [str(error) for error in late + never]


def test_condition_that_is_given_up_or_breaks(rig: Rig) -> None:
    """A defect in a condition is told to who waits for it, and to nobody else; nothing is left behind."""
    wire = synced(rig)
    given_up = rig.mirror.wait_for("a", 5.0, timeout=10)
    seen = outcome(given_up)
    given_up.cancel()
    broken = outcome(rig.mirror.wait_for("a", lambda reading: reading.value == 6 and reading["x"]))
    other = outcome(rig.mirror.wait_for("a", 6.0, timeout=10))
    wire.say(b"#sensor-status 2 1 a nominal 6\n")
    assert [CancelledError, TypeError] == [type(error) for error in seen + broken]
    assert [(2.0, "nominal", 6.0)] == other
    assert [] == rig.clock.getDelayedCalls()


def set_now(rig: Rig, sensor: str, *words: str) -> list[Any]:
    return outcome(rig.mirror.set_strategy(sensor, Strategy.parse(words)))


def test_strategy_set_while_the_lists_are_asked_for(rig: Rig) -> None:
    """It is told before the mirror is in step, however late it was set."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A, B])
    wire.heard()
    assert [None] == set_now(rig, "a", "event")
    wire.say(b"!sensor-sampling[3] ok a,b auto\n")
    assert ["?sensor-sampling[4] a event"] == wire.heard()
    wire.say(b"!sensor-sampling[4] ok a event\n")
    assert [None] == set_now(rig, "b", "period", "1")
    wire.say(b"!sensor-value[5] ok 0\n")
    assert ["?sensor-value[5]", "?sensor-sampling[6] b period 1"] == wire.heard()
    assert not rig.mirror.is_synced
    wire.say(b"!sensor-sampling[6] ok b period 1\n")
    assert rig.mirror.is_synced


def test_strategy_set_twice_at_once(rig: Rig) -> None:
    """The device's last is the one that was asked for last."""
    wire = synced(rig)
    first, second = set_now(rig, "a", "event"), set_now(rig, "a", "period", "1")
    asked = wire.heard()
    assert ["?sensor-sampling[4] a event", "?sensor-sampling[5] a period 1"] == asked
    wire.say(b"!sensor-sampling[5] ok a period 1\n!sensor-sampling[4] ok a event\n")
    assert [None, None] == first + second
    wire.cut()
    rig.clock.advance(0.5)
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A])
    assert ["?sensor-sampling[3] a period 1"] == wire.heard()


def test_strategy_of_a_device_that_is_lost_meanwhile(rig: Rig) -> None:
    """It is told on the next connection."""
    wire = synced(rig)
    done = set_now(rig, "a", "event")
    wire.cut()
    assert [None] == done
    rig.clock.advance(0.5)
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A])
    assert ["?sensor-sampling[3] a event"] == wire.heard()


def test_strategy_none_of_one_sensor_is_told(rig: Rig) -> None:
    """The others go on."""
    wire = synced(rig)
    done = set_now(rig, "a", "none")
    assert ["?sensor-sampling[4] a none"] == wire.heard()
    wire.say(b"!sensor-sampling[4] ok a none\n")
    assert [None] == done


def test_what_was_refused_is_not_asked_for_again_by_itself(rig: Rig) -> None:
    """Who asks once more is asked for once more."""
    wire = synced(rig)
    for mid in (4, 5):
        refused = set_now(rig, "b", "differential", "1")
        assert [f"?sensor-sampling[{mid}] b differential 1"] == wire.heard()
        wire.say(b"!sensor-sampling[%d] fail no\n" % mid)
        assert 1 == len(refused)
    set_now(rig, "a", "event")
    assert ["?sensor-sampling[6] a event"] == wire.heard()


def test_strategy_that_is_none(rig: Rig) -> None:
    """Text is no Strategy; it would be found out only when it is sent."""
    with pytest.raises(TypeError, match="is no Strategy"):
        rig.mirror.set_strategy("a", "event")  # type: ignore[arg-type]


class Broken(MirrorListener):
    """Fails at whatever it is told."""

    def __getattribute__(self, name: str) -> Any:
        if name in vars(MirrorListener):
            raise OSError(name)
        return super().__getattribute__(name)


def test_listener_that_breaks_disturbs_nobody(rig: Rig) -> None:
    """Neither the mirror nor who is told after it."""
    second = Rig()
    rig.mirror.add_listener(second)
    rig.mirror._listeners = [Broken(), *rig.mirror._listeners]
    wire = synced(rig)
    waiting = outcome(rig.mirror.wait_for("a", 3.0))
    wire.say(b"#sensor-status 2 1 a nominal 3\n")
    assert [(2.0, "nominal", 3.0)] == waiting
    wire.cut()
    told = rig.take()
    assert "unreachable" == told[-1]
    assert told == second.take()
    rig.mirror.stop()
    assert [] == rig.clock.getDelayedCalls()


@pytest.mark.parametrize("moment", ["state_changed", "requests_changed", "sensors_changed", "reading"])
def test_listener_that_stops_the_mirror(rig: Rig, moment: str) -> None:
    """Nothing is told after that but the end, and nothing is left behind."""
    told: list[str] = []

    class Stopping(MirrorListener):
        def __getattribute__(self, name: str) -> Any:
            if name not in vars(MirrorListener):
                return super().__getattribute__(name)

            def note(*arguments: object) -> None:
                told.append(name)
                if name == moment and (name != "state_changed" or rig.connection.state == "synced"):
                    rig.mirror.stop()

            return note

    rig.mirror.add_listener(Stopping())
    wire = rig.endpoint.accept()
    wire.say(V5)
    when = outcome(rig.mirror.when_synced())
    wire.say(b"!help[1] ok 0\n", f"#sensor-list[2] {A}\n#sensor-list[2] {B}\n!sensor-list[2] ok 2\n".encode())
    wire.say(FIRST + b"!sensor-sampling[3] ok a,b auto\n")
    assert [] == when
    assert "closed" == rig.connection.state
    assert [] == [what for what in told[told.index("unreachable") + 1 :] if what != "chunk_ended"]
    assert [] == rig.clock.getDelayedCalls()


def test_waiting_that_is_given_up_by_another(rig: Rig) -> None:
    """One that is met gives up its neighbour; the third is told all the same."""
    wire = synced(rig)
    first = rig.mirror.wait_for("a", 6.0)
    second = rig.mirror.wait_for("a", 6.0)
    third = outcome(rig.mirror.wait_for("a", 6.0))
    first.addCallback(lambda _: second.cancel())
    cancelled = outcome(second)
    wire.say(b"#sensor-status 2 2 a nominal 6 b warn off\n")
    assert [CancelledError] == [type(error) for error in cancelled]
    assert [(2.0, "nominal", 6.0)] == third
    assert ("b", 2.0, "warn", "off") == rig.take()[-1]
