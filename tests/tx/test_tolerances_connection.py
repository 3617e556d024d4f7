"""What a client must tolerate of old and odd devices, katcp.md section 11: changes that are
announced, sudden ends, and requests that are slow or never answer (rows 25, 26, 32 and 33).
"""

import gc

import pytest

from katgate.errors import RequestTimeout
from katgate.katcp.message import Message
from katgate.tx.connection import State
from tests.support import V5, outcome
from tests.tx.scripted import ClientTalk, MirrorTalk, Transcript, shown
from tests.tx.transcripts import C_V5, DUPLEX, KCS, TCPBORPHSERVER

# Row 25: #interface-changed.

JOB = b"#sensor-list[id] /opt/job.%d a\\_job none integer 0 9\n"
JOB_VALUE = b"#sensor-value[id] 5000 1 /opt/job.%d nominal 3\n"


def jobs(count: int) -> dict[str, bytes]:
    """Return what kcs answers when it runs so many jobs."""
    listed = b"".join(JOB % n for n in range(count))
    values = b"".join(JOB_VALUE % n for n in range(count))
    return {
        "?sensor-list": listed + b"!sensor-list[id] ok %d\n" % count,
        "?sensor-value": values + b"!sensor-value[id] ok %d\n" % count,
    }


def names(talk: MirrorTalk) -> list[str]:
    """Return the sensors that the mirror has."""
    return list(talk.mirror.sensors)


@pytest.mark.parametrize("hello", [KCS.hello, DUPLEX.hello, C_V5.hello])
def test_row_25_storm_of_changes(hello: bytes) -> None:
    """One announcement per sensor, also of a v4.9 device: it is listed once, and the new sensors are sampled."""
    talk = MirrorTalk(KCS.but(jobs(0), hello=hello))
    talk.advance(1)
    talk.device.answers.update(jobs(12))
    talk.device.take_heard()
    talk.device.say(b"#interface-changed sensor-list\n" * 12)
    assert [] == talk.device.heard
    talk.advance(10)
    assert ["?help", "?sensor-list"] == talk.device.heard[:2]
    assert [f"?sensor-sampling /opt/job.{n} auto" for n in range(12)] == talk.device.heard[2:14]
    assert ["?sensor-value"] == talk.device.heard[14:]
    assert 12 == len(names(talk)) == len(talk.readings)


def test_row_25_storm_without_end() -> None:
    """A device that announces all day is listed every other second, no more."""
    talk = MirrorTalk(KCS)
    talk.device.take_heard()
    for _ in range(600):
        talk.device.say(b"#interface-changed sensor-list\n")
        talk.advance(0.1)
    assert 25 <= talk.device.heard.count("?sensor-list") <= 31
    assert talk.mirror.is_synced


def test_row_25_announced_just_before_the_fact() -> None:
    """aiokatcp's example announces first and adds then: the list is asked a moment later."""
    talk = MirrorTalk(KCS.but(jobs(1)))
    talk.advance(60)
    talk.device.say(b"#interface-changed sensor /opt/job.1 added\n")
    talk.device.answers.update(jobs(2))
    talk.advance(1)
    assert ["/opt/job.0", "/opt/job.1"] == names(talk)


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [(b"sensor /opt/job.1 added", 1, 2), (b"sensor /opt/job.1 removed", 2, 1)],
)
def test_row_25_announced_long_before_the_fact(change: bytes, before: int, after: int) -> None:
    """A threaded device adds it half a second later: a list that does not show what was announced is not the last."""
    talk = MirrorTalk(KCS.but(jobs(before)))
    talk.advance(60)
    talk.device.say(b"#interface-changed " + change + b"\n")
    talk.advance(0.5)
    talk.device.answers.update(jobs(after))
    for _ in range(60):
        talk.advance(1)
    assert after == len(names(talk))


def test_row_25_announcement_that_never_comes_true() -> None:
    """It does not make the mirror list for ever."""
    talk = MirrorTalk(KCS)
    talk.advance(60)
    talk.device.take_heard()
    talk.device.say(b"#interface-changed sensor ghost added\n#interface-changed request ghost removed\n")
    for _ in range(600):
        talk.advance(1)
    assert 1 <= talk.device.heard.count("?sensor-list") <= 10
    assert talk.mirror.is_synced


# Row 26: the end.

ENDS = [
    (b"", "the connection to the device was lost"),
    (b"#client-disconnected overloaded\n", "it has too many clients, and dropped this one"),
    (b"#disconnect client\\_timed\\_out\n", "it said: client timed out"),
    (b"#client-disconnected 10.0.0.9:40100\n", "the connection to the device was lost"),
]


