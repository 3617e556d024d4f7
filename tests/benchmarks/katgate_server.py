"""katgate as a device: its DeviceServer with float sensors, set in a loop if wanted.

`python -m tests.benchmarks.katgate_server sensors [sets]` prints its port; `sets` readings a turn of the reactor.
"""

import sys
from typing import Any

from katgate.katcp.sensor import Sensor
from katgate.tx.deferreds import global_reactor
from katgate.tx.device_server import DeviceServer
from tests.benchmarks.plain_device import sensor_names


class Device(DeviceServer):
    """Sets its first sensor as often as it can, if `sets` is more than 0."""

    def __init__(self, sensors: int, sets: int, reactor: Any) -> None:
        self._names = sensor_names(sensors)
        super().__init__(0, "127.0.0.1", reactor=reactor)
        self._sets = sets
        self._value = 0.5
        self._set_sensor = self.sensors[self._names[0]]

    def setup_sensors(self) -> None:
        for name in self._names:
            self.add_sensor(Sensor(Sensor.FLOAT, name, "A level", "dBm", initial_status=Sensor.NOMINAL))

    def turn(self) -> None:
        """Set, and let the reactor send."""
        for _ in range(self._sets):
            self._value += 0.001
            self._set_sensor.set_value(self._value)
        self.reactor.callLater(0, self.turn)


def _main() -> None:
    sensors, sets = int(sys.argv[1]), int([*sys.argv, "0"][2])
    reactor = global_reactor()
    device = Device(sensors, sets, reactor)
    listening: Any = device.start()
    print(listening.getHost().port, flush=True)
    if sets:
        reactor.callWhenRunning(device.turn)
    reactor.run()


if __name__ == "__main__":
    _main()
