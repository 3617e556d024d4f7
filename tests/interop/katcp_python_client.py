"""katcp-python's clients, in a process of their own, told by a test what to do: see driven.py.

Three kinds: `AsyncClient`; `InspectingClientAsync`, which keeps a model of the device; and `KATCPClientResource`,
which puts strategies back when the device returns.
"""
# mypy: allow-subclassing-any, allow-untyped-decorators

import json
from typing import Any

from tests.interop.katcp_python import katcp, tornado

#: katcp-python waits this long between attempts to connect, in seconds; its own is 0.5.
_PAUSE_S = 0.05
_DEADLINE_S = 20.0


def words(arguments: list[bytes]) -> list[str]:
    """Return arguments as JSON has them."""
    return [argument.decode() for argument in arguments]


class Recorder:
    """A list of what happened, as something that a client takes for a sensor's observer or listener."""

    def __init__(self) -> None:
        self.seen: list[list[Any]] = []

    def update(self, _sensor: Any, reading: Any) -> None:
        """Take a reading, as katcp.Sensor tells its observers."""
        self.seen.append([reading.timestamp, katcp.Sensor.STATUSES[reading.status], reading.value])

    def __call__(self, _sensor: Any, reading: Any) -> None:
        """Take a reading, as KATCPSensor tells its listeners."""
        self.seen.append([reading.timestamp, reading.status, reading.value])


class RecordingClient(katcp.AsyncClient):
    """An AsyncClient that keeps the informs that nobody asked for."""

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port)
        self.seen: list[list[str]] = []
        self.auto_reconnect_delay = _PAUSE_S

    def handle_inform(self, msg: Any) -> None:
        """Keep it, and go on as ever."""
        if msg.mid is None:
            self.seen.append([msg.name, *words(msg.arguments)])
        super().handle_inform(msg)


