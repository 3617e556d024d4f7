"""What a client must tolerate of old and odd devices, katcp.md section 11: lines of any content and size (rows 27
to 31).
"""

import os
from pathlib import Path

import pytest
from twisted.logger import LogEvent

from katgate.errors import RequestTimeout
from katgate.katcp.message import Message
from tests.support import outcome
from tests.tx.scripted import ClientTalk, MirrorTalk, Transcript, shown
from tests.tx.transcripts import C_V5, DUPLEX, KATCP_PYTHON, KCS, TCPBORPHSERVER

MEGABYTE = 1024 * 1024

#: What a socket gives at once.
CHUNK = 65536


# Row 27: #log.


def test_row_27_log_at_info() -> None:
    """Every line is handed on; `?log-level` is global to the device, so nothing but its user sets it."""
    talk = MirrorTalk(TCPBORPHSERVER)
    talk.informs.clear()
    chatter = [f"#log {level} 1763791780000 raw said" for level in ("trace", "info", "warn", "fatal")]
    talk.device.say("\n".join([*chatter, ""]).encode() * 50)
    assert chatter * 50 == talk.informs
    assert [] == [line for line in talk.device.heard if line.startswith("?log")]
    talk.device.answers["?log-level"] = b"!log-level ok warn\n"
    assert ([], "!log-level ok warn") == talk.ask("log-level", "warn")


# Rows 28 to 30: content and size.

ALL_BYTES = bytes(range(256))


def test_row_28_binary_in_a_reply() -> None:
    """`?read` of a ROACH: every byte arrives as it is."""
    blob = ALL_BYTES * 40
    talk = ClientTalk(TCPBORPHSERVER.but({"?read": bytes(Message.reply("read", "ok", blob))}))
    results = outcome(talk.send_request("read", "adc_snap", 0, len(blob)))
    talk.device.play()
    [(_, reply)] = results
    assert [b"ok", blob] == reply.arguments


def test_row_28_invalid_text_anywhere(logged: list[LogEvent]) -> None:
    """In names, descriptions, values, logs and reasons; a message whose name is none is skipped."""
    bad = C_V5.but(
        {
            "?help": b"#help wat\xff \xfe\n!help ok \xff\n",
            "?sensor-list": b"#sensor-list a\xff \xfe\xff \xfd discrete on \xfc\n!sensor-list ok 1\n",
            "?sensor-value": b"#sensor-value 1 1 a\xff nomin\xff \xfc\n!sensor-value ok 1\n",
            "?sensor-sampling x": b"!sensor-sampling fail \xff\n",
        },
        hello=b"#version-connect \xff \xfe\n" + C_V5.hello + b"#log \xff \xff \xff \xff\n#nam\xff x\n",
    )
    talk = MirrorTalk(bad)
    assert talk.mirror.is_synced
    assert {"wat\\xff": "\\xfe"} == talk.mirror.requests
    assert [("a\\xff", 1.0, "unknown", b"\xfc")] == talk.readings
    description = talk.mirror.sensors["a\\xff"].description
    assert ("\\xfe\\xff", "\\xfd", ("on", b"\xfc")) == (
        description.description,
        description.units,
        description.params,
    )
    assert "#log \\xff \\xff \\xff \\xff" == talk.informs[0]
    assert ([], "!sensor-sampling fail \\xff") == talk.ask("sensor-sampling", "x")
    assert 1 == len([event for event in logged if "not KATCP" in str(event.get("what"))])


def test_row_29_argument_of_many_megabytes() -> None:
    """It arrives whole, and what comes after it as well."""
    blob = os.urandom(CHUNK) * 80
    line = bytes(Message.reply("read", "ok", blob)) + b"!watchdog ok\n"
    talk = ClientTalk(TCPBORPHSERVER.but({"?read": b"", "?watchdog": b""}).in_chunks(CHUNK))
    results = outcome(talk.send_request("read", "dram_memory", 0, len(blob)))
    alive = outcome(talk.send_request("watchdog"))
    talk.device.say(line)
    [(_, reply)] = results
    assert blob == reply.arguments[1]
    assert ([], "!watchdog ok") == shown(alive)


