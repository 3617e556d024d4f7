"""aiokatcp's client with its SensorWatcher, in a process of its own, told by a test what to do: see driven.py.

It takes the calls of katcp_python_client.py that have to do with the inspecting client: one test can ask both.
"""

import asyncio
import enum
import json
from collections.abc import Callable
from typing import Any

import aiokatcp

_DEADLINE_S = 20.0


def words(arguments: list[bytes]) -> list[str]:
    """Return arguments as JSON has them."""
    return [argument.decode() for argument in arguments]


def plain(value: Any) -> Any:
    """Return a sensor's value as JSON has it."""
    if isinstance(value, enum.Enum):
        return value.katcp_value.decode()  # type: ignore[attr-defined]
    if isinstance(value, bytes):
        return value.decode()
    return [str(value.host), value.port] if isinstance(value, aiokatcp.Address) else value


class Commands:
    """What a test may have done. Clients are known by the number that `inspect` returns."""

    def __init__(self) -> None:
        self._clients: list[aiokatcp.Client] = []
        self._watchers: list[aiokatcp.SensorWatcher] = []
        self._readings: dict[tuple[int, str], list[list[Any]]] = {}

    async def inspect(self, port: int) -> int:
        """Connect a client, and wait until it has its model of the device."""
        client = aiokatcp.Client("127.0.0.1", port)
        watcher = aiokatcp.SensorWatcher(client)
        client.add_sensor_watcher(watcher)
        self._clients.append(client)
        self._watchers.append(watcher)
        await asyncio.wait_for(watcher.synced.wait(), _DEADLINE_S)
        return len(self._clients) - 1

    async def model(self, number: int) -> dict[str, Any]:
        """Return whether it is synced, and the names of the sensors that it knows."""
        watcher = self._watchers[number]
        return {"synced": watcher.synced.is_set(), "sensors": sorted(watcher.sensors)}

    async def describe(self, number: int, name: str) -> dict[str, Any]:
        """Return what it made of a sensor's description."""
        sensor = self._watchers[number].sensors[name]
        return {"type": sensor.type_name, "description": sensor.description, "units": sensor.units}

    async def watch(self, number: int, name: str) -> None:
        """Record the readings of a sensor from now on."""
        seen = self._readings[number, name] = []

        def observe(_sensor: Any, reading: Any) -> None:
            seen.append([reading.timestamp, reading.status.name.lower(), plain(reading.value)])

        self._watchers[number].sensors[name].attach(observe)

    async def readings(self, number: int, name: str) -> list[list[Any]]:
        """Return the readings so far: timestamp, status and value."""
        return self._readings[number, name]

    async def request(self, number: int, name: str, arguments: list[str]) -> dict[str, Any]:
        """Return the ids of a request's informs and reply, its informs and its reply."""
        asked = self._clients[number].request_raw(name, *arguments)
        reply, informs = await asyncio.wait_for(asked, _DEADLINE_S)
        return {
            "mids": [msg.mid for msg in (*informs, reply)],
            "informs": [words(inform.arguments) for inform in informs],
            "reply": words(reply.arguments),
        }

    async def race(self, number: int, requests: list[list[str]]) -> list[str]:
        """Send requests at once; return them in the order in which their replies came."""
        order: list[str] = []

        async def run(name: str, arguments: list[str]) -> None:
            await self.request(number, name, arguments)
            order.append(" ".join([name, *arguments]))

        await asyncio.gather(*(run(name, rest) for name, *rest in requests))
        return order

    async def leave(self, _port: int) -> None:
        """Stop all clients."""
        for client in self._clients:
            client.close()
            await client.wait_closed()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take calls and answer them, one at a time, until the test goes."""
    commands = Commands()
    while line := await reader.readline():
        name, *arguments = json.loads(line)
        call: Callable[..., Any] = getattr(commands, name)
        try:
            answer = {"result": await call(*arguments)}
        except Exception as error:
            answer = {"error": repr(error)}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
    writer.close()


async def main() -> None:
    """Serve until ended."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
