"""A device on a plain socket, that pushes `#sensor-status` at a rate, or as fast as the socket takes it.

It answers what a mirror asks in order to get in step; once each of its sensors is sampled it pushes, one reading in
each message, every sensor in turn and never the same value twice in a row, and reads no more. At full speed it
pushes bytes that were made before, timestamps too, so that it is never the bottleneck; at a rate each reading has
the time at which it is pushed. One client at a time, until ended.

`python -m tests.benchmarks.plain_device sensors [rate]` prints its port; `rate` is updates a second.
"""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice
from typing import Final

from tests.benchmarks.pace import pace

__all__ = ["Device", "sensor_names"]

HELLO: Final = b"#version-connect katcp-protocol 5.1-MIB\n"

#: Different values of each sensor in what is pushed; then it starts again.
_VALUES: Final = 8


def sensor_names(count: int) -> list[str]:
    """Return names of the usual length, in the order in which devices list them."""
    return [f"board-{number // 16:04}.adc-{number % 16:02}.power" for number in range(count)]


def _updates(names: list[str]) -> list[bytes]:
    """Return what follows the timestamp in each `#sensor-status`, every sensor in turn."""
    return [
        b" 1 %b nominal %r\n" % (name.encode(), 20 + at / 1000 + value)
        for value in range(_VALUES)
        for at, name in enumerate(names)
    ]


class Device:
    """A device at a port of this machine, any free one."""

    def __init__(self, names: list[str], rate: float) -> None:
        self._names = names
        self._rate = rate
        self._updates = _updates(names)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def run(self) -> None:
        """Serve one client after the other, for ever."""
        while True:
            client, _ = self._listening.accept()
            with client, suppress(ConnectionError):
                self._serve(client)

    def _serve(self, client: socket.socket) -> None:
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
        if self._rate:
            self._push_paced(client)
        else:
            self._push_all(client)

    def _push_all(self, client: socket.socket) -> None:
        now = time.time()
        lines = [b"#sensor-status %.6f%b" % (now + at / 1e6, its) for at, its in enumerate(self._updates)]
        count = len(self._names)
        chunks = [b"".join(lines[at : at + count]) for at in range(0, len(lines), count)]
        while True:
            for chunk in chunks:
                client.sendall(chunk)

    def _push_paced(self, client: socket.socket) -> None:
        updates = cycle(self._updates)
        for due in pace(self._rate):
            head = b"#sensor-status %.6f" % time.time()
            client.sendall(b"".join([head + update for update in islice(updates, due)]))

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
    sensors, rate = int(sys.argv[1]), float([*sys.argv, "0"][2])
    device = Device(sensor_names(sensors), rate)
    print(device.port, flush=True)
    device.run()


if __name__ == "__main__":
    _main()
