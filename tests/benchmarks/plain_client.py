"""A client on a plain socket, between a device that pushes and the floor:

discard   counts lines and looks at none: how fast the device can push, so that it is seen not to be the bottleneck
codec     katcp-codec, decoded, the last reading in a dict: what is left for a library to add

`python -m tests.benchmarks.plain_client port sensors seconds discard|codec`
"""

import socket
import time
from collections.abc import Callable

import katcp_codec

from tests.benchmarks.marks import WARM_UP_S, ClientOptions, Mark, say
from tests.benchmarks.plain_device import sensor_names


class Discard:
    """Counts lines."""

    count = 0
    known = 0

    def take(self, received: bytes) -> None:
        self.count += received.count(b"\n")


class Codec:
    """Keeps the last reading of each sensor."""

    def __init__(self) -> None:
        self._parser = katcp_codec.Parser(1 << 24)
        self._last: dict[str, tuple[float, bytes, float]] = {}
        self.count = 0

    def take(self, received: bytes) -> None:
        for msg in self._parser.append(received):
            if not isinstance(msg, ValueError) and msg.name == b"sensor-status":
                timestamp, _, name, status, value = msg.arguments
                self._last[name.decode()] = (float(timestamp), status, float(value))
                self.count += 1

    @property
    def known(self) -> int:
        return len(self._last)


def _take(client: socket.socket, take: Callable[[bytes], None], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        take(client.recv(1 << 16))


def _main() -> None:
    options = ClientOptions.read()
    reader = Discard() if options.how == "discard" else Codec()
    began = Mark.now(0)
    with socket.create_connection(("127.0.0.1", options.port)) as client:
        names = ",".join(sensor_names(options.sensors))
        client.sendall(f"?sensor-sampling[1] {names} auto\n".encode())
        reader.take(client.recv(1 << 16))
        end = Mark.now(reader.count)
        say(began, end, reader.known)
        _take(client, reader.take, WARM_UP_S)
        began = Mark.now(reader.count)
        _take(client, reader.take, options.seconds)
        end = Mark.now(reader.count)
        say(began, end, reader.known)


if __name__ == "__main__":
    _main()
