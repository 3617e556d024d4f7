"""Slow and too many connections: each may take only so long to ask, and there are only so many. Without a network."""

from pathlib import Path
from typing import Any

import pytest
from twisted.logger import LogEvent
from twisted.protocols.tls import TLSMemoryBIOFactory

from katgate.api.access import Access
from katgate.api.admission import Admission
from katgate.api.certificate import Certificate
from katgate.api.forwarded import TrustedProxies
from tests.api.asking import HttpConnection
from tests.api.rig import Rig
from tests.certificates import self_signed
from tests.support import WireTransport

HEAD = b"GET /api/v1 HTTP/1.1\r\nhost: localhost\r\n"
POST = (
    b"POST /api/v1/devices/cbf/requests/x HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
)


def is_cut(connection: HttpConnection) -> bool:
    return connection.transport.protocol is None


def advance(rig: Rig, seconds: int) -> None:
    for _ in range(seconds):
        rig.clock.advance(1)


def drip(rig: Rig, connection: HttpConnection, text: bytes, most: int) -> int:
    """Send a byte a second until the connection is cut; return how many that took."""
    for count in range(most):
        if is_cut(connection):
            return count
        connection.send(text)
        rig.clock.advance(1)
    return most


def test_one_that_asks_nothing(rig: Rig) -> None:
    """Browsers connect in advance; twenty seconds are enough."""
    connection = HttpConnection(rig)
    advance(rig, 19)
    assert not is_cut(connection)
    advance(rig, 1)
    assert is_cut(connection)


@pytest.mark.parametrize("start", [b"", b"GET", HEAD, HEAD + b"x-a: "])
def test_headers_byte_by_byte(rig: Rig, start: bytes, logged: list[LogEvent]) -> None:
    """Twisted would wait a minute more with each byte."""
    connection = HttpConnection(rig)
    connection.send(start)
    assert 20 == drip(rig, connection, b"a", 100)
    assert [] == rig.clock.getDelayedCalls()
    assert ["a request"] == [e["what"] for e in logged if "what" in e]


def test_headers_line_by_line(rig: Rig) -> None:
    """Each line is whole, the request never."""
    connection = HttpConnection(rig)
    connection.send(HEAD)
    assert 20 == drip(rig, connection, b"x: y\r\n", 100)


@pytest.mark.parametrize("said", [b"", b"\x16", b"\x16\x03\x01"])
def test_tls_that_is_never_agreed_on(rig: Rig, tmp_path: Path, said: bytes) -> None:
    """The time for the first request is that for TLS, too."""
    file = tmp_path / "all.pem"
    file.touch(0o600)
    file.write_bytes(b"".join(self_signed()))
    site = TLSMemoryBIOFactory(Certificate(file, file, rig.clock), False, rig.site, rig.clock)
    with_tls: Any = site.buildProtocol(None)
    with_tls.wrappedProtocol.callLater = rig.clock.callLater
    transport: Any = WireTransport()
    transport.protocol = with_tls
    transport.setTcpNoDelay = lambda on: None
    with_tls.makeConnection(transport)
    if said:
        transport.deliver(said)
    advance(rig, 19)
    assert transport.protocol is not None
    advance(rig, 1)
    assert transport.protocol is None


def test_next_request_has_its_own_time(rig: Rig) -> None:
    """It counts from its first byte; between two, one may be silent for a minute."""
    connection = HttpConnection(rig)
    for _ in range(5):
        connection.send(HEAD + b"\r\n")
        advance(rig, 45)
    assert not is_cut(connection)
    connection.send(b"G")
    assert 20 == drip(rig, connection, b"E", 100)


@pytest.mark.parametrize(
    ("head", "most_s"),
    [(b"content-length: 900\r\n\r\n", 31), (b"transfer-encoding: chunked\r\n\r\n384\r\n", 31)],
)
def test_body_byte_by_byte(rig: Rig, head: bytes, most_s: int, logged: list[LogEvent]) -> None:
    """Half a minute, and more for a larger one."""
    connection = HttpConnection(rig)
    connection.send(POST + head)
    assert most_s == drip(rig, connection, b"x", 200)
    assert ["the body of its request"] == [e["what"] for e in logged if "what" in e]


