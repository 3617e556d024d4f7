"""What a client must tolerate of old and odd devices, katcp.md section 11: their sensors and how they sample them
(rows 9 and 15 to 24).
"""

import pytest
from twisted.logger import LogEvent

from katgate.katcp.reading import SensorDescription
from katgate.katcp.values import decode_seconds
from tests.support import V5, outcome
from tests.tx.scripted import MirrorTalk
from tests.tx.transcripts import C_V5, DUPLEX, KCS, TCPBORPHSERVER

FAN = "/opt/jobs/fan.speed"

#: What TCPBORPHSERVER answers to `?sensor-value`.
ROACH_VALUES = [
    ("temp.ambient", 1763791781.25, "nominal", 31250),
    ("fpga.up", 1763791781.25, "nominal", True),
    ("mode", 1763791781.251, "unknown", "raw"),
    ("adc.power", 1763791781.252, "warn", 1.5),
]


@pytest.mark.parametrize(
    "hello",
    [
        TCPBORPHSERVER.hello,
        DUPLEX.hello,
        b"#version-connect katcp-protocol 4.0\n",
        b"#version-connect katcp-protocol 3.9-M\n",
    ],
)
def test_row_09_milliseconds_before_v5(hello: bytes) -> None:
    """In timestamps, in the values and limits of timestamp sensors, in periods and in `#log`."""
    old = DUPLEX.but(
        {
            "?sensor-list": b"#sensor-list ts x none timestamp 1000 2500.5\n!sensor-list ok 1\n",
            "?sensor-value": b"#sensor-value 1500 1 ts nominal 2500.5\n!sensor-value ok 1\n",
        },
        hello=hello + b"#log info 1763791780123 duplex up\n",
    )
    talk = MirrorTalk(old, "period 0.5")
    assert "?sensor-sampling ts period 500" == talk.device.heard[2]
    assert (1.0, 2.5005) == talk.mirror.sensors["ts"].description.params
    talk.device.say(b"#sensor-status 1763791780500 1 ts warn 1763791780250\n")
    assert [
        ("ts", 1.5, "nominal", 2.5005),
        ("ts", 1763791780.5, "warn", 1763791780.25),
    ] == talk.readings
    # `#log` is handed on as it came: its listener reads the time by the protocol's version.
    [log] = talk.informs
    assert talk.mirror.connection.protocol is not None
    assert talk.mirror.connection.protocol.flags is not None
    major = talk.mirror.connection.protocol.flags.major
    assert 1763791780.123 == decode_seconds(log.split()[2].encode(), major)


def test_row_09_seconds_since_v5() -> None:
    """The other side of the row: the same device of v5 means seconds."""
    talk = MirrorTalk(DUPLEX.but({}, hello=C_V5.hello), "period 0.5")
    assert "?sensor-sampling ts period 0.5" == talk.device.heard[2]
    talk.device.say(b"#sensor-status 1763791780.500 1 ts warn 1763791780.250\n")
    assert [("ts", 1763791780.5, "warn", 1763791780.25)] == talk.readings


def test_row_15_prefix_gives_more_sensors_than_asked() -> None:
    """Who asks for one gets all that the device sends; a mirror uses no filter, and mixes nothing up."""
    one_more = b"#sensor-list check a\\_parent none integer\n" + C_V5.answers["?sensor-list"]
    value = b"#sensor-value 1763791781 1 check nominal 7\n" + C_V5.answers["?sensor-value"]
    device = C_V5.but({"?sensor-list": one_more, "?sensor-value": value, "?sensor-value check": value})
    talk = MirrorTalk(device)
    assert ["?sensor-list", "?sensor-value"] == [
        line for line in talk.device.take_heard() if "-list" in line or "-value" in line
    ]
    values = {name: sensor.reading.value for name, sensor in talk.mirror.sensors.items() if sensor.reading}
    assert {
        "check": 7,
        "check.integer.simple": 3,
        "check.integer.register": 2,
        "check.integer.big": 114901013760,
    } == values
    informs = [line for line in value.decode().splitlines() if line.startswith("#sensor-value")]
    assert (informs, "!sensor-value ok 3") == talk.ask("sensor-value", "check")


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        (b"0x0002", 2),
        (b"0XfFfF", 65535),
        (b"0xffffffffffffffff", 2**64 - 1),
        (b"0x", "0x"),
        (b"0xfg", "0xfg"),
        (b"ff", "ff"),
    ],
)
def test_row_16_hexadecimal_integers(wire: bytes, value: object) -> None:
    """Read as the numbers that they are, in limits too; what is none stays the device's own text."""
    talk = MirrorTalk(C_V5)
    assert (0, 65535) == talk.mirror.sensors["check.integer.register"].description.params
    talk.take_readings()
    talk.device.say(b"#sensor-status 5 1 check.integer.register nominal " + wire + b"\n")
    assert [("check.integer.register", 5.0, "nominal", value)] == talk.readings