def resident() -> int:
    """Return the bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Short(ClientTalk):
    """A client that takes lines of one megabyte at most."""

    max_line_length = MEGABYTE


def test_row_29_line_without_end() -> None:
    """The memory it takes is bounded; the connection lives on after its end, if it comes to one."""
    talk = Short(C_V5)
    before = resident()
    chunk = b"x" * CHUNK
    talk.wire.say(b"#log info 1 x ", *[chunk] * 1000)
    assert resident() - before < 16 * MEGABYTE
    talk.wire.say(b"\n")
    assert ([], "!watchdog ok") == talk.ask("watchdog")


def test_row_29_reply_that_is_too_long() -> None:
    """It is lost, and its request times out; other requests are served."""
    talk = Short(TCPBORPHSERVER.but({"?read": b"!read ok " + b"x" * MEGABYTE + b"\n"}).in_chunks(CHUNK))
    results = outcome(talk.send_request("read", "dram_memory", 0, 10**9, timeout=60))
    talk.device.play()
    assert ([], "!watchdog ok") == talk.ask("watchdog")
    talk.advance(60)
    assert isinstance(shown(results), RequestTimeout)


TRACEBACK = b"Traceback\\_(most\\_recent\\_call\\_last):" + b"\\n\\_\\_File\\_x.py,\\_line\\_7" * 300


def test_row_30_tracebacks_of_several_kilobytes() -> None:
    """In the text of a failure and in `#log error`: whole, and one message each."""
    said = b"#log error 1763791780.000000 root " + TRACEBACK + b"\n!capture[id] fail " + TRACEBACK + b"\n"
    talk = ClientTalk(KATCP_PYTHON.but({"?capture": said}))
    text = TRACEBACK.decode()
    assert ([], f"!capture[1] fail {text}") == talk.ask("capture")
    assert [f"#log error 1763791780.000000 root {text}"] == talk.informs


def test_row_30_traceback_instead_of_a_list() -> None:
    """The reason of a mirror that cannot list begins with the device's own words."""
    said = b"!help[id] fail " + TRACEBACK + b"\n"
    talk = MirrorTalk(KATCP_PYTHON.but({"?help": said}))
    assert talk.device.wire.is_cut
    assert "fail to ?help: Traceback (most recent call last):\n" in str(talk.mirror.connection.error)


# Row 31: an empty line before the end.


@pytest.mark.parametrize("last", [b"\n", b"\r\n", b"\n \t\n\n"])
def test_row_31_empty_line_before_the_end(last: bytes, logged: list[LogEvent]) -> None:
    """katcp-python that halts says its farewell, an empty line, and is gone: nothing is wrong with that."""
    halting = b"!halt[id] ok\n#disconnect Device\\_server\\_shutting\\_down.\n" + last
    talk = MirrorTalk(KATCP_PYTHON.but({"?halt": halting}))
    assert ([], "!halt[4] ok") == talk.ask("halt")
    talk.device.wire.cut()
    assert "Device server shutting down." in str(talk.mirror.connection.error)
    assert [] == [event for event in logged if "ignored" in str(event.get("log_format"))]


# All of it, as a line may deliver it.


@pytest.mark.parametrize("transcript", [TCPBORPHSERVER, KCS, DUPLEX, C_V5, KATCP_PYTHON], ids=range(5))
def test_transcripts_in_chunks_of_any_size(transcript: Transcript) -> None:
    """Each device is mirrored, and reads the same, however its bytes arrive."""
    whole = MirrorTalk(transcript)
    assert whole.mirror.is_synced
    for size in (1, 7, 100):
        talk = MirrorTalk(transcript.in_chunks(size))
        assert talk.mirror.is_synced
        assert whole.readings == talk.readings
        assert whole.informs == talk.informs
        assert whole.device.heard == talk.device.heard