def test_refused_body_byte_by_byte(rig: Rig) -> None:
    """It has its answer; what is thrown away is not waited for either."""
    connection = HttpConnection(rig)
    connection.send(POST + b"content-length: 900000\r\n\r\n")
    assert 413 == connection.answer().status
    assert 31 == drip(rig, connection, b"x", 200)


def test_large_body_may_take_longer(rig: Rig) -> None:
    """At 10 kB a second."""
    rig.site.body_limit = 1_000_000
    connection = HttpConnection(rig)
    connection.send(POST + b"content-length: 500000\r\n\r\n")
    assert 80 == drip(rig, connection, b"x", 200)


def test_slow_answer_is_no_slow_question(rig: Rig) -> None:
    """A device may take minutes to reply; and what is asked next may come half meanwhile."""
    wire = rig.connect()
    connection = HttpConnection(rig)
    connection.send(POST + b"content-length: 15\r\n\r\n" + b'{"timeout": 99}')
    connection.send(b"GET /")
    advance(rig, 60)
    assert not is_cut(connection)
    wire.say(b"!x[5] ok\n")
    wire.say(b"!x[6] ok\n")
    assert 200 == connection.answer().status
    assert 20 == drip(rig, connection, b"a", 100)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"x: " + b"y" * 20_000,
        HEAD + b"".join(b"x-%d: y\r\n" % number for number in range(10_000)) + b"\r\n",
        HEAD + b"".join(b"x: y\r\n" for _ in range(600)) + b"\r\n",
        b"GET /" + b"x" * 100_000,
        HEAD + b"x: y\r\n" + b" folded\r\n" * 10_000,
    ],
    ids=["huge", "ten thousand", "too many", "long address", "folded"],
)
def test_too_much_is_refused_before_it_is_kept(rig: Rig, raw: bytes) -> None:
    """With an answer; what still comes is not looked at."""
    connection = HttpConnection(rig)
    connection.send(raw)
    assert 400 == connection.answer().status
    assert 1 == connection.raw().count(b"HTTP/1.1 ")
    assert is_cut(connection)


def test_so_many_connections(rig: Rig, logged: list[LogEvent]) -> None:
    """One more is cut, and one that has gone leaves its place; a storm is one line."""
    rig.site.connections = Admission(5, 3, "connections")
    three = [HttpConnection(rig) for _ in range(3)]
    assert all(is_cut(HttpConnection(rig)) for _ in range(100))
    assert not any(is_cut(connection) for connection in three)
    three.pop().transport.loseConnection()
    assert not is_cut(HttpConnection(rig))
    [line] = [e["why"] for e in logged if "refused" in e.get("log_format", "")]
    assert "there are 3 connections from 192.168.1.1 already; [limits] connections_per_address" in line


def test_connections_of_a_proxy_are_those_of_many(rig: Rig) -> None:
    """They count in all alone."""
    rig.site.access = Access(rig.identification, proxies=TrustedProxies(["192.168.1.1"]))
    rig.site.connections = Admission(5, 3, "connections")
    assert not any(is_cut(HttpConnection(rig)) for _ in range(5))
    assert is_cut(HttpConnection(rig))


def test_websocket_is_no_connection_any_more(rig: Rig) -> None:
    """It is a browser, and those are counted by themselves; and it may be silent."""
    rig.site.connections = Admission(1, 1, "connections")
    first = HttpConnection(rig)
    upgrade = b"upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n"
    first.send(
        HEAD.replace(b"/api/v1", b"/api/v1/ws")
        + upgrade
        + b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    assert b"HTTP/1.1 101" in first.raw()
    assert not is_cut(HttpConnection(rig))
    advance(rig, 19)
    assert not is_cut(first)
