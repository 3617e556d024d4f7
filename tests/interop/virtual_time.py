"""The two sampled devices in one process, in virtual time: aiokatcp's and ours, whole, and nothing waits.

Both run their own `?sensor-sampling` and samplers. Only what is below them is replaced: the transport
keeps what is written and when, and the clock moves on when a test says so.
"""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any, Protocol

from aiokatcp.server import ClientConnection
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from tests.interop import sampled_aiokatcp, sampled_katgate

#: When virtual time begins, in seconds.
START_S = 1000.0

#: More turns of the event loop than any request needs.
_MOST_TURNS = 50


class VirtualDevice(Protocol):
    """A device with one client, in virtual time."""

    @property
    def written(self) -> list[tuple[float, str]]:
        """What the device has written: when, and the line."""

    def now(self) -> float:
        """The time, in seconds."""

    def wait(self, seconds: float) -> None:
        """Let time pass; every timer runs at its time, those of the last instant too."""

    def be_busy(self, seconds: float) -> None:
        """Let time pass in which the process does something else: what falls due runs only later."""

    def set(self, name: str, status: str, value: bytes, timestamp: float) -> None:
        """Give a sensor a new reading, in the words of the wire."""

    def ask(self, request: str) -> str:
        """Send a request; return the line of its reply."""

    def close(self) -> None:
        """Let the client go, and the device."""


class _Written:
    """Keeps what is written, by line, and when."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.lines: list[tuple[float, str]] = []

    def add(self, chunk: bytes) -> None:
        self.lines += [(self._now(), line) for line in chunk.decode().splitlines()]


def _reply_in(written: list[tuple[float, str]]) -> str | None:
    return next((line for _, line in written if line.startswith("!")), None)


class KatgateDevice:
    """Ours, on Twisted's Clock."""

    def __init__(self) -> None:
        self._clock = Clock()
        self._clock.rightNow = START_S
        device = sampled_katgate.Sampled(0, "127.0.0.1", reactor=self._clock)
        self.set = device.set
        self._transport = _TwistedTransport(self._clock)
        client: Any = device.buildProtocol(None)
        client.makeConnection(self._transport)
        self._client = client

    @property
    def written(self) -> list[tuple[float, str]]:
        return self._transport.written.lines

    def now(self) -> float:
        return self._clock.seconds()

    def wait(self, seconds: float) -> None:
        end = self.now() + seconds
        while (due := min((c.getTime() for c in self._clock.getDelayedCalls()), default=end + 1)) <= end:
            self._clock.rightNow = max(due, self.now())
            self._clock.advance(0)
        self._clock.rightNow = end

    def be_busy(self, seconds: float) -> None:
        self._clock.rightNow += seconds

    def ask(self, request: str) -> str:
        at = len(self.written)
        self._client.dataReceived(request.encode() + b"\n")
        reply = _reply_in(self.written[at:])
        assert reply is not None
        return reply

    def close(self) -> None:
        self._client.connectionLost()
        assert [] == list(self._clock.getDelayedCalls())


class _TwistedTransport(StringTransport):
    def __init__(self, clock: Clock) -> None:
        super().__init__(peerAddress=IPv4Address("TCP", "127.0.0.1", 40_000))
        self.written = _Written(clock.seconds)

    def write(self, data: bytes) -> None:
        self.written.add(data)


class AiokatcpDevice:
    """aiokatcp's, on an event loop whose time is ours."""

    def __init__(self) -> None:
        self._loop = _VirtualLoop()
        device = sampled_aiokatcp.Sampled(self._loop)
        self.set = device.set
        self._transport = _AsyncioTransport(self._loop)
        self._client = ClientConnection(device, 2**20)
        self._client.connection_made(self._transport)

    @property
    def written(self) -> list[tuple[float, str]]:
        return self._transport.written.lines

    def now(self) -> float:
        return self._loop.now

    def wait(self, seconds: float) -> None:
        end = self._loop.now + seconds
        self._loop.run_until_complete(self._until(end))
        self._loop.now = end

    def be_busy(self, seconds: float) -> None:
        self._loop.now += seconds

    def ask(self, request: str) -> str:
        at = len(self.written)
        line = request.encode() + b"\n"
        self._client.get_buffer(len(line))[: len(line)] = line
        self._client.buffer_updated(len(line))
        for _ in range(_MOST_TURNS):
            self._loop.run_until_complete(asyncio.sleep(0))
            reply = _reply_in(self.written[at:])
            if reply is not None:
                return reply
        raise AssertionError(f"no reply to {request}")

    def close(self) -> None:
        self._client.connection_lost(None)
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _until(self, when: float) -> None:
        reached = self._loop.create_future()
        self._loop.call_at(when, reached.set_result, None)
        await reached


class _VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in which idle waiting takes no time: its clock is put forward instead."""

    def __init__(self) -> None:
        self.now = START_S
        super().__init__(_IdleSelector(self))

    def time(self) -> float:
        return self.now


class _IdleSelector(selectors.SelectSelector):
    """Nothing ever comes in; who waits is given the time."""

    def __init__(self, loop: _VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._loop.now += max(0.0, timeout or 0.0)
        return []


class _AsyncioTransport(asyncio.Transport):
    def __init__(self, loop: _VirtualLoop) -> None:
        super().__init__({"peername": ("127.0.0.1", 40_000)})
        self.written = _Written(loop.time)

    def write(self, data: Any) -> None:
        self.written.add(bytes(data))

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False
