"""A device that means no good, or was written by somebody in a hurry: all its words are those of `hostile_words`.

    python -m tests.end_to_end.dashboard.hostile_device 7147
    katgate serve bad=127.0.0.1:7147

Its requests `mischief` and `torrent` answer as badly. By options it has many sensors or none, other ones each second,
and talks without end; `--help` lists them.
"""

import select
import signal
import socket
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from katgate.katcp.message import Message, Parser, inform_line
from tests.end_to_end.dashboard.hostile_words import HELP, SCRIPT, SENSORS, HostileSensor
from tests.end_to_end.fake_device import FakeDevice

__all__ = ["HostileDevice", "Mischief"]

#: With ids and bulk sampling: fifty thousand sensors are to be asked for in a moment.
_HELLO: Final = b"#version-connect katcp-protocol 5.1-MIB\n"

#: How often it looks what else there is to say, in seconds.
_TICK_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Mischief:
    """What it does besides its words.

    `more` sensors, all alike, come on top of the hostile ones, or there are none at all (`is_bare`); `is_changing`
    means that a sensor goes and another comes each second; `informs` is how many `#log` it sends a second.
    """

    more: int = 0
    is_bare: bool = False
    is_changing: bool = False
    informs: int = 0

    def sensors(self, second: int) -> dict[bytes, HostileSensor]:
        """Return the sensors that it has in a second of its life, by name."""
        if self.is_bare:
            return {}
        more = [HostileSensor(b"many.%05d" % number, b"%d" % number) for number in range(self.more)]
        coming = [HostileSensor(b"comes-and-goes.%d" % second)] if self.is_changing else []
        return {sensor.name: sensor for sensor in (*SENSORS, *more, *coming)}


class HostileDevice(FakeDevice):
    """Has its sensors and does its mischief towards each that connects."""

    def __init__(self, mischief: Mischief | None = None, port: int = 0) -> None:
        its = mischief or Mischief()
        super().__init__(lambda connection: _Talk(connection, its).go_on(), port=port)


class _Talk:
    """One connection. What is not asked for is sent between the answers, never in the middle of one."""

    def __init__(self, connection: socket.socket, mischief: Mischief) -> None:
        self._connection = connection
        self._mischief = mischief
        self._began = time.monotonic()
        self._second = 0
        self._informs = 0
        self._sensors = mischief.sensors(0)

    def go_on(self) -> None:
        """Answer, and disturb, until the connection goes."""
        self._connection.sendall(_HELLO)
        parser = Parser()
        while True:
            if select.select([self._connection], [], [], _TICK_S)[0]:
                received = self._connection.recv(1 << 20)
                if not received:
                    return
                for asked in parser.append(received):
                    if isinstance(asked, Message):
                        self._connection.sendall(b"".join(self._answer(asked)))
            self._connection.sendall(b"".join(self._disturb()))

    def _answer(self, asked: Message) -> Iterator[bytes]:
        name, mid, words = asked.name, asked.mid, asked.arguments
        informs: Iterable[tuple[object, ...]] = ()
        ending: tuple[object, ...] = ("ok",)
        match name:
            case "help":
                informs = HELP.items()
                ending = ("ok", len(HELP))
            case "sensor-list":
                informs = [
                    (s.name, s.description, s.units, s.type, *s.params) for s in self._sensors.values()
                ]
                ending = ("ok", len(self._sensors))
            case "sensor-sampling":
                yield from self._readings(words[0])
                ending = ("ok", *words)
            case "mischief":
                informs = [(word,) for word in (SCRIPT, *words)]
                ending = ("fail", SCRIPT)
            case "torrent":
                informs = [(number, b"drop") for number in range(2000)]
        yield from (bytes(Message.inform(name, *its, mid=mid)) for its in informs)
        yield bytes(Message(Message.REPLY, name, ending, mid=mid))

    def _readings(self, names: bytes) -> Iterator[bytes]:
        now = b"%.6f" % time.time()
        for name in [names] if names in self._sensors else names.split(b","):
            sensor = self._sensors.get(name)
            if sensor is not None:
                yield inform_line("sensor-status", [now, b"1", name, sensor.status, sensor.value])

    def _disturb(self) -> Iterator[bytes]:
        elapsed = time.monotonic() - self._began
        if self._mischief.is_changing and int(elapsed) > self._second:
            before, self._second = self._second, int(elapsed)
            self._sensors = self._mischief.sensors(self._second)
            for second, what in ((before, "removed"), (self._second, "added")):
                yield bytes(
                    Message.inform("interface-changed", "sensor", b"comes-and-goes.%d" % second, what)
                )
        due = int(elapsed * self._mischief.informs)
        for number in range(self._informs, due):
            yield bytes(Message.inform("log", "info", time.time(), SCRIPT, b"%d: " % number + SCRIPT))
        self._informs = due


def _main() -> None:
    parser = ArgumentParser(description="A device that means no good.")
    parser.add_argument("port", type=int)
    parser.add_argument("--more", type=int, default=0, help="so many sensors more")
    parser.add_argument("--bare", action="store_true", help="no sensors at all")
    parser.add_argument("--changing", action="store_true", help="another sensor each second")
    parser.add_argument("--informs", type=int, default=0, help="so many #log a second")
    its = parser.parse_args()
    with HostileDevice(Mischief(its.more, its.bare, its.changing, its.informs), its.port) as device:
        print(f"127.0.0.1:{device.port}", flush=True)
        signal.pause()


if __name__ == "__main__":
    _main()