@pytest.mark.parametrize(("last", "why"), ENDS)
def test_row_26_closed_with_few_words(last: bytes, why: str) -> None:
    """The loss is seen, with the reason as far as it was given, and the device is connected to again."""
    talk = MirrorTalk(TCPBORPHSERVER)
    waiting = outcome(talk.mirror.send_request("progdev", "image.bof"))
    talk.device.wire.say(last)
    talk.device.wire.cut()
    connection = talk.mirror.connection
    assert State.SLEEPING is connection.state
    assert why in str(connection.error)
    assert ("it said" in str(connection.error)) == (why != ENDS[0][1])
    assert ["unreachable"] * 4 == [
        sensor.reading.status for sensor in talk.mirror.sensors.values() if sensor.reading
    ]
    assert "may or may not have been carried out" in str(shown(waiting))
    talk.connect()
    assert talk.mirror.is_synced
    assert None is connection.error


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (b"#client-disconnected overloaded\n", "it has too many clients, and dropped this one"),
        (b"#disconnect too\\_many\\_clients\n", "too many clients"),
    ],
)
def test_row_26_closed_before_the_hello(last: bytes, why: str) -> None:
    """A device that is full says so instead of its hello: an operator reads that, not merely that it closed."""
    talk = MirrorTalk(Transcript(hello=last, answers={}))
    talk.device.wire.cut()
    assert State.SLEEPING is talk.mirror.connection.state
    assert why in str(talk.mirror.connection.error)


# Rows 32 and 33: slow requests, and such as never answer.


@pytest.mark.parametrize("transcript", [TCPBORPHSERVER, C_V5])
def test_row_32_slow_request_that_blocks_the_connection(transcript: Transcript) -> None:
    """The mirror does not take the device for dead: `?progdev` would be lost. All is answered in the end."""
    talk = MirrorTalk(transcript)
    talk.device.answers["?progdev"] = b"#fpga loaded\n!progdev ok\n"
    talk.device.is_busy = True
    talk.device.take_heard()
    programmed = outcome(talk.mirror.send_request("progdev", "image.bof", timeout=600))
    pinged = outcome(talk.mirror.send_request("watchdog", timeout=5))
    talk.device.say(b"#interface-changed sensor-list\n")
    for _ in range(300):
        talk.advance(1)
    assert isinstance(shown(pinged), RequestTimeout)
    assert None is shown(programmed)
    assert talk.mirror.is_synced
    assert not talk.device.wire.is_cut
    asked = talk.device.take_heard()
    assert 1 == asked.count("?help")
    talk.device.is_busy = False
    talk.device.play()
    assert ([], "!progdev ok") == shown(programmed)
    assert ([], "!watchdog ok") == talk.ask("watchdog")
    for _ in range(60):
        talk.advance(1)
    assert "?sensor-list" in talk.device.heard
    assert talk.mirror.is_synced


def test_row_32_quiet_device_is_not_pinged_to_death() -> None:
    """An hour without a word is no loss: the mirror asks nothing by itself, and cuts nothing."""
    talk = MirrorTalk(C_V5)
    talk.device.take_heard()
    talk.device.is_busy = True
    for _ in range(60):
        talk.advance(60)
    assert [] == talk.device.heard
    assert talk.mirror.is_synced


@pytest.mark.parametrize(("hello", "written"), [(C_V5.hello, 1), (V5, 100)])
def test_row_33_request_that_never_answers(hello: bytes, written: int) -> None:
    """It times out; other requests are served, and of a hundred tries nothing is left behind."""
    device = C_V5.but({"?check-pause": b"", "?watchdog": b"!watchdog[id] ok\n"}, hello=hello)
    talk = ClientTalk(device)
    results = []
    for _ in range(100):
        results.append(outcome(talk.send_request("check-pause", timeout=1)))
        talk.advance(1)
    assert [RequestTimeout] * 100 == [type(shown(result)) for result in results]
    assert written == len([line for line in talk.device.heard if "check-pause" in line])
    assert ("was not sent" in str(shown(results[-1]))) == (written == 1)
    assert "ok" in str(talk.ask("watchdog"))
    assert [] == talk.clock.getDelayedCalls()
    talk.device.take_heard()
    talk.device.say(b"!check-pause ok\n")
    assert [] == talk.device.heard


@pytest.mark.parametrize(("hello", "name"), [(C_V5.hello, "check-flood"), (V5, "check-stream")])
def test_row_33_informs_of_a_request_that_was_given_up(hello: bytes, name: str) -> None:
    """They are let go with it, and not kept until a reply that never comes."""
    informs = b"#" + name.encode() + b"[id] so\\_far\n"
    talk = ClientTalk(C_V5.but({f"?{name}": informs * 1000}, hello=hello))
    assert None is talk.ask(name, timeout=1)
    talk.advance(1)
    gc.collect()
    kept = [each for each in gc.get_objects() if isinstance(each, Message) and each.name == name]
    assert len(kept) <= 1  # the request itself
