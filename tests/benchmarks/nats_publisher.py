"""Publishes to nats-server what a device would push: each update one message, as long as a row of katgate's.

`python -m tests.benchmarks.nats_publisher port sensors rate` prints `true` when it has begun; `rate` is a second.
"""

import socket
import sys
import time
from itertools import cycle, islice
from typing import Final

from tests.benchmarks.dialects import NATS_SUBJECT
from tests.benchmarks.pace import pace
from tests.benchmarks.plain_device import sensor_names

_CONNECT: Final = b'CONNECT {"verbose":false,"pedantic":false,"lang":"python","version":"1"}\r\n'


def _message(before: bytes, stamp: bytes, after: bytes) -> bytes:
    payload = before + stamp + after
    return b"PUB %b %d\r\n%b\r\n" % (NATS_SUBJECT.encode(), len(payload), payload)


def _publish(server: socket.socket, sensors: int, rate: float) -> None:
    rows = cycle(
        (b'["%b",' % name.encode(), b',"nominal",%r]' % (20 + at / 1000))
        for at, name in enumerate(sensor_names(sensors))
    )
    for due in pace(rate):
        stamp = b"%.6f" % time.time()
        server.sendall(b"".join([_message(before, stamp, after) for before, after in islice(rows, due)]))


def _main() -> None:
    port, sensors, rate = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    with socket.create_connection(("127.0.0.1", port)) as server:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.sendall(_CONNECT)
        print("true", flush=True)
        _publish(server, sensors, rate)


if __name__ == "__main__":
    _main()
