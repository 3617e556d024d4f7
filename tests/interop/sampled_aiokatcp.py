"""A device on aiokatcp whose sensors are set by request; `sampled_katgate.py` is its twin on katgate.

Prints its port. `python -m tests.interop.sampled_aiokatcp`
"""

import asyncio
import enum

import aiokatcp


class Mode(enum.Enum):
    """A discrete."""

    IDLE = 0
    CAPTURING = 1
    STOWED = 2


_TYPES: dict[str, type] = {
    "number": int,
    "level": float,
    "mode": Mode,
    "text": str,
    "flag": bool,
    "started": aiokatcp.Timestamp,
}


class Sampled(aiokatcp.DeviceServer):
    """A sensor of each type, and `extra-...` ones that come and go."""

    VERSION = "sampled-1.0"
    BUILD_STATE = "sampled-1.0.0"

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        super().__init__("127.0.0.1", 0, loop=loop)
        for name, sensor_type in _TYPES.items():
            self.sensors.add(aiokatcp.Sensor(sensor_type, name))

    def set(self, name: str, status: str, value: bytes, timestamp: float | None = None) -> None:
        """Give a sensor a new reading, in the words of the wire."""
        sensor = self.sensors[name]
        decoded = aiokatcp.decode(sensor.stype, value)
        sensor.set_value(decoded, aiokatcp.Sensor.Status[status.upper()], timestamp)

    async def request_set(self, ctx: aiokatcp.RequestContext, name: str, status: str, value: bytes) -> None:
        """Give a sensor a new reading: `?set sensor status value`."""
        self.set(name, status, value)

    async def request_add(self, ctx: aiokatcp.RequestContext, name: str) -> None:
        """Add an integer sensor, or put a new one in its place: `?add sensor`."""
        how = "modified" if name in self.sensors else "added"
        self.sensors.add(aiokatcp.Sensor(int, name))
        self.mass_inform("interface-changed", "sensor", name, how)

    async def request_remove(self, ctx: aiokatcp.RequestContext, name: str) -> None:
        """Remove a sensor: `?remove sensor`."""
        del self.sensors[name]
        self.mass_inform("interface-changed", "sensor", name, "removed")


async def main() -> None:
    """Serve until ended."""
    device = Sampled()
    await device.start()
    print(device.sockets[0].getsockname()[1], flush=True)
    await device.join()


if __name__ == "__main__":
    asyncio.run(main())
