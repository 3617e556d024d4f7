"""katgate.tx's own client, in a process of its own, told by a test what to do: see driven.py."""

import json
import time
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineOnlyReceiver

from katgate.errors import KatgateError
from katgate.katcp import Message
from katgate.tx import ClientKatCPProtocol, run_client

reactor: Any = global_reactor


class Client(ClientKatCPProtocol):
    """Keeps the informs that nobody asked for, and the readings with when they came."""

    def __init__(self) -> None:
        super().__init__()
        self.informs: list[list[str]] = []
        self.readings: list[list[Any]] = []
        self.is_lost = False
        self.when_lost().addCallback(self._gone)

    def inform_sensor_status(self, msg: Message) -> None:
        """Keep a reading, and when it came."""
        timestamp, _, name, status, value = _words(msg)
        self.readings.append([name, time.time(), timestamp, status, value])

    def unhandled_inform(self, msg: Message) -> None:
        """Keep it."""
        self.informs.append([msg.name, *_words(msg)])

    def _gone(self, _: None) -> None:
        self.is_lost = True


class Commands:
    """What a test may have done. Clients are known by the number that `open` returns."""

    def __init__(self) -> None:
        self._clients: list[Client] = []

    async def open(self, port: int) -> int:
        """Connect, and wait until the device has said what it speaks."""
        failed: list[Any] = []
        client: Any = await run_client(("127.0.0.1", port), Client, lambda c: c, errback=failed.append)
        if failed:
            failed[0].raiseException()
        self._clients.append(client)
        return len(self._clients) - 1

    async def hello(self, number: int) -> dict[str, Any]:
        """Return what the device said of itself."""
        client = self._clients[number]
        return {"protocol": str(client.flags), "versions": client.versions}

    async def request(
        self, number: int, name: str, arguments: list[str], timeout: float | None = None
    ) -> dict[str, Any]:
        """Return the ids of a request's informs and reply, and these; or the name of the error."""
        try:
            informs, reply = await self._clients[number].send_request(name, *arguments, timeout=timeout)
        except KatgateError as error:
            return {"error": type(error).__name__}
        mids = [m.mid for m in (*informs, reply)]
        return {"mids": mids, "informs": [_words(inform) for inform in informs], "reply": _words(reply)}

    async def race(self, number: int, requests: list[list[str]]) -> list[list[str]]:
        """Send requests at once; return their replies in the order in which these came."""
        order: list[list[str]] = []

        async def run(name: str, arguments: list[str]) -> None:
            order.append([name, *(await self.request(number, name, arguments))["reply"]])

        await gatherResults([Deferred.fromCoroutine(run(name, rest)) for name, *rest in requests])
        return order

    async def informs(self, number: int) -> list[list[str]]:
        """Return the informs so far that nobody asked for, readings apart."""
        return self._clients[number].informs

    async def readings(self, number: int, name: str) -> list[list[Any]]:
        """Return a sensor's readings so far: when each came; timestamp, status and value as on the wire."""
        return [rest for known, *rest in self._clients[number].readings if known == name]

    async def is_lost(self, number: int) -> list[Any]:
        """Return whether the connection is gone, and what the device said on its going."""
        return [self._clients[number].is_lost, self._clients[number].farewell]


class Control(LineOnlyReceiver):
    """Takes calls and answers them, one at a time."""

    delimiter = b"\n"
    MAX_LENGTH = 1 << 20
    commands = Commands()

    def lineReceived(self, line: bytes) -> None:
        """Do as told."""
        name, *arguments = json.loads(line)
        done: Deferred[Any] = Deferred.fromCoroutine(getattr(self.commands, name)(*arguments))
        done.addCallbacks(
            lambda result: {"result": result}, lambda failure: {"error": failure.getErrorMessage()}
        )
        done.addCallback(lambda answer: self.sendLine(json.dumps(answer).encode()))


def _words(msg: Message) -> list[str]:
    return [msg.text(at) for at in range(len(msg.arguments))]


def main() -> None:
    """Serve until ended."""
    listening = reactor.listenTCP(0, Factory.forProtocol(Control), interface="127.0.0.1")
    reactor.callWhenRunning(lambda: print(listening.getHost().port, flush=True))
    reactor.run()


if __name__ == "__main__":
    main()
