"""DeviceServer: a device of our own. It holds the sensors and listens; each client has a DeviceProtocol."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from twisted.internet.interfaces import IStreamServerEndpoint

import katgate
from katgate.katcp.aggregate import AggregateSensor
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message
from katgate.katcp.sensor import Sensor
from katgate.tx.device_logger import DeviceLogger
from katgate.tx.device_protocol import DeviceProtocol
from katgate.tx.server import KatCPServer

__all__ = ["DeviceServer"]


class DeviceServer(KatCPServer):
    """A device: override `setup_sensors`, and set `protocol` to a DeviceProtocol of your own for requests.

        class WeatherProtocol(DeviceProtocol):
            def request_reset(self, req: Request) -> None:
                \"\"\"Start the day anew: `?reset`.\"\"\"
                self.factory.sensors["rain"].set_value(0.0)

        class Weather(DeviceServer):
            VERSION = "weather-1.0"
            BUILD_STATE = "weather-1.0.3"
            protocol = WeatherProtocol

            def setup_sensors(self):
                self.add_sensor(Sensor(Sensor.FLOAT, "rain", "Rain today", "mm"))

        Weather(7147).start()
        reactor.run()

    `sensors` is name -> Sensor, changed by `add_sensor` and `remove_sensor` alone; set a reading with
    `sensors["rain"].set_value(2.5)`, and every client gets it that has a strategy to that effect. `log` tells
    all clients: `server.log.warn("the mast shakes")`.
    """

    #: What `#version-connect katcp-device` says: the version of the device's interface, and of its build.
    VERSION = "device-0.1"
    BUILD_STATE = "device-0.1.0"
    #: What katgate.tx speaks: many clients, message ids, bulk sampling, timeout hints. It is said, and changes
    #: nothing of what is done.
    PROTOCOL_INFO = ProtocolFlags(5, 1, frozenset("MIBT"))

    protocol: Callable[..., Any] = DeviceProtocol

    def __init__(
        self,
        port: int = 0,
        host: str = "",
        *,
        endpoint: IStreamServerEndpoint | None = None,
        reactor: Any = None,
    ) -> None:
        super().__init__(port, host, endpoint=endpoint, reactor=reactor)
        self.sensors: dict[str, Sensor] = {}
        self._aggregate_names: dict[str, None] = {}
        self.log = DeviceLogger(self)
        self.setup_sensors()

    def check(self) -> None:
        """Raise TypeError or ValueError for what cannot be served; called before listening."""
        super().check()
        if self.PROTOCOL_INFO.major != 5:
            raise ValueError(f"PROTOCOL_INFO is {self.PROTOCOL_INFO}, and a DeviceServer speaks version 5")
        for name, words in self.versions().items():
            if not all(isinstance(word, str) for word in words):
                raise TypeError(f"the version of {name} must be text, not {words!r}")

    def setup_sensors(self) -> None:
        """Override: call `add_sensor` for each sensor of the device. It is called by `__init__`, so set what it
        needs before `super().__init__()`.
        """

    def add_sensor(self, sensor: Sensor) -> None:
        """Add a sensor; clients are told (`#interface-changed`). One of the same name is replaced."""
        self.add_sensors([sensor])

    def add_sensors(self, sensors: Iterable[Sensor]) -> None:
        """Add several sensors at once, which clients are told in one word."""
        added = list(sensors)
        changes = {sensor.name: self._add(sensor) for sensor in added}
        # All together, so that each aggregate is computed once.
        for aggregate in self._aggregates():
            aggregate.add_sources(self.sensors.values() if aggregate in added else added)
        self._interface_changed(changes)

    def remove_sensor(self, sensor: Sensor | str) -> None:
        """Remove a sensor, or the one of that name, and with it its strategies; clients are told. Raises
        KeyError.
        """
        self.remove_sensors([sensor])

    def remove_sensors(self, sensors: Iterable[Sensor | str]) -> None:
        """Remove several sensors at once, which clients are told in one word. Raises KeyError."""
        names = [sensor if isinstance(sensor, str) else sensor.name for sensor in sensors]
        for sensor in [self.sensors[name] for name in names]:  # all of them are there, or none is removed
            self._release(sensor)
            del self.sensors[sensor.name]
        for aggregate in self._aggregates():
            aggregate.remove_sources(names)
        self._interface_changed(dict.fromkeys(names, "removed"))

    def versions(self) -> dict[str, tuple[str, ...]]:
        """Return what `#version-connect` says; katcp-protocol comes first, as aiokatcp needs it."""
        library = f"katgate-{katgate.__version__}"
        return {
            "katcp-protocol": (str(self.PROTOCOL_INFO),),
            "katcp-library": (library, library),
            "katcp-device": (self.VERSION, self.BUILD_STATE),
        }

    def _add(self, sensor: Sensor) -> str:
        """Take a sensor in; return the word for how the interface has changed."""
        replaced = self.sensors.get(sensor.name)
        if replaced is not None:
            self._release(replaced)
        self.sensors[sensor.name] = sensor
        if isinstance(sensor, AggregateSensor):
            self._aggregate_names[sensor.name] = None
        return "added" if replaced is None else "modified"

    def _aggregates(self) -> list[AggregateSensor]:
        return [cast(AggregateSensor, self.sensors[name]) for name in self._aggregate_names]

    def _interface_changed(self, changes: Mapping[str, str]) -> None:
        if len(changes) > 1:
            self.mass_inform(Message.inform("interface-changed", "sensor-list"))
        for name, how in changes.items() if len(changes) == 1 else ():
            self.mass_inform(Message.inform("interface-changed", "sensor", name, how))

    def _release(self, sensor: Sensor) -> None:
        """End a sensor's strategies, and what it follows."""
        if isinstance(sensor, AggregateSensor):
            sensor.release()
            del self._aggregate_names[sensor.name]
        for client in self.clients.values():
            if isinstance(client, DeviceProtocol):
                client.sampling.forget(sensor.name)
