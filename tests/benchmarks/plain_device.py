"""A device on a plain socket, that pushes `#sensor-status` as fast as the socket takes it.

It answers what a mirror asks in order to get in step; once each of its sensors is sampled it pushes bytes that
were made before, so that it is never the bottleneck, and reads no more. One client at a time, until ended.

`python -m tests.benchmarks.plain_device sensors` prints its port.
"""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

__all__ = ["sensor_names"]

HELLO: Final = b"#version-connect katcp-protocol 5.1-MIB\n"

#: Different values of each sensor in what is pushed; then it starts again.
_VALUES: Final = 8


def sensor_names(count: int) -> list[str]:
    """Return names of the usual length, in the order in which devices list them."""
    return [f"board-{number // 16:04}.adc-{number % 16:02}.power" for number in range(count)]


def _pushed(names: list[str]) -> list[bytes]:
    """Return chunks of `#sensor-status`, one reading in each, every sensor in turn."""
    now = time.time()
    return [
        b"".join(
            b"#sensor-status %.6f 1 %s nominal %r\n"
            % (now + value + at / 1e6, name.encode(), 20 + at / 1000 + value)
            for at, name in enumerate(names)
        )
        for value in range(_VALUES)
    ]


class _Device:
    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._chunks = _pushed(names)

    def serve(self, client: socket.socket) -> None:
        """Answer until every sensor is sampled, then push until the client goes."""
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(HELLO)
        sampled: set[bytes] = set()
        for line in _lines(client):
            head, *words = line.split(b" ")
            name, _, mid = head[1:].partition(b"[")
            echo = name + b"[" + mid if mid else name
            client.sendall(self._answer(name, echo, words))
            if name == b"sensor-sampling":
                sampled.update(words[0].split(b","))
            if len(sampled) >= len(self._names):
                break
        while True:
            for chunk in self._chunks:
                client.sendall(chunk)

    def _answer(self, name: bytes, echo: bytes, words: list[bytes]) -> bytes:
        if name == b"help":
            return b"#%b watchdog Answer.\n!%b ok 1\n" % (echo, echo)
        if name == b"sensor-list":
            about = [b"#%b %b A\\_level dBm float\n" % (echo, n.encode()) for n in self._names]
            return b"".join(about) + b"!%b ok %d\n" % (echo, len(about))
        if name == b"sensor-sampling":
            stamp = b"#sensor-status %.6f 1 " % time.time()
            initial = [stamp + n + b" nominal 0.5\n" for n in words[0].split(b",")]
            return b"".join(initial) + b"!%b ok %b\n" % (echo, b" ".join(words))
        return b"!%b ok\n" % echo


def _lines(client: socket.socket) -> Iterator[bytes]:
    rest = b""
    while received := client.recv(1 << 16):
        *lines, rest = (rest + received).split(b"\n")
        yield from lines
    raise ConnectionResetError


def _main() -> None:
    device = _Device(sensor_names(int(sys.argv[1])))
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    while True:
        client, _ = listening.accept()
        with client, suppress(ConnectionError):
            device.serve(client)


if __name__ == "__main__":
    _main()
