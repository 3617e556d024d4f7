"""aiokatcp as a device: its DeviceServer with float sensors, set in a loop if wanted.

`python -m tests.benchmarks.aiokatcp_server sensors [sets]` prints its port; `sets` readings a turn of the loop.
"""

import asyncio
import sys

import aiokatcp

from tests.benchmarks.plain_device import sensor_names


class Device(aiokatcp.DeviceServer):
    """A device with float sensors."""

    VERSION = "device-0.1"
    BUILD_STATE = "device-0.1.0"

    def __init__(self, sensors: int) -> None:
        super().__init__("127.0.0.1", 0)
        for name in sensor_names(sensors):
            status = aiokatcp.Sensor.Status.NOMINAL
            self.sensors.add(aiokatcp.Sensor(float, name, "A level", "dBm", initial_status=status))

    async def turn(self, sets: int) -> None:
        """Set the first sensor as often as it can, and let the loop send."""
        value = 0.5
        sensor = next(iter(self.sensors.values()))
        while True:
            for _ in range(sets):
                value += 0.001
                sensor.set_value(value)
            await asyncio.sleep(0)


async def _run() -> None:
    sensors, sets = int(sys.argv[1]), int([*sys.argv, "0"][2])
    device = Device(sensors)
    await device.start()
    print(device.sockets[0].getsockname()[1], flush=True)
    if sets:
        await device.turn(sets)
    await device.join()


if __name__ == "__main__":
    asyncio.run(_run())
