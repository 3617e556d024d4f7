"""aiokatcp as a client: its Client with a SensorWatcher.

`python -m tests.benchmarks.aiokatcp_client port sensors seconds`
"""

import asyncio

import aiokatcp

from tests.benchmarks.marks import WARM_UP_S, ClientOptions, Mark, say


class CountingWatcher(aiokatcp.SensorWatcher):
    """aiokatcp's watcher, counted where it costs least: a batch is one `#sensor-status`, here of one reading."""

    count = 0

    def batch_stop(self) -> None:
        self.count += 1

    @property
    def known(self) -> int:
        return sum(s.status is not aiokatcp.Sensor.Status.UNKNOWN for s in self.sensors.values())


async def _run() -> None:
    options = ClientOptions.read()
    began = Mark.now(0)
    client = aiokatcp.Client("127.0.0.1", options.port)
    watcher = CountingWatcher(client)
    client.add_sensor_watcher(watcher)
    await watcher.synced.wait()
    end = Mark.now(watcher.count)
    say(began, end, watcher.known)
    if options.seconds:
        await asyncio.sleep(WARM_UP_S)
        began = Mark.now(watcher.count)
        await asyncio.sleep(options.seconds)
        end = Mark.now(watcher.count)
        say(began, end, watcher.known)
    await asyncio.Event().wait()  # until ended


if __name__ == "__main__":
    asyncio.run(_run())
