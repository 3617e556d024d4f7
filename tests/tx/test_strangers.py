"""Strangers: what other servers say first, and what no device is taken for."""

import pytest
from twisted.internet.task import Clock

from katgate.errors import NegotiationError
from katgate.tx.client import ClientKatCPProtocol
from tests.support import Wire, each_byte, outcome

STRANGERS = [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "an HTTP server"),
    # Python's, asked ?version-list: a page without a head, as to HTTP/0.9.
    (b"<!DOCTYPE HTML>\n<html>\n <head><title>Error response</title>", "an HTTP server"),
    (b"<html>\r\n<head><title>400 Bad Request</title></head>\r\n", "an HTTP server"),
    (b"\r\n<html>", "an HTTP server"),
    (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "an SSH server"),
    (b"\x15\x03\x01\x00\x02\x02\x16", "a server that speaks TLS"),
    (b"\xff\xfd\x18\xff\xfd\x20", "a Telnet server"),
    (b"220 mail.example.org ESMTP\r\n", "a mail or FTP server"),
    (b"RFB 003.008\n", "a VNC server"),
]


@pytest.mark.parametrize(("said", "who"), STRANGERS)
@pytest.mark.parametrize("is_whole", [True, False])
def test_stranger_is_named_at_once(said: bytes, who: str, is_whole: bool) -> None:
    """However its bytes arrive; and the connection is cut."""
    clock = Clock()
    wire = Wire(ClientKatCPProtocol(clock))
    failed = outcome(wire.protocol.when_negotiated())
    if is_whole:
        wire.say(said)
    else:
        each_byte(wire.say, said)
    assert [f"{who} answers at the device's address; is its port the right one?"] == [str(e) for e in failed]
    assert wire.is_cut
    assert [] == clock.getDelayedCalls()


@pytest.mark.parametrize(
    "before", [b"#log info 1 x HTTP/1.1\n", b"garbage\nHTTP/1.1 400 Bad\r\n", b"#version SSH-2\n", b" \n\r\n"]
)
def test_device_that_says_odd_things_first_is_none(before: bytes) -> None:
    """Only what comes first tells; and nothing that a device may say."""
    wire = Wire(ClientKatCPProtocol(Clock()))
    wire.say(before + b"#version-connect katcp-protocol 5.0-I\n", b"HTTP/1.1 400 Bad\r\n")
    assert "5.0-I" == str(wire.protocol.flags)
    assert not wire.is_cut


def test_what_is_not_known_is_quoted() -> None:
    """Who stopped within half a line, or speaks something else, is seen to."""
    clock = Clock()
    wire = Wire(ClientKatCPProtocol(clock))
    failed = outcome(wire.protocol.when_negotiated())
    wire.say(b"#version-conn", b"ect katcp-protocol it's\xff" * 100)
    clock.pump([0.5] * 10)
    [error] = failed
    assert isinstance(error, NegotiationError)
    assert "said began with \"#version-connect katcp-protocol it's\\xff" in str(error)
    assert len(str(error)) < 400


def test_silent_one_is_sent_an_empty_line_or_two() -> None:
    """A web server that waits for the end of a request's head has it then; for a device they are nothing."""
    clock = Clock()
    wire = Wire(ClientKatCPProtocol(clock))
    failed = outcome(wire.protocol.when_negotiated())
    clock.advance(1)
    assert ["?version-list"] == wire.heard()
    clock.advance(2)
    assert b"\r\n\r\n" == wire.transport.value()
    wire.say(b"HTTP/1.1 400 Bad Request\r\n")
    assert "an HTTP server answers" in str(failed[0])
    assert [] == clock.getDelayedCalls()
