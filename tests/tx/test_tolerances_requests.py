"""What a client must tolerate of old and odd devices, katcp.md section 11: ids, replies and their informs
(rows 4 to 8, 10 to 13, 34 and 35).
"""

import pytest
from twisted.internet.defer import Deferred

from katgate.errors import DeviceFailed, MessageError, RequestTimeout
from katgate.katcp.message import Message
from katgate.tx.pending import ReplyResult
from tests.support import V5, outcome
from tests.tx.scripted import ClientTalk, MirrorTalk, Transcript, shown
from tests.tx.transcripts import C_V5, KATCP_PYTHON, TCPBORPHSERVER

#: The greatest message id that KATCP allows.
LAST_MID = 2**31 - 1

#: The three sensors of C_V5, as its informs have them.
C_VALUES = [line for line in C_V5.answers["?sensor-value"].decode().splitlines() if "#sensor-value" in line]


# Message ids, or none.


def test_row_04_ids_are_dropped_from_replies() -> None:
    """A v5 device without the flag I would answer without the id: it is sent none, and answers are taken."""
    talk = ClientTalk(C_V5)
    assert (C_VALUES, "!sensor-value ok 3") == talk.ask("sensor-value")
    assert ([], "!watchdog ok") == talk.ask("watchdog")
    assert ["?sensor-value", "?watchdog"] == talk.device.heard


def test_row_05_ids_on_some_informs_only() -> None:
    """A C server built with tags echoes ids except on `#sensor-value`, and does not list I: it is sent none."""
    tagged = C_V5.but(
        {
            "?sensor-value": b"#sensor-value 1 1 a nominal 3\n!sensor-value[id] ok 1\n",
            "?help": b"#help[id] watchdog x\n!help[id] ok 1\n",
        }
    )
    talk = ClientTalk(tagged)
    assert (["#sensor-value 1 1 a nominal 3"], "!sensor-value ok 1") == talk.ask("sensor-value")
    assert (["#help watchdog x"], "!help ok 1") == talk.ask("help")
    assert ["?sensor-value", "?help"] == talk.device.heard


def test_row_06_ids_are_numbers_from_1_to_the_last() -> None:
    """C servers wedge at any other id. After the last comes the first that is not in use."""
    talk = ClientTalk(KATCP_PYTHON.but({"?slow": b""}))
    assert None is talk.ask("slow", timeout=60)
    talk._pending._next_mid = LAST_MID  # two thousand million requests later
    for _ in range(3):
        talk.ask("watchdog")
    assert ["?slow[1]", f"?watchdog[{LAST_MID}]", "?watchdog[2]", "?watchdog[3]"] == talk.device.heard


@pytest.mark.parametrize("mid", [0, -1, LAST_MID + 1, 2**64])
def test_row_06_other_ids_cannot_be_sent(mid: int) -> None:
    """Not even by who builds a message by hand."""
    with pytest.raises(MessageError):
        bytes(Message.request("watchdog", mid=mid))


def test_row_07_one_request_of_a_name_at_a_time() -> None:
    """Without ids replies are matched by name, in order; requests of other names do not wait."""
    talk = ClientTalk(C_V5)
    results = [outcome(talk.send_request("sensor-value", name)) for name in ("check.integer.simple", "check")]
    other = outcome(talk.send_request("watchdog"))
    assert ["?sensor-value check.integer.simple", "?watchdog"] == talk.wire.heard()
    talk.wire.say(C_VALUES[0].encode() + b"\n!watchdog ok\n!sensor-value ok 1\n")
    assert ["?sensor-value check"] == talk.wire.heard()
    talk.wire.say("\n".join([*C_VALUES, "!sensor-value ok 3\n"]).encode())
    assert [(C_VALUES[:1], "!sensor-value ok 1"), (C_VALUES, "!sensor-value ok 3")] == list(
        map(shown, results)
    )
    assert ([], "!watchdog ok") == shown(other)


def test_row_07_mirror_samples_one_sensor_at_a_time() -> None:
    """Of a device without ids each sensor waits for the one before it."""
    talk = MirrorTalk(C_V5.but({"?sensor-sampling": b""}))
    assert ["?help", "?sensor-list", "?sensor-sampling check.integer.simple auto"] == talk.device.take_heard()
    talk.device.say(b"!sensor-sampling ok check.integer.simple auto\n")
    assert ["?sensor-sampling check.integer.register auto"] == talk.device.heard


