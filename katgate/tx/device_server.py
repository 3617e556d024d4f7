"""DeviceServer: a device of our own. It holds the sensors and listens; each client has a DeviceProtocol.

class DemoProtocol(DeviceProtocol):
    def request_foo(self, msg):
        \"\"\"Say fine.\"\"\"
        self.send_message(Message.inform("foo", "fine"))
        return Message.reply("foo", "ok", "1")

class DemoServer(DeviceServer):
    protocol = DemoProtocol

    def setup_sensors(self):
        self.add_sensor(Sensor(Sensor.FLOAT, "wind-speed", "Wind at the mast", "m/s"))

DemoServer(1235, "").start()
reactor.run()
"""

from collections.abc import Callable
from typing import Any

import katgate
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message
from katgate.katcp.sensor import Sensor
from katgate.tx.device_protocol import DeviceProtocol
from katgate.tx.server import KatCPServer

__all__ = ["DeviceServer"]


class DeviceServer(KatCPServer):
    """A device: override `setup_sensors`, and set `protocol` to a DeviceProtocol of your own for requests."""

    #: What `#version-connect katcp-device` says: the version of the device's interface, and of its build.
    VERSION = "device-0.1"
    BUILD_STATE = "device-0.1.0"
    #: What katgate.tx speaks: many clients, message ids, bulk sampling.
    PROTOCOL_INFO = ProtocolFlags(5, 1, frozenset("MIB"))

    protocol: Callable[..., Any] = DeviceProtocol

    def __init__(self, port: int = 0, host: str = "", *, reactor: Any = None) -> None:
        super().__init__(port, host, reactor=reactor)
        self.sensors: dict[str, Sensor] = {}
        self.setup_sensors()

    def setup_sensors(self) -> None:
        """Override: call `add_sensor` for each sensor of the device."""

    def add_sensor(self, sensor: Sensor) -> None:
        """Add a sensor; clients are told. One of the same name is replaced."""
        is_known = sensor.name in self.sensors
        if is_known:
            self._forget_strategies(sensor.name)
        self.sensors[sensor.name] = sensor
        self._interface_changed(sensor.name, "modified" if is_known else "added")

    def remove_sensor(self, name: str) -> None:
        """Remove a sensor, and with it its strategies; clients are told. Raises KeyError."""
        del self.sensors[name]
        self._forget_strategies(name)
        self._interface_changed(name, "removed")

    def versions(self) -> dict[str, tuple[str, ...]]:
        """Return what `#version-connect` says; katcp-protocol comes first, as aiokatcp needs it."""
        library = f"katgate-{katgate.__version__}"
        return {
            "katcp-protocol": (str(self.PROTOCOL_INFO),),
            "katcp-library": (library, library),
            "katcp-device": (self.VERSION, self.BUILD_STATE),
        }

    def _interface_changed(self, name: str, how: str) -> None:
        self.mass_inform(Message.inform("interface-changed", "sensor", name, how))

    def _forget_strategies(self, name: str) -> None:
        for client in self.clients.values():
            if isinstance(client, DeviceProtocol):
                client.sampling.forget(name)
