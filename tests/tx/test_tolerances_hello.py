"""What a client must tolerate of old and odd devices, katcp.md section 11: their hello (rows 1 to 3 and 14)."""

import pytest

from katgate.errors import NegotiationError
from tests.support import V5
from tests.tx.scripted import A_MOMENT_S, ClientTalk, MirrorTalk, Transcript
from tests.tx.transcripts import C_V5, DUPLEX, TCPBORPHSERVER

#: A device that says nothing until it is asked.
SILENT = Transcript(hello=b"", answers={"?watchdog": b"!watchdog[id] ok\n"})

V4_HELLOS = [
    (b"#version deviceapi-1.2\n#build-state name-0.1rc1\n", ["deviceapi-1.2", "name-0.1rc1"]),
    (b"#version myversion\n#build-state 2026-11-22T06:09:40\n", ["myversion", "2026-11-22T06:09:40"]),
    (b"#build-state 2026-11-22T06:09:40\n#version 75dde9d\n", ["75dde9d", "2026-11-22T06:09:40"]),
    (b"#version 75dde9d\n", ["75dde9d", ""]),
    (b"#build-state 75dde9d\n", ["", "75dde9d"]),
    (b"#version\n#build-state \\@\n", ["", ""]),
    (b"#version\n", ["", ""]),
    (b"#version v\\_1 (modified)\n#build-state \xff\n", ["v 1", "\\xff"]),
    (
        b"#log info 1763791780000 raw up\n#version x\n#client-connected 10.0.0.7:4\n#build-state y\n",
        ["x", "y"],
    ),
]


@pytest.mark.parametrize(("hello", "device"), V4_HELLOS, ids=range(len(V4_HELLOS)))
def test_row_01_no_version_connect(hello: bytes, device: list[str]) -> None:
    """Free-form `#version` and `#build-state`, in either order, either missing, mean v4 without ids."""
    talk = ClientTalk(TCPBORPHSERVER.but({}, hello=hello))
    assert ["4.0"] == [str(client.flags) for client in talk.negotiation]
    assert {"katcp-device": device} == talk.versions
    assert ([], "!watchdog ok") == talk.ask("watchdog")
    assert ["?watchdog"] == talk.device.heard
    assert [] == talk.clock.getDelayedCalls()


@pytest.mark.parametrize(("said", "flags"), [(b"4.9-M", "4.9-M"), (b"4.9", "4.9"), (b"4.9-MIB", "4.9-BIM")])
def test_row_02_version_connect_of_major_4(said: bytes, flags: str) -> None:
    """Major 4 is v4 whatever its minor and its flags: no ids, no lists of sensors in one request."""
    talk = MirrorTalk(DUPLEX.but({}, hello=DUPLEX.hello.replace(b"4.9-M", said)))
    assert talk.mirror.is_synced
    assert talk.mirror.connection.protocol is not None
    assert flags == str(talk.mirror.connection.protocol.flags)
    assert [
        "?help",
        "?sensor-list",
        "?sensor-sampling ts auto",
        "?sensor-sampling float auto",
    ] == talk.device.heard


RELAYING = rb"""#version-connect 127.0.0.1.7161.katcp-library 75dde9d 2026-11-22T06:09:40
#version-connect 127.0.0.1.7161.katcp-protocol 4.9-M
#version-connect katcp-library kcsdplxd-7d15c15 2026-11-22T06:09:40
#log info 1763791780.000 kcsdplxd relaying
#version-connect katcp-protocol 5.0-M
#version-connect 127.0.0.1.7162.katcp-protocol 5.1-MIB
#version-connect kernel 5.10.0-28
"""


@pytest.mark.parametrize("hello", [C_V5.hello, RELAYING])
def test_row_03_protocol_anywhere_among_the_parts(hello: bytes) -> None:
    """Only the part that is called `katcp-protocol`, and no more, says what the device speaks."""
    talk = ClientTalk(C_V5.but({}, hello=hello))
    assert ["5.0-M"] == [str(client.flags) for client in talk.negotiation]
    names = [line.split()[1] for line in hello.decode().splitlines() if "connect" in line]
    assert names == list(talk.versions)
    assert ([], "!watchdog ok") == talk.ask("watchdog")
    assert ["?watchdog"] == talk.device.heard


@pytest.mark.parametrize("answer", [b"!version-list invalid unknown\\_command\n", b"!version-list ok 0\n"])
def test_row_14_version_list_unknown_or_empty(answer: bytes) -> None:
    """It is an answer like any other: what the hello said stands, and the connection lives."""
    talk = ClientTalk(TCPBORPHSERVER.but({"?version-list": answer}))
    assert ([], answer.decode().rstrip()) == talk.ask("version-list")
    assert "4.0" == str(talk.flags)
    assert ([], "!watchdog ok") == talk.ask("watchdog")


# A device that says nothing at first.

PROBED = [
    (b"!version-list invalid unknown\\_command\n", "4.0"),
    (b"#log error 1763791780000 raw unknown\\_request\n!version-list fail\n", "4.0"),
    (b"!version-list invalid\n", "4.0"),
    (b"!version-list ok 0\n", "4.0"),
    (b"!version-list\n", "4.0"),
    (b"#version-list 127.0.0.1.7161.katcp-protocol 5.0-MI\n!version-list ok 1\n", "4.0"),
    (b"#version-list katcp-library x y\n#version-list katcp-protocol 5.0-M\n!version-list ok 2\n", "5.0-M"),
    (b"#version-list katcp-protocol 5.1-MIB\n#version-list kernel x\n!version-list ok 2\n", "5.1-BIM"),
    (b"#version-list katcp-protocol 4.9-M\n!version-list ok 1\n", "4.9-M"),
]


