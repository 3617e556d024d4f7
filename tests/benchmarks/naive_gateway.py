"""The gateway that a user would write: aiokatcp's Client and SensorWatcher, and `websockets` that broadcasts each
update as JSON to every browser that is connected.

`python -m tests.benchmarks.naive_gateway port` prints the port at which it serves browsers, once its device, at that
port of this machine, is synced.
"""

import asyncio
import json
import sys

import aiokatcp
from websockets.asyncio.server import Server, ServerConnection, broadcast, serve


class Broadcaster(aiokatcp.SensorWatcher):
    """Sends each reading to all browsers."""

    def __init__(self, client: aiokatcp.Client, server: Server) -> None:
        super().__init__(client)
        self._server = server

    def sensor_updated(
        self, name: str, value: bytes, status: aiokatcp.Sensor.Status, timestamp: float
    ) -> None:
        """Take a reading, and send it."""
        super().sensor_updated(name, value, status, timestamp)
        update = {
            "sensor": name,
            "timestamp": timestamp,
            "status": status.name.lower(),
            "value": self.sensors[name].value,
        }
        broadcast(self._server.connections, json.dumps(update))


async def _until_gone(browser: ServerConnection) -> None:
    await browser.wait_closed()


async def _run() -> None:
    async with serve(_until_gone, "127.0.0.1", 0) as server:
        client = aiokatcp.Client("127.0.0.1", int(sys.argv[1]))
        watcher = Broadcaster(client, server)
        client.add_sensor_watcher(watcher)
        await watcher.synced.wait()
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_run())
