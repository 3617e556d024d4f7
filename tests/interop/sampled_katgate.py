"""A device on katgate whose sensors are set by request; `sampled_aiokatcp.py` is its twin on aiokatcp.

Prints its port. `python -m tests.interop.sampled_katgate`
"""

import time
from typing import cast

from twisted.internet.address import IPv4Address

from katgate.katcp import Message, Sensor, Status
from katgate.tx import DeviceProtocol, DeviceServer


class SampledProtocol(DeviceProtocol):
    """One client of the device."""

    factory: "Sampled"

    def request_set(self, msg: Message) -> Message:
        """Give a sensor a new reading: `?set sensor status value`."""
        self.factory.set(msg.text(0), msg.text(1), msg.arguments[2])
        return Message.reply_to_request(msg, "ok")

    def request_add(self, msg: Message) -> Message:
        """Add an integer sensor, or put a new one in its place: `?add sensor`."""
        self.factory.add_sensor(Sensor(Sensor.INTEGER, msg.text(0)))
        return Message.reply_to_request(msg, "ok")

    def request_remove(self, msg: Message) -> Message:
        """Remove a sensor: `?remove sensor`."""
        self.factory.remove_sensor(msg.text(0))
        return Message.reply_to_request(msg, "ok")


class Sampled(DeviceServer):
    """A sensor of each type, and `extra-...` ones that come and go."""

    protocol = SampledProtocol

    def setup_sensors(self) -> None:
        """Add a sensor of each type."""
        self.add_sensor(Sensor(Sensor.INTEGER, "number"))
        self.add_sensor(Sensor(Sensor.FLOAT, "level"))
        self.add_sensor(Sensor(Sensor.DISCRETE, "mode", params=["idle", "capturing", "stowed"]))
        self.add_sensor(Sensor(Sensor.STRING, "text"))
        self.add_sensor(Sensor(Sensor.BOOLEAN, "flag"))
        self.add_sensor(Sensor(Sensor.TIMESTAMP, "started"))

    def set(self, name: str, status: str, value: bytes, timestamp: float | None = None) -> None:
        """Give a sensor a new reading, in the words of the wire."""
        sensor = self.sensors[name]
        decoded = sensor.description.katcp_type.decode(value, 5)
        sensor.set(time.time() if timestamp is None else timestamp, Status(status), decoded)


def main() -> None:
    """Serve until ended."""
    from twisted.internet import reactor

    device = Sampled(0, "127.0.0.1")
    print(cast(IPv4Address, device.start().getHost()).port, flush=True)
    reactor.run()


if __name__ == "__main__":
    main()