@pytest.mark.parametrize(("answer", "flags"), PROBED, ids=range(len(PROBED)))
def test_silent_device_is_asked_what_it_speaks(answer: bytes, flags: str) -> None:
    """After a second; a device that does not know `?version-list` is v4. Ids are used from then on, or never."""
    talk = ClientTalk(SILENT.but({"?version-list": answer}))
    talk.advance(0.99)
    assert [] == talk.device.heard
    talk.advance(0.02)
    assert ["?version-list"] == talk.device.take_heard()
    assert [flags] == [str(client.flags) for client in talk.negotiation]
    mid = "[1]" if "I" in flags else ""
    assert ([], f"!watchdog{mid} ok") == talk.ask("watchdog")
    assert [f"?watchdog{mid}"] == talk.device.heard
    assert [] == talk.clock.getDelayedCalls()


def test_silent_device_that_only_chatters_is_asked_too() -> None:
    """`#log` and notices of other clients say nothing of the protocol; they are handed on all the same."""
    talk = ClientTalk(SILENT.but({}, hello=b"#client-connected 10.0.0.7:41212\n#log info 1 raw x\n"))
    talk.advance(1)
    assert ["?version-list"] == talk.device.heard
    assert ["4.0"] == [str(client.flags) for client in talk.negotiation]
    assert ["#client-connected 10.0.0.7:41212", "#log info 1 raw x"] == talk.informs


def test_hello_that_comes_after_the_probe() -> None:
    """The device is believed; its reply to the probe still finds the probe, and ids begin."""
    talk = ClientTalk(SILENT.but({"?version-list": b""}))
    talk.advance(1)
    assert ["?version-list"] == talk.device.take_heard()
    talk.device.say(b"#version-connect katcp-library x\n" + V5)
    assert ["5.1-BIM"] == [str(client.flags) for client in talk.negotiation]
    talk.device.say(b"#version-list katcp-protocol 5.1-MIB\n#version-list kernel y\n!version-list ok 2\n")
    assert ["katcp-library", "katcp-protocol", "kernel"] == list(talk.versions)
    assert [] == talk.informs
    assert ([], "!watchdog[1] ok") == talk.ask("watchdog")
    assert [] == talk.clock.getDelayedCalls()


@pytest.mark.parametrize("late", [b"#version x\n", b"#build-state y\n", b"#version x\n#build-state y\n"])
def test_old_hello_that_comes_after_the_probe(late: bytes) -> None:
    """A v4 device that was slow to start is v4, whether it ever answers `?version-list` or not."""
    talk = ClientTalk(SILENT.but({"?version-list": b""}))
    talk.advance(1)
    talk.device.say(late)
    talk.advance(A_MOMENT_S)
    assert ["4.0"] == [str(client.flags) for client in talk.negotiation]
    talk.device.say(b"!version-list invalid unknown\\_command\n")
    assert ([], "!watchdog ok") == talk.ask("watchdog")
    assert [] == talk.clock.getDelayedCalls()


def test_hello_after_half_a_second_is_in_time() -> None:
    """A slow v5 device is not asked anything."""
    talk = ClientTalk(SILENT)
    talk.advance(0.5)
    talk.device.say(V5)
    talk.advance(10)
    assert ["5.1-BIM"] == [str(client.flags) for client in talk.negotiation]
    assert [] == talk.device.heard


@pytest.mark.parametrize("old", [b"#version x\n", b"#build-state y\n", b"#version x\n#build-state y\n"])
def test_device_that_greets_old_clients_and_new_ones(old: bytes) -> None:
    """`#version-connect` that follows shortly has the last word: a v5 device has seconds, and perhaps ids."""
    talk = ClientTalk(SILENT.but({}, hello=old + b"#version-connect katcp-library z\n" + V5))
    assert ["5.1-BIM"] == [str(client.flags) for client in talk.negotiation]


def test_device_that_never_says_anything_is_left() -> None:
    """It was asked, it did not answer: the reason is in words, and nothing is left behind."""
    talk = ClientTalk(SILENT.but({"?version-list": b""}))
    talk.advance(1)
    talk.advance(4)
    [error] = talk.negotiation
    assert isinstance(error, NegotiationError)
    assert "nor a reply to ?version-list" in str(error)
    assert talk.wire.is_cut
    assert [] == talk.clock.getDelayedCalls()


def test_mirror_of_a_silent_device() -> None:
    """It is v4 to the mirror as well: milliseconds, and one request of a name at a time."""
    talk = MirrorTalk(TCPBORPHSERVER.but({}, hello=b""))
    assert not talk.mirror.is_synced
    talk.advance(1)
    assert talk.mirror.is_synced
    assert ["?version-list", "?help", "?sensor-list"] == talk.device.heard[:3]
    assert (1763791781.25, "nominal", 31250) == talk.mirror.sensors["temp.ambient"].reading
