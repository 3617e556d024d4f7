"""katcp-python as a device: its AsyncDeviceServer with float sensors, set in a loop if wanted.

`python -m tests.benchmarks.katcp_python_server sensors [sets]` prints its port; `sets` readings a turn of the
loop. It was written for older Pythons: what it misses is put back before it is imported.
"""

import collections.abc
import importlib
import sys
from typing import Any

from tests.benchmarks.plain_device import sensor_names


def import_katcp() -> tuple[Any, Any]:
    """Return katcp and tornado.ioloop. Raises ImportError, or what else their imports may raise."""
    old: Any = collections
    for name in collections.abc.__all__:
        if not hasattr(old, name):
            setattr(old, name, getattr(collections.abc, name))
    return importlib.import_module("katcp"), importlib.import_module("tornado.ioloop")


def _device(katcp: Any, sensors: int) -> Any:
    class Device(katcp.AsyncDeviceServer):  # type: ignore[misc]
        """A device with float sensors."""

        def setup_sensors(self) -> None:
            for name in sensor_names(sensors):
                self.add_sensor(
                    katcp.Sensor.float(name, "A level", "dBm", initial_status=katcp.Sensor.NOMINAL)
                )

    return Device("127.0.0.1", 0)


def _main() -> None:
    sensors, sets = int(sys.argv[1]), int([*sys.argv, "0"][2])
    katcp, tornado = import_katcp()
    loop = tornado.IOLoop.current()
    device = _device(katcp, sensors)
    sensor = device.get_sensor(sensor_names(1)[0])
    value = 0.5

    def start() -> None:
        device.start()
        loop.add_callback(started)

    def started() -> None:
        if not device.running():
            loop.add_callback(started)
            return
        print(device.bind_address[1], flush=True)
        if sets:
            loop.add_callback(turn)

    def turn() -> None:
        nonlocal value
        for _ in range(sets):
            value += 0.001
            sensor.set_value(value)
        loop.add_callback(turn)

    loop.add_callback(start)
    loop.start()


if __name__ == "__main__":
    _main()
