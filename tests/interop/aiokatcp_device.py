"""A device on aiokatcp, in a process of its own: what a MeerKAT engine looks like from outside.

Prints its port. `python aiokatcp_device.py [port]`
"""

import asyncio
import enum
import sys

import aiokatcp


class Mode(enum.Enum):
    """A discrete."""

    IDLE = 0
    CAPTURING = 1


class Engine(aiokatcp.DeviceServer):
    """Sensors of every type, requests that take time, fail, and add sensors."""

    VERSION = "engine-1.0"
    BUILD_STATE = "engine-1.0.0"

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port)
        status = aiokatcp.Sensor.Status.NOMINAL
        for value, name, units in [
            (0, "counter", ""),
            (0.5, "adc.level", "dBFS"),
            (True, "is-locked", ""),
            (Mode.IDLE, "mode", ""),
            ("text with spaces", "message", ""),
            (aiokatcp.Timestamp(1.5e9), "started", "s"),
            (aiokatcp.Address.parse(b"10.0.0.1:7148"), "peer", ""),
        ]:
            sensor = aiokatcp.Sensor(
                type(value), name, f"The {name}", units, default=value, initial_status=status
            )
            self.sensors.add(sensor)

    async def request_echo(self, ctx: aiokatcp.RequestContext, *words: str) -> tuple[str, ...]:
        """Give back what was said, after two informs."""
        ctx.inform("first", 1)
        ctx.inform("second")
        return words

    async def request_set(
        self, ctx: aiokatcp.RequestContext, name: str, value: bytes, status: str = "nominal"
    ) -> None:
        """Set a sensor: ?set name value [status]."""
        sensor = self.sensors[name]
        sensor.set_value(aiokatcp.decode(sensor.stype, value), aiokatcp.Sensor.Status[status.upper()])

    async def request_set_counter(self, ctx: aiokatcp.RequestContext, value: int) -> None:
        """Set the counter."""
        self.sensors["counter"].value = value

    async def request_set_level(self, ctx: aiokatcp.RequestContext, value: float) -> None:
        """Set the level."""
        self.sensors["adc.level"].value = value

    async def request_sleep(self, ctx: aiokatcp.RequestContext, seconds: float) -> None:
        """Take a while."""
        await asyncio.sleep(seconds)

    async def request_refuse(self, ctx: aiokatcp.RequestContext) -> None:
        """Fail."""
        raise aiokatcp.FailReply("no power")

    async def request_crash(self, ctx: aiokatcp.RequestContext) -> None:
        """Fail with a traceback."""
        raise RuntimeError("out of beans")

    async def request_add(self, ctx: aiokatcp.RequestContext, name: str) -> None:
        """Add a sensor."""
        self.sensors.add(aiokatcp.Sensor(int, name))
        self.mass_inform("interface-changed", "sensor", name, "added")

    async def request_remove(self, ctx: aiokatcp.RequestContext, name: str) -> None:
        """Remove a sensor."""
        del self.sensors[name]
        self.mass_inform("interface-changed", "sensor", name, "removed")

    async def request_say(self, ctx: aiokatcp.RequestContext, text: str) -> None:
        """Tell all clients."""
        self.mass_inform("announcement", text)


async def main() -> None:
    """Serve until ended."""
    engine = Engine(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    await engine.start()
    print(engine.sockets[0].getsockname()[1], flush=True)
    await engine.join()


if __name__ == "__main__":
    asyncio.run(main())