def test_row_17_status_unknown_with_a_good_value() -> None:
    """The value is shown, and may be waited for."""
    talk = MirrorTalk(C_V5)
    assert ("check.integer.big", 1763791781.0, "unknown", 114901013760) == talk.readings[-1]
    awaited = outcome(talk.mirror.wait_for("check.integer.big", 2**63))
    talk.device.say(b"#sensor-status 1763791782.000 1 check.integer.big unknown 9223372036854775808\n")
    assert [(1763791782.0, "unknown", 2**63)] == awaited


def test_row_18_timestamps_that_stand_still_or_go_back() -> None:
    """Updates count in the order in which they come; `0000` is no time, and the value holds all the same."""
    talk = MirrorTalk(KCS)
    assert [(FAN, 0.0, "unknown", 4200)] == talk.take_readings()
    stopped = outcome(talk.mirror.wait_for(FAN, 4204))
    came = [(b"0000", 4201), (b"5000", 4202), (b"5000", 4203), (b"5000", 4203), (b"4000", 4204), (b"x", 4205)]
    for timestamp, value in came:
        talk.device.say(b"#sensor-status %s 1 %s nominal %d\n" % (timestamp, FAN.encode(), value))
    times = [0.0, 5.0, 5.0, 5.0, 4.0, 0.0]
    assert [(FAN, at, "nominal", value) for at, (_, value) in zip(times, came, strict=True)] == talk.readings
    assert (0.0, "nominal", 4205) == talk.mirror.sensors[FAN].reading
    assert [(4.0, "nominal", 4204)] == stopped


REFUSING = {
    "?sensor-sampling mode event-rate 1000 10000": b"#log error 1763791780000 raw unknown\\_strategy\n"
    b"!sensor-sampling fail\n",
    "?sensor-sampling mode differential 1": b"!sensor-sampling fail not\\_implemented\n",
}


@pytest.mark.parametrize("strategy", ["event-rate 1 10", "differential 1"])
def test_row_19_strategies_that_the_device_does_not_have(strategy: str) -> None:
    """Who asked is told; the old strategy stays, and is the one that is set after a reconnect."""
    talk = MirrorTalk(TCPBORPHSERVER.but(REFUSING))
    assert talk.set_strategy("mode", strategy).startswith("the device answered fail to ?sensor-sampling")
    assert talk.mirror.is_synced
    talk.device.wire.cut()
    assert "?sensor-sampling mode auto" in talk.connect().heard


def test_row_19_mirror_that_is_set_to_such_a_strategy(logged: list[LogEvent]) -> None:
    """The device is shown with the values that it has now, and the log says that it cannot be sampled so."""
    refusal = b"!sensor-sampling fail unknown\\_strategy\n"
    talk = MirrorTalk(TCPBORPHSERVER.but({"?sensor-sampling": refusal}), "event-rate 1 10")
    assert talk.mirror.is_synced
    assert ROACH_VALUES == talk.readings
    [event] = [e for e in logged if "cannot be sampled" in str(e.get("log_format"))]
    assert 4 == event["count"]


def test_row_19_four_types_of_sensors_are_enough() -> None:
    """Integer, boolean, discrete and float, each with the Python type that it means."""
    talk = MirrorTalk(TCPBORPHSERVER)
    assert [int, bool, str, float] == [type(value) for _, _, _, value in talk.readings]
    assert ("raw", "tone", "beam") == talk.mirror.sensors["mode"].description.params


def test_row_20_no_initial_update() -> None:
    """The present values are asked for, once; an update that came first is newer and is kept."""
    early = b"#sensor-status 1763791782000 1 mode nominal tone\n"
    asked = early + TCPBORPHSERVER.answers["?sensor-value"]
    talk = MirrorTalk(TCPBORPHSERVER.but({"?sensor-value": asked}))
    assert 1 == talk.device.heard.count("?sensor-value")
    assert [("mode", 1763791782.0, "nominal", "tone")] + [
        told for told in ROACH_VALUES if told[0] != "mode"
    ] == talk.readings
    talk.take_readings()
    talk.advance(60)
    talk.device.say(b"#sensor-status 1763791842000 1 fpga.up nominal 0\n")
    assert [("fpga.up", 1763791842.0, "nominal", False)] == talk.readings
    assert 1 == talk.device.heard.count("?sensor-value")


CLAMPED = [
    b"#log warn 1763791780000 raw period\\_too\\_short\n!sensor-sampling ok mode period 252\n",
    b"!sensor-sampling ok mode period\n",
    b"!sensor-sampling ok mode\n",
    b"!sensor-sampling ok\n",
]


@pytest.mark.parametrize("answer", CLAMPED)
def test_row_21_strategy_that_differs_from_what_was_asked(answer: bytes) -> None:
    """Ok is ok; who asks by hand sees the device's own words, and what was wanted is asked for again later."""
    talk = MirrorTalk(TCPBORPHSERVER.but({"?sensor-sampling mode period 100": answer}))
    assert "" == talk.set_strategy("mode", "period 0.1")
    assert ([], answer.decode().splitlines()[-1]) == talk.ask("sensor-sampling", "mode", "period", 100)
    talk.device.wire.cut()
    assert "?sensor-sampling mode period 100" in talk.connect().heard
    assert talk.mirror.is_synced