class Commands:
    """What a test may have done. Clients are known by the number that `open` and its like return."""

    def __init__(self) -> None:
        self._clients: list[Any] = []
        self._ports: list[int] = []
        self._recorders: dict[tuple[int, str], Recorder] = {}

    # AsyncClient.

    async def open(self, port: int) -> int:
        """Connect an AsyncClient, and wait until it knows the protocol."""
        client = RecordingClient(port)
        client.set_ioloop(tornado.ioloop.IOLoop.current())
        client.start()
        await client.until_protocol(timeout=_DEADLINE_S)
        return self._keep(client, port)

    async def hello(self, number: int) -> dict[str, Any]:
        """Return what the device said of itself."""
        client = self._clients[number]
        versions = {name: list(said) for name, said in client.versions.items()}
        return {"protocol": str(client.protocol_flags), "versions": versions}

    async def request(
        self, number: int, name: str, arguments: list[str], use_mid: bool | None = None
    ) -> dict[str, Any]:
        """Return a request's id, those of its informs, its informs and its reply."""
        msg = katcp.Message.request(name, *arguments)
        reply, informs = await self._low(number).future_request(msg, timeout=_DEADLINE_S, use_mid=use_mid)
        return {
            "mids": [None if m.mid is None else int(m.mid) for m in (msg, *informs, reply)],
            "informs": [words(inform.arguments) for inform in informs],
            "reply": words(reply.arguments),
        }

    async def race(self, number: int, requests: list[list[str]]) -> list[str]:
        """Send requests at once; return them in the order in which their replies came."""
        order: list[str] = []

        async def run(name: str, arguments: list[str]) -> None:
            await self.request(number, name, arguments)
            order.append(" ".join([name, *arguments]))

        await tornado.gen.multi([tornado.gen.convert_yielded(run(name, rest)) for name, *rest in requests])
        return order

    async def reply_unasked(self, number: int) -> None:
        """Send a reply to nothing."""
        self._low(number).send_message(katcp.Message.reply("watchdog", "ok"))

    async def informs(self, number: int) -> list[list[str]]:
        """Return the asynchronous informs so far, those of the hello among them."""
        return list(self._clients[number].seen)

    async def is_connected(self, number: int) -> bool:
        """Return whether it is connected now."""
        return bool(self._low(number).is_connected())

    async def connected_at(self, number: int) -> float:
        """Return when it was connected last."""
        return float(self._low(number).last_connect_time)

    # InspectingClientAsync.

    async def inspect(self, port: int) -> int:
        """Connect an inspecting client, and wait until it has its model of the device."""
        client = katcp.inspecting_client.InspectingClientAsync(
            "127.0.0.1", port, ioloop=tornado.ioloop.IOLoop.current()
        )
        client.katcp_client.auto_reconnect_delay = _PAUSE_S
        client.connect()
        number = self._keep(client, port)
        await client.until_synced(timeout=_DEADLINE_S)
        return number

    async def model(self, number: int) -> dict[str, Any]:
        """Return whether it is synced, and the names that it knows."""
        client = self._clients[number]
        return {
            "synced": client.synced,
            "sensors": sorted(client.sensors),
            "requests": sorted(client.requests),
        }

    async def describe(self, number: int, name: str) -> dict[str, Any]:
        """Return what it made of a sensor's description."""
        sensor = await self._clients[number].future_get_sensor(name)
        about = {"type": sensor.type, "description": sensor.description}
        return about | {"units": sensor.units, "params": sensor.params}

    async def watch(self, number: int, name: str) -> None:
        """Record the readings of a sensor from now on."""
        sensor = await self._clients[number].future_get_sensor(name)
        recorder = self._recorders[number, name] = Recorder()
        sensor.attach(recorder)

    async def readings(self, number: int, name: str) -> list[list[Any]]:
        """Return the readings so far: timestamp, status, and the value in Python's own types."""
        return self._recorders[number, name].seen

    # KATCPClientResource.

    async def resource(self, port: int) -> int:
        """Connect a resource client, and wait until it has its model of the device."""
        address = ("127.0.0.1", port)
        client = katcp.resource_client.KATCPClientResource(
            {"name": "engine", "address": address, "controlled": True}
        )
        client.set_ioloop(tornado.ioloop.IOLoop.current())
        client.start()
        number = self._keep(client, port)
        await client.until_synced(timeout=_DEADLINE_S)
        return number

    async def follow(self, number: int, name: str, strategy: str) -> list[Any]:
        """Set a strategy, which the client is to keep up, and record the readings from now on."""
        client = self._clients[number]
        recorder = self._recorders[number, name] = Recorder()
        client.sensor[name].register_listener(recorder, reading=True)
        return list(await client.sensor[name].set_sampling_strategy(strategy))

    async def ask(self, number: int, name: str, arguments: list[str]) -> list[Any]:
        """Make a request as a method of the resource; return whether it succeeded, and its reply."""
        reply = await self._clients[number].req[name](*arguments)
        return [reply.succeeded, words(reply.reply.arguments), [words(i.arguments) for i in reply.informs]]

    async def leave(self, port: int) -> None:
        """Stop all clients of the device at that port."""
        for number, client in enumerate(self._clients):
            if self._ports[number] == port:
                client.stop()

    # Details.

    def _keep(self, client: Any, port: int) -> int:
        self._clients.append(client)
        self._ports.append(port)
        return len(self._clients) - 1

    def _low(self, number: int) -> Any:
        """Return the AsyncClient of a client."""
        client = self._clients[number]
        return getattr(client, "katcp_client", client)


class Control(tornado.tcpserver.TCPServer):
    """Takes calls and answers them, one at a time."""

    commands = Commands()

    @tornado.gen.coroutine
    def handle_stream(self, stream: Any, address: Any) -> Any:
        """Serve a test until it goes."""
        while True:
            try:
                line = yield stream.read_until(b"\n")
            except tornado.iostream.StreamClosedError:
                return
            name, *arguments = json.loads(line)
            try:
                result = yield getattr(self.commands, name)(*arguments)
                answer = {"result": result}
            except Exception as error:
                answer = {"error": repr(error)}
            yield stream.write(json.dumps(answer).encode() + b"\n")


def main() -> None:
    """Serve until ended."""
    control = Control()
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    control.add_sockets(sockets)
    print(sockets[0].getsockname()[1], flush=True)
    tornado.ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
