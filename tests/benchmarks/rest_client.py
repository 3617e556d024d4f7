"""Askers: programs that ask one thing over and over, each one request at a time, all in one epoll loop.

Over HTTP/1.1 they keep their connections; to a device they speak KATCP. The loop sleeps while nothing comes: it
shares its core with the device, which a loop that spins would keep from answering.
"""

import re
import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["Asker", "ask_all", "get", "post", "to_device"]

#: A server that says nothing for so long has failed, in seconds.
_DEADLINE_S: Final = 10.0
_RECV: Final = 1 << 16

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Asker:
    """A connection on which one thing is asked, and asked again once the answer is whole."""

    def __init__(self, port: int, question: bytes, is_whole: Callable[[bytes], bool]) -> None:
        self._question = question
        self._is_whole = is_whole
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_DEADLINE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._asked = 0.0

    def fileno(self) -> int:
        """Return what epoll knows it by."""
        return self._socket.fileno()

    def ask(self) -> None:
        """Send the question."""
        self._received = b""
        self._asked = time.perf_counter()
        self._socket.sendall(self._question)

    def take(self) -> float | None:
        """Read what has come: how long the answer took, in seconds, or None if it is not whole yet."""
        received = self._socket.recv(_RECV)
        if not received:
            raise ConnectionResetError("the server closed the connection")
        self._received += received
        return time.perf_counter() - self._asked if self._is_whole(self._received) else None

    def close(self) -> None:
        """End the connection."""
        self._socket.close()


def ask_all(askers: Sequence[Asker], seconds: float) -> list[float]:
    """Let all ask for some seconds; return how long each answer took, in seconds."""
    took: list[float] = []
    by_number = {asker.fileno(): asker for asker in askers}
    waiting = len(askers)
    with select.epoll() as epoll:
        for number, asker in by_number.items():
            epoll.register(number, select.EPOLLIN)
            asker.ask()
        end = time.monotonic() + seconds
        while waiting:
            ready = epoll.poll(_DEADLINE_S)
            if not ready:
                raise TimeoutError(f"nothing came for {_DEADLINE_S} s")
            is_over = time.monotonic() > end
            for number, _ in ready:
                its = by_number[number].take()
                if its is None:
                    continue
                took.append(its)
                if is_over:
                    waiting -= 1
                else:
                    by_number[number].ask()
    return took


def get(port: int, path: str) -> Asker:
    """Return one that asks for a page."""
    return Asker(port, _request("GET", path), _is_whole_answer)


def post(port: int, path: str) -> Asker:
    """Return one that posts `{}`."""
    return Asker(port, _request("POST", path, b"{}"), _is_whole_answer)


def to_device(port: int) -> Asker:
    """Return one that asks a device `?watchdog`. What else the device says before the reply, it skips."""
    return Asker(port, b"?watchdog[1]\n", lambda received: received.endswith(b"!watchdog[1] ok\n"))


class NotServed(Exception):
    """The server answered something else than 200."""


def _request(method: str, path: str, body: bytes = b"") -> bytes:
    headers = "Host: 127.0.0.1\r\nAccept: application/json\r\n"
    if body:
        headers += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{method} {path} HTTP/1.1\r\n{headers}\r\n".encode() + body


def _is_whole_answer(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    length = _LENGTH.search(head + b"\r\n")
    if not head.startswith(b"HTTP/1.1 200 ") or length is None:
        raise NotServed(received.decode("utf-8", "backslashreplace"))
    return len(body) >= int(length[1])