DESCRIBED = [
    (b"t x none integer", SensorDescription("t", "x", "none", "integer")),
    (b"t x none integer 0 4", SensorDescription("t", "x", "none", "integer", (0, 4))),
    (b"t x \\@ integer 0 4 -1 5", SensorDescription("t", "x", "", "integer", (0, 4, -1, 5))),
    (b"t x V float -inf 1e3", SensorDescription("t", "x", "V", "float", (float("-inf"), 1000.0))),
    (b"t x none timestamp", SensorDescription("t", "x", "none", "timestamp")),
    (b"t x ms timestamp 1 2", SensorDescription("t", "x", "ms", "timestamp", (1.0, 2.0))),
    (b"t \\@ none integer low 4 5", SensorDescription("t", "", "none", "integer", ("low", 4, 5))),
    (b"t x none discrete", SensorDescription("t", "x", "none", "discrete")),
    (b"t x \xff string", SensorDescription("t", "x", "\\xff", "string")),
]


@pytest.mark.parametrize(("line", "description"), DESCRIBED, ids=range(len(DESCRIBED)))
def test_row_22_units_and_limits_of_any_number(line: bytes, description: SensorDescription) -> None:
    """Described as the device has it; values outside the limits are readings like any other."""
    listed = b"#sensor-list " + line + b"\n!sensor-list ok 1\n"
    value = b"#sensor-value 7 1 t nominal 99\n!sensor-value ok 1\n"
    talk = MirrorTalk(C_V5.but({"?sensor-list": listed, "?sensor-value": value}))
    assert description == talk.mirror.sensors["t"].description
    expected = "99" if description.type in ("discrete", "string") else 99
    assert [("t", 7.0, "nominal", expected)] == talk.readings


def test_row_23_names_that_are_paths() -> None:
    """They are sampled, read and waited for under the names that they have."""
    talk = MirrorTalk(KCS)
    assert f"?sensor-sampling {FAN} auto" in talk.device.heard
    assert [FAN] == list(talk.mirror.sensors)
    assert "" == talk.set_strategy(FAN, "event")
    talk.device.say(f"#sensor-status 5000 1 {FAN} nominal 1\n".encode())
    assert (5.0, "nominal", 1) == talk.mirror.sensors[FAN].reading


def test_row_23_other_illegal_names() -> None:
    """Spaces, commas (which would split a list of sensors), bytes that are no text: each is one sensor."""
    names = [b"a\\_b", b"a,b", b"/x/", b"\xff", b"plain", b"other"]
    listed = b"".join(b"#sensor-list[id] " + name + b" x none integer\n" for name in names)
    values = b"".join(b"#sensor-value[id] 1 1 " + name + b" nominal 1\n" for name in names)
    device = C_V5.but(
        {
            "?help": b"!help[id] ok 0\n",
            "?sensor-list": listed + b"!sensor-list[id] ok 6\n",
            "?sensor-sampling": b"!sensor-sampling[id] ok\n",
            "?sensor-value": values + b"!sensor-value[id] ok 6\n",
        },
        hello=V5,
    )
    talk = MirrorTalk(device)
    assert [
        "?sensor-sampling[3] a\\_b,/x/,\\xff,plain,other auto",
        "?sensor-sampling[4] a,b auto",
    ] == talk.device.heard[2:4]
    assert ["a b", "a,b", "/x/", "\\xff", "plain", "other"] == [told[0] for told in talk.readings]


def test_row_24_types_that_are_old_or_not_known() -> None:
    """`lru` and types of the future are text; the device is not dropped for them."""
    device = C_V5.but(
        {
            "?sensor-list": b"#sensor-list rack x none lru\n#sensor-list q x none quaternion 0,0,0,1\n"
            b"#sensor-list e x none \\@\n!sensor-list ok 3\n",
            "?sensor-value": b"#sensor-value 1 3 rack nominal error q warn 0,0,1,0 e nominal \xff\n"
            b"!sensor-value ok 1\n",
        }
    )
    talk = MirrorTalk(device)
    assert [
        ("rack", 1.0, "nominal", "error"),
        ("q", 1.0, "warn", "0,0,1,0"),
        ("e", 1.0, "nominal", b"\xff"),
    ] == talk.readings
    assert ["lru", "quaternion", ""] == [sensor.description.type for sensor in talk.mirror.sensors.values()]
    assert ("0,0,0,1",) == talk.mirror.sensors["q"].description.params
    assert talk.mirror.is_synced


def test_row_24_statuses_that_are_not_known() -> None:
    """A status of the future is unknown, and its value is kept; one without a value is a reading too."""
    talk = MirrorTalk(C_V5)
    talk.take_readings()
    talk.device.say(b"#sensor-status 5 1 check.integer.big splendid 7\n")
    talk.device.say(b"#sensor-status 6 1 check.integer.big unreachable\n")
    assert [("check.integer.big", 5.0, "unknown", 7), ("check.integer.big", 6.0, "unreachable", "")] == (
        talk.readings
    )
