"""Mirror: getting in step with a device, and staying so. The device is a script."""

import pytest
from twisted.logger import LogEvent

from katgate.katcp.sampling import Strategy
from katgate.tx.connection import State
from katgate.tx.mirror import Mirror
from tests.support import V5, V5_WITHOUT_IDS, Wire
from tests.tx.mirror_rig import FIRST, TOLD_FIRST, A, B, Rig, list_sensors, synced


@pytest.fixture
def rig() -> Rig:
    return Rig()


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