def test_row_07_mirror_waits_for_as_long_as_the_sensors_take() -> None:
    """A hundred sensors of a second each are sampled: none times out because it stood in the queue."""
    listed = b"".join(b"#sensor-list s%d x none integer\n" % n for n in range(100))
    slow = C_V5.but({"?sensor-list": listed + b"!sensor-list ok 100\n", "?sensor-sampling": b""})
    talk = MirrorTalk(slow)
    for n in range(100):
        assert f"?sensor-sampling s{n} auto" == talk.device.heard[-1]
        talk.advance(1)
        talk.device.say(b"!sensor-sampling ok s%d auto\n" % n)
    assert talk.mirror.is_synced


INTERLEAVED = rb"""#log info 1763791780000 raw 1\_clients\_subscribed\_to\_sensor
#sensor-value[id] 1763791780001 1 temp.ambient nominal 31250
#sensor-status 1763791780002 1 temp.ambient nominal 31251
#client-connected 10.0.0.9:40100
#fpga loaded
#sensor-value[id] 1763791780003 1 mode unknown raw
#log warn 1763791780004 raw odd
#client-disconnected 10.0.0.9:40100
#interface-changed sensor-list
!sensor-value[id] ok 2
#log info 1763791780005 raw done
"""


@pytest.mark.parametrize("hello", [TCPBORPHSERVER.hello, C_V5.hello, V5])
def test_row_08_other_informs_between_those_of_a_request(hello: bytes) -> None:
    """Each goes where it belongs: the request's own to the request, all others to who listens, in order."""
    talk = ClientTalk(TCPBORPHSERVER.but({"?sensor-value": INTERLEAVED}, hello=hello))
    mid = "[1]" if hello == V5 else ""
    assert (
        [
            f"#sensor-value{mid} 1763791780001 1 temp.ambient nominal 31250",
            f"#sensor-value{mid} 1763791780003 1 mode unknown raw",
        ],
        f"!sensor-value{mid} ok 2",
    ) == talk.ask("sensor-value")
    lines = INTERLEAVED.decode().splitlines()
    assert [line for line in lines if "sensor-value" not in line] == talk.informs


# Replies.


@pytest.mark.parametrize("code", [b"fail", b"invalid"])
def test_row_10_failure_without_a_text(code: bytes) -> None:
    """The reason went out as `#log` before: that is handed on, and the error points to it."""
    log = b"#log error 1763791780300 raw no\\_such\\_register"
    refusal = log + b"\n!sensor-sampling " + code + b"\n"
    talk = MirrorTalk(TCPBORPHSERVER)
    talk.informs.clear()
    talk.device.answers["?sensor-sampling"] = refusal
    words = talk.set_strategy("mode", "event")
    assert (
        f"the device answered {code.decode()} to ?sensor-sampling and gave no reason; its log may tell"
        == words
    )
    assert [log.decode()] == talk.informs
    assert talk.mirror.is_synced


NO_CODE = [
    rb"!check-own \0\n\r\_ 42",
    b"!check-own b a",
    b"!check-own 42",
    b"!check-own",
    rb"!check-own \@",
    b"!check-own okay",
]


@pytest.mark.parametrize("reply", NO_CODE)
def test_row_11_reply_without_a_return_code(reply: bytes) -> None:
    """It is a reply as it stands, and not taken for ok."""
    talk = ClientTalk(C_V5.but({"?check-own": b"#check-own x\n" + reply + b"\n"}))
    [(informs, answered)] = ask_raw(talk, "check-own")
    assert ["#check-own x"] == [str(msg) for msg in informs]
    assert reply.decode() == str(answered)
    assert not answered.is_ok
    assert ([], "!watchdog ok") == talk.ask("watchdog")


def test_row_12_return_codes_of_its_own() -> None:
    """Any word but ok is a failure; the word itself is kept."""
    talk = ClientTalk(KATCP_PYTHON.but({"?capture": b"!capture[id] busy try\\_again later\n"}))
    [(_, reply)] = ask_raw(talk, "capture")
    assert not reply.is_ok
    error = DeviceFailed("capture", reply)
    assert ("busy", "try again later") == (error.code, error.words)


