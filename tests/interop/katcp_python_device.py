"""Devices on katcp-python, in a process of their own: what MeerKAT and its forerunners look like from outside.

Prints their ports in one line. `python -m tests.interop.katcp_python_device 4.0-M 5.0-IM=7147 ...`: a device each, of
that protocol, at that port or any.
"""
# mypy: allow-subclassing-any, allow-untyped-decorators

import signal
import sys
import time
from typing import Any

from tests.interop.katcp_python import katcp, tornado

Sensor = katcp.Sensor


class Engine(katcp.AsyncDeviceServer):
    """Sensors of every type; requests that set them, fail, take time, add and remove sensors."""

    VERSION_INFO = ("engine", 2, 1)
    BUILD_INFO = ("engine", 2, 1, "rc3")

    def setup_sensors(self) -> None:
        """Make them all; each has its value now."""
        nominal = {"initial_status": Sensor.NOMINAL}
        for sensor in [
            Sensor.integer("counter", "The counter", "", [-100, 100], default=3, **nominal),
            Sensor.float("adc.level", "The level", "dBFS", [-20.0, 0.0], default=-0.5, **nominal),
            Sensor.boolean("is-locked", "The lock", default=True, **nominal),
            Sensor.discrete("mode", "The mode", "", ["idle", "capturing"], **nominal),
            Sensor.string("message", "The message", default="text with spaces", **nominal),
            Sensor.timestamp("started", "The start", default=1.5e9 + 0.25, **nominal),
            Sensor.address("peer", "The peer", default=("10.0.0.1", 7148), **nominal),
            Sensor.lru("fan", "The fan", **nominal),
            Sensor.integer("to-be-removed", "Not for long"),
        ]:
            self.add_sensor(sensor)

    def request_set(self, req: Any, msg: Any) -> Any:
        """Set a sensor: ?set name value [status]."""
        name, value, status = [*msg.arguments, b"nominal"][:3]
        sensor = self.get_sensor(name.decode())
        major = self.PROTOCOL_INFO.major
        sensor.set(time.time(), Sensor.STATUS_NAMES_RAW[status], sensor.parse_value(value, major))
        return req.make_reply("ok")

    def request_echo(self, req: Any, msg: Any) -> Any:
        """Give back what was said, after two informs."""
        req.inform("first", 1)
        req.inform("second")
        return req.make_reply("ok", *msg.arguments)

    @katcp.kattypes.request(katcp.kattypes.Float(min=0.0))
    @katcp.kattypes.return_reply(katcp.kattypes.Float())
    @katcp.kattypes.concurrent_reply
    @tornado.gen.coroutine
    def request_sleep(self, req: Any, seconds: float) -> Any:
        """Take a while; other requests are answered meanwhile."""
        yield tornado.gen.sleep(seconds)
        return "ok", seconds

    def request_refuse(self, req: Any, msg: Any) -> Any:
        """Fail."""
        raise katcp.FailReply("no power")

    def request_crash(self, req: Any, msg: Any) -> Any:
        """Fail with a traceback."""
        raise RuntimeError("out of beans")

    def request_add(self, req: Any, msg: Any) -> Any:
        """Add a sensor."""
        name = msg.arguments[0].decode()
        self.add_sensor(Sensor.float(name, "New", "K", default=4.2, initial_status=Sensor.WARN))
        self.mass_inform(katcp.Message.inform("interface-changed", "sensor", name, "added"))
        return req.make_reply("ok")

    def request_remove(self, req: Any, msg: Any) -> Any:
        """Remove a sensor."""
        self.remove_sensor(msg.arguments[0].decode())
        self.mass_inform(katcp.Message.inform("interface-changed", "sensor", msg.arguments[0], "removed"))
        return req.make_reply("ok")

    def request_say(self, req: Any, msg: Any) -> Any:
        """Tell all clients."""
        self.mass_inform(katcp.Message.inform("announcement", *msg.arguments))
        return req.make_reply("ok")

    def request_vanish(self, req: Any, msg: Any) -> Any:
        """Close all connections and listen no more, for some seconds."""
        loop = tornado.ioloop.IOLoop.current()
        seconds = float(msg.arguments[0])

        def vanish() -> None:
            self.stop(timeout=None)
            loop.call_later(seconds, self.start)

        loop.add_callback(vanish)
        return req.make_reply("ok")


def start(what: str) -> Engine:
    """Start a device: `5.0-IM` or `5.0-IM=port`."""
    version, _, port = what.partition("=")
    protocol = katcp.ProtocolFlags.parse_version(version.encode())
    engine: Engine = type("Engine", (Engine,), {"PROTOCOL_INFO": protocol})("127.0.0.1", int(port or 0))
    engine.start()
    return engine


def main() -> None:
    """Serve until ended."""
    loop = tornado.ioloop.IOLoop.current()
    engines = [start(what) for what in sys.argv[1:]]

    @tornado.gen.coroutine
    def stop() -> Any:
        for engine in engines:
            if engine.running():
                yield engine.stop(timeout=None)
        loop.stop()

    signal.signal(signal.SIGTERM, lambda *_: loop.add_callback_from_signal(stop))
    loop.add_callback(lambda: print(*(engine.bind_address[1] for engine in engines), flush=True))
    loop.start()


if __name__ == "__main__":
    main()
