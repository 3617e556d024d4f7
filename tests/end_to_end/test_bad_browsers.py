"""Browsers and programs that misbehave, on real sockets: a clear error to them, nothing else disturbed."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.end_to_end.fake_device import FakeDevice, push_texts
from tests.processes import Katgate, wait_for

BODY = b'{"arguments":["' + b"x" * 10_000_000 + b'"]}'


def temporary_files(katgate: Katgate) -> list[str]:
    """Return the deleted or temporary files that katgate has open: twisted.web would put bodies there."""
    links = []
    for link in Path(f"/proc/{katgate.popen.pid}/fd").iterdir():
        try:
            links.append(str(link.readlink()))
        except OSError:
            continue
    return [link for link in links if "/tmp/" in link and not link.endswith(".log")]


def send_raw(katgate: Katgate, head: str, chunks: Iterator[bytes]) -> bytes:
    """Send a request as it stands; return what comes back, however early."""
    with socket.create_connection(("127.0.0.1", katgate.port), timeout=30) as connection:
        connection.sendall(head.encode())
        try:
            for chunk in chunks:
                connection.sendall(chunk)
        except OSError:
            pass
        received = b""
        while b"too-large" not in received:
            part = connection.recv(65536)
            if not part:
                break
            received += part
        return received


def test_large_body_with_its_length(katgate: Katgate) -> None:
    """413 with the limit in words, nothing on disk, nothing to the device."""
    reply = katgate.ask("POST", "devices/cbf/requests/x", BODY)
    assert (413, "too-large") == (reply.status, reply.json["code"])
    assert "1048576 bytes" in reply.json["detail"]
    assert [] == temporary_files(katgate)
    assert "synced" == katgate.device("cbf")["state"]
    assert "larger than the limit" in katgate.log


def test_large_body_in_chunks(katgate: Katgate) -> None:
    """The same without a Content-Length, as soon as it is over the limit; memory does not grow with it."""
    before = katgate.memory_mb
    head = (
        "POST /api/v1/devices/cbf/requests/x HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    piece = b"%x\r\n" % 100_000 + b"x" * 100_000 + b"\r\n"
    received = send_raw(katgate, head, (piece for _ in range(100)))
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too-large"' in received
    assert [] == temporary_files(katgate)
    assert katgate.memory_mb - before < 20
    assert 200 == katgate.ask("GET", "/readyz").status


def test_large_body_that_asks_first(katgate: Katgate) -> None:
    """With Expect: 100-continue the body is never asked for."""
    head = (
        "POST /api/v1/devices/cbf/requests/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 10000000\r\nExpect: 100-continue\r\n\r\n"
    )
    received = send_raw(katgate, head, iter(()))
    assert received.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"X-Forwarded-For": "10.0.0.1"},
    ],
)
def test_page_of_another_site(katgate: Katgate, headers: dict[str, str]) -> None:
    """403 over HTTP, and the WebSocket is not opened either."""
    assert 403 == katgate.ask("GET", "devices", headers=headers).status
    assert 403 == katgate.ask("POST", "devices/cbf/requests/watchdog", headers=headers).status
    assert 403 == katgate.ask("GET", "/", headers=headers).status
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    refused = katgate.ask("GET", "ws", headers=upgrade | key | headers)
    assert (403, "forbidden") == (refused.status, refused.json["code"])


def test_own_page_may_open_the_socket(katgate: Katgate) -> None:
    """The Origin of our own page is ours; another is not."""
    url = f"ws://127.0.0.1:{katgate.port}/api/v1/ws"
    with connect(url, origin=Origin(f"http://127.0.0.1:{katgate.port}")) as socket:
        assert "hello" == json.loads(socket.recv(timeout=30))["method"]
    with pytest.raises(InvalidStatus, match="403"), connect(url, origin=Origin("http://evil.example")):
        pass


def test_messages_that_cannot_be_used(katgate: Katgate) -> None:
    """An error each, on a connection that lives on; a line in the log."""
    with katgate.browser() as browser:
        messages: list[tuple[str | bytes, int]] = [
            ("not JSON", -32700),
            (b"\x00\x01", -32600),
            ("[]", -32600),
            ('{"jsonrpc":"2.0","id":1,"method":"nope"}', -32601),
            ('{"jsonrpc":"2.0","id":1,"method":"request","params":{"device":1}}', -32602),
            (
                '{"jsonrpc":"2.0","id":1,"method":"request","params":{"device":"cbf","request":"x","y":1}}',
                -32602,
            ),
        ]
        for message, code in messages:
            browser.socket.send(message)
            assert code == browser.receive()["error"]["code"]
        assert {"a": 1} == browser.call("ping", a=1)
    assert "not JSON" in katgate.log


def test_message_that_is_too_big_ends_its_socket_only(katgate: Katgate) -> None:
    """1009; another browser notices nothing."""
    with katgate.browser() as other:
        with katgate.browser() as browser:
            browser.socket.send("x" * 2_000_000)
            with pytest.raises(ConnectionClosed) as closed:
                browser.receive()
            assert closed.value.rcvd is not None
            assert 1009 == closed.value.rcvd.code
        assert {} == other.call("ping")


def test_browser_that_stops_reading(katgate: Katgate, device: FakeDevice) -> None:
    """It costs a bounded amount of memory, and another browser gets every update."""
    with katgate.browser() as stalled, katgate.browser() as healthy:
        stalled.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for browser in (stalled, healthy):
            browser.call("sensors.subscribe", device="cbf", sensors=["a"])
        healthy.next("readings")
        # `websockets` reads ahead in a thread until 16 messages wait; then the socket is not read any more.
        before = katgate.memory_mb
        push_texts(device, lambda: [row[3] for row in healthy.next("readings")["readings"]["cbf"]])
        assert katgate.memory_mb - before < 12  # of the 24 MB that were sent
        assert {} == healthy.call("ping")


def test_ping_without_end(katgate: Katgate) -> None:
    """A control frame of 2^62 bytes is a fault; nothing of it is kept while the socket closes."""
    with katgate.raw_socket() as browser:
        assert b"hello" in receive_until(browser, b"hello")
        before = katgate.memory_mb
        browser.sendall(b"\x89\xff\x40" + bytes(7) + b"mask")
        with suppress(OSError):
            for _ in range(200):
                browser.sendall(bytes(1_000_000))
        assert katgate.memory_mb - before < 12
    assert 200 == katgate.ask("GET", "/readyz").status


def receive_until(browser: socket.socket, text: bytes) -> bytes:
    """Return what comes up to a text, and a little more."""
    received = b""
    while text not in received:
        part = browser.recv(65536)
        assert part, received
        received += part
    return received


def test_browser_that_vanishes(katgate: Katgate) -> None:
    """A reset in the middle of everything leaves nothing behind."""
    for _ in range(20):
        with katgate.browser() as browser:
            browser.call("sensors.subscribe", device="cbf", sensors=["*"], strategy="period 0.01")
            raw = browser.socket.socket
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            raw.close()
    wait_for(lambda: katgate.log.count(" gone (") >= 20, "katgate to see them go")
    assert 200 == katgate.ask("GET", "/readyz").status
    assert "defect" not in katgate.log
    assert "Traceback" not in katgate.log


def test_shutdown_tells_browsers_to_come_back(katgate: Katgate) -> None:
    """4001, and exit code 0."""
    with katgate.browser() as browser:
        started = time.monotonic()
        code = katgate.stop()
        assert "shutdown" == browser.receive()["params"]["code"]
        with pytest.raises(ConnectionClosed) as closed:
            browser.receive()
        assert closed.value.rcvd is not None
        assert (0, 4001) == (code, closed.value.rcvd.code)
        assert time.monotonic() - started < 5