@pytest.mark.parametrize("count", [b"ok 0", b"ok 99999999999999999999", b"ok -1", b"ok several", b"ok"])
def test_row_13_count_that_disagrees_with_the_informs(count: bytes) -> None:
    """What came is what there is."""
    answers = {
        name: C_V5.answers[name].rpartition(b" ok")[0] + b" " + count + b"\n"
        for name in ("?help", "?sensor-list", "?sensor-value")
    }
    talk = MirrorTalk(C_V5.but(answers))
    assert talk.mirror.is_synced
    assert {"watchdog": "pings the system"} == talk.mirror.requests
    assert ["check.integer.simple", "check.integer.register", "check.integer.big"] == list(
        talk.mirror.sensors
    )
    assert (C_VALUES, f"!sensor-value {count.decode()}") == talk.ask("sensor-value")


def test_row_34_client_names_that_are_no_addresses() -> None:
    """kcsdplxd lists names, its own connections among them: they are passed on as they are."""
    answer = rb"""#client-list 127.0.0.1.7161
#client-list duplex\_[4]
#client-list \@
#client-list 10.0.0.7:41212
!client-list ok 4
"""
    [(informs, _)] = ask_raw(ClientTalk(C_V5.but({"?client-list": answer})), "client-list")
    assert ["127.0.0.1.7161", "duplex [4]", "", "10.0.0.7:41212"] == [msg.text(0) for msg in informs]


# Case.


def test_row_35_names_and_codes_are_case_sensitive() -> None:
    """`!WATCHDOG` does not answer `?watchdog`, `OK` is not ok, and `#Disconnect` is no farewell."""
    talk = ClientTalk(C_V5.but({"?watchdog": b"#Disconnect x\n!WATCHDOG ok\n!watchdog OK\n"}))
    [(_, reply)] = ask_raw(talk, "watchdog")
    assert ("!watchdog OK", False) == (str(reply), reply.is_ok)
    assert ["#Disconnect x"] == talk.informs
    assert "" == talk.farewell


def test_row_35_sensors_types_and_statuses_are_case_sensitive() -> None:
    """`mode` and `MODE` are two sensors; `INTEGER` is no type that we know, and `NOMINAL` no status."""
    listed = b"#sensor-list mode x none integer\n#sensor-list MODE x none INTEGER\n!sensor-list ok 2\n"
    values = b"#sensor-value 1 2 mode nominal 1 MODE NOMINAL 2\n!sensor-value ok 1\n"
    talk = MirrorTalk(C_V5.but({"?sensor-list": listed, "?sensor-value": values}))
    assert [("mode", 1.0, "nominal", 1), ("MODE", 1.0, "unknown", "2")] == talk.readings


@pytest.mark.parametrize(
    ("hello", "flags", "asked"),
    [
        (b"#version-connect katcp-protocol 5.1-mib\n", "5.1-bim", "?watchdog"),
        (b"#version-connect KATCP-PROTOCOL 5.1-MIB\n#version x\n#build-state y\n", "4.0", "?watchdog"),
        (b"#Version-connect katcp-protocol 5.1-MIB\n#version x\n#build-state y\n", "4.0", "?watchdog"),
    ],
)
def test_row_35_hello_is_case_sensitive(hello: bytes, flags: str, asked: str) -> None:
    """Flags are capitals; what merely looks like the protocol's name is not it."""
    talk = ClientTalk(C_V5.but({}, hello=hello))
    assert flags == str(talk.flags)
    talk.ask("watchdog")
    assert [asked] == talk.device.heard


# Writing.


def test_what_is_written_is_plain() -> None:
    """One space between arguments, a newline at the end, every special byte escaped, numbers in decimals."""
    talk = ClientTalk(Transcript(hello=V5, answers={}))
    talk.send_request("set", "", "a b", b"\x00\r\n\t\x1b\\", 2**64, -0.5, True).addErrback(
        lambda failure: failure.trap(RequestTimeout)
    )
    assert (
        b"?set[1] \\@ a\\_b \\0\\r\\n\\t\\e\\\\ 18446744073709551616 -0.5 1\n" == talk.wire.transport.value()
    )


def ask_raw(talk: ClientTalk, name: str) -> list[ReplyResult]:
    """Send a request and let the device answer; return the informs and the reply as they are."""
    sent: Deferred[ReplyResult] = talk.send_request(name)
    seen = outcome(sent)
    talk.device.play()
    return seen
