"""A device on katgate.tx, in a process of its own, for clients that are not ours.

Prints its port. `python -m tests.interop.katgate_device [port]`
"""

import sys
import time
from collections.abc import Callable
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.task import deferLater

from katgate.errors import FailReply, InvalidReply
from katgate.katcp import Message, Sensor, Status
from katgate.tx import DeviceProtocol, DeviceServer

reactor: Any = global_reactor

#: Of every type: name, units, params, value.
SENSORS: list[tuple[str, str, str, list[Any], Any]] = [
    (Sensor.INTEGER, "counter", "", [-100, 100], 3),
    (Sensor.FLOAT, "adc.level", "dBFS", [-20.0, -10.0, -1.0, 0.0], -0.5),
    (Sensor.BOOLEAN, "is-locked", "", [], True),
    (Sensor.DISCRETE, "mode", "", ["idle", "capturing"], "idle"),
    (Sensor.STRING, "message", "", [], "text with spaces"),
    (Sensor.TIMESTAMP, "started", "", [], 1.5e9 + 0.25),
    (Sensor.ADDRESS, "peer", "", [], "10.0.0.1:7148"),
    (Sensor.LRU, "fan", "", [], "nominal"),
    (Sensor.INTEGER, "load", "", [], 0),
]

#: What a word is to a sensor whose value is of that Python type.
DECODE: dict[type, Callable[[str], Any]] = {int: int, float: float, bool: lambda word: word == "1", str: str}


class EngineProtocol(DeviceProtocol):
    """One client of the engine."""

    def request_set(self, msg: Message) -> Message:
        """Set a sensor: `?set name value [status]`."""
        sensor = self.factory.sensors[msg.text(0)]
        value = DECODE[type(sensor.value)](msg.text(1))
        sensor.set(time.time(), Status(msg.text(2) or "nominal"), value)
        return Message.reply("set", "ok")

    def request_echo(self, msg: Message) -> Message:
        """Give back what was said, after two informs."""
        self.send_message(Message.inform("echo", "first", 1))
        self.send_reply_inform(msg, "second")
        return Message.reply("echo", "ok", *msg.arguments)

    async def request_sleep(self, msg: Message) -> Message:
        """Take a while; other requests are answered meanwhile."""
        await deferLater(reactor, float(msg.arguments[0]), lambda: None)
        return Message.reply("sleep", "ok")

    def request_refuse(self, msg: Message) -> Message:
        """Fail."""
        raise FailReply("no power")

    def request_doubt(self, msg: Message) -> Message:
        """Find the request wrong."""
        raise InvalidReply("not like this")

    def request_crash(self, msg: Message) -> Message:
        """Fail by a defect."""
        raise RuntimeError("out of beans")

    def request_add(self, msg: Message) -> Message:
        """Add a sensor."""
        name = msg.text(0)
        self.factory.add_sensor(
            Sensor(Sensor.FLOAT, name, "New", "K", default=4.2, initial_status=Sensor.WARN)
        )
        return Message.reply("add", "ok")

    def request_remove(self, msg: Message) -> Message:
        """Remove a sensor."""
        self.factory.remove_sensor(msg.text(0))
        return Message.reply("remove", "ok")

    def request_say(self, msg: Message) -> Message:
        """Tell all clients."""
        self.factory.mass_inform(Message.inform("announcement", *msg.arguments))
        return Message.reply("say", "ok")


class Engine(DeviceServer):
    """Sensors of every type; requests that set them, fail, take time, add and remove sensors."""

    VERSION = "engine-2.1"
    BUILD_STATE = "engine-2.1rc3"
    protocol = EngineProtocol
    production = True  # ?halt ends the process

    def setup_sensors(self) -> None:
        """Make them all; each has its value now."""
        for kind, name, units, params, value in SENSORS:
            self.add_sensor(
                Sensor(kind, name, f"The {name}", units, params, default=value, initial_status=Sensor.NOMINAL)
            )


def main() -> None:
    """Serve until ended."""
    engine = Engine(int(sys.argv[1]) if len(sys.argv) > 1 else 0, "127.0.0.1")
    reactor.addSystemEventTrigger("before", "shutdown", engine.stop)
    engine.start()
    reactor.callWhenRunning(lambda: print(engine.port, flush=True))
    reactor.run()


if __name__ == "__main__":
    main()
