"""A server on a plain socket that answers every line with `!watchdog[1] ok`: the floor, and the proof that the
load is not the bottleneck. One client at a time, until ended.

`python -m tests.benchmarks.plain_server` prints its port.
"""

import socket
from contextlib import suppress


def _main() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    while True:
        client, _ = listening.accept()
        with client, suppress(ConnectionError):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(b"#version-connect katcp-protocol 5.1-MIB\n")
            while received := client.recv(1 << 16):
                client.sendall(b"!watchdog[1] ok\n" * received.count(b"\n"))


if __name__ == "__main__":
    _main()
