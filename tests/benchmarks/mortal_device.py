"""A device to be killed: it starts in a few milliseconds, and pushes readings for as long as it lives.

`python -S mortal_device.py port life rate` prints `listening`, and `slew <argument>` for each ?slew that it takes in
and never answers: what stood in a pipe outlives who wrote it. Of its 100 sensors each reading is its life (the first
is 1) plus a fraction that grows. It imports little, nothing of ours, and serves one client.
"""

import os
import select
import socket
import sys
import time

SENSORS = 100
_NAMES = [b"s-%02d" % number for number in range(SENSORS)]
_TICK_S = 0.01


def _main() -> None:
    port, life, rate = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen()
    os.write(1, b"listening\n")
    client, _ = listening.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(b"#version-connect katcp-protocol 5.1-MIB\n")
    rest, sent, is_sampled, began = b"", 0, False, time.monotonic()
    while True:
        if select.select([client], [], [], _TICK_S)[0]:
            received = client.recv(1 << 16)
            if not received:
                return
            *lines, rest = (rest + received).split(b"\n")
            for line in lines:
                is_sampled |= line.startswith(b"?sensor-sampling")
                client.sendall(_answer(line, life))
        due = int((time.monotonic() - began) * rate) - sent
        if is_sampled and due > 0:
            client.sendall(b"".join(_update(number, life) for number in range(sent, sent + due)))
        sent += max(due, 0)


def _update(number: int, life: int) -> bytes:
    value = b"%.6f" % (life + number % 1_000_000 / 1e6)
    return b"#sensor-status %.6f 1 %b nominal %b\n" % (time.time(), _NAMES[number % SENSORS], value)


def _answer(line: bytes, life: int) -> bytes:
    head, *words = line.split(b" ")
    echo = head[1:]
    name = echo.partition(b"[")[0]
    if name == b"slew":
        os.write(1, b"slew %b\n" % words[0])
        return b""
    if name == b"help":
        return b"#%b slew Take\\_time.\n!%b ok 1\n" % (echo, echo)
    if name == b"sensor-list":
        return b"".join(b"#%b %b A\\_level dBm float\n" % (echo, its) for its in _NAMES) + b"!%b ok\n" % echo
    if name == b"sensor-sampling":
        return b"".join(_update(number, life) for number in range(SENSORS)) + b"!%b ok\n" % echo
    return b"!%b ok\n" % echo


if __name__ == "__main__":
    _main()
