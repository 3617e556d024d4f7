"""A device server with handlers of every kind, and what lets those go on that wait."""

import enum
from typing import Annotated, Any, Literal

from twisted.internet.defer import Deferred

from katgate.katcp import Message
from katgate.katcp.kattypes import Discrete, Float, Int, Str, request, request_timeout_hint, return_reply
from katgate.tx import AsyncReply, DeviceProtocol, DeviceServer, Request
from tests.support import Wire


class Band(enum.Enum):
    L_BAND = 1
    UHF = 2


class BenchProtocol(DeviceProtocol):
    factory: "Bench"

    async def request_track(self, req: Request, az: float, el: float = 45.0) -> float:
        """Go to a position: `?track azimuth [elevation]`."""
        req.inform("on my way", az)
        await self.factory.wait()
        return az + el

    def request_gain(
        self, req: Request, channel: Annotated[int, Int(min=0, max=3)], on: bool
    ) -> tuple[int, bool]:
        return channel, on

    def request_band(self, req: Request, band: Band) -> Band:
        return Band.UHF if band is Band.L_BAND else Band.L_BAND

    def request_switch(self, req: Request, way: Literal["on", "off"], note: str | None = None) -> str:
        return f"{way} {note}"

    def request_sum(self, req: Request, *numbers: int) -> int:
        return sum(numbers)

    def request_words(self, req: Request, *words: str) -> tuple[str, ...]:
        return words

    def request_raw(self, req: Request, blob: bytes) -> bytes:
        return blob[::-1]

    def request_free(self, req, what, more=1):  # type: ignore[no-untyped-def]
        return what, more

    def request_nothing(self, req: Request) -> None:
        return None

    def request_wrong(self, req: Request) -> int:
        return "three"  # type: ignore[return-value]

    def request_message(self, req: Request) -> Message:
        return req.make_reply("fail", "said", "by hand")

    def request_later(self, req: Request) -> None:
        req.reply("ok", "sooner")
        raise AsyncReply

    def request_wait(self, req: Request, n: int) -> "Deferred[int]":
        return self.factory.wait().addCallback(lambda _: n)

    @request_timeout_hint(120)
    @request(Int(min=1), Float(default=1.5), Discrete(["x", "y"], optional=True))
    @return_reply(Float(), Str())
    def request_scale(self, count: int, factor: float, axis: str | None) -> Any:
        """Multiply."""
        return ("fail", "too much") if count > 100 else ("ok", count * factor, str(axis))

    @request(Int(), include_msg=True)
    @return_reply(Int())
    async def request_double(self, req: Request, msg: Message, count: int) -> Any:
        req.inform(msg.name)
        await self.factory.wait()
        return "ok", 2 * count

    @return_reply(Str(multiple=True))
    def request_echo(self, msg: Message) -> Any:
        return ["ok", *(msg.text(i) for i in range(len(msg.arguments)))]


class Bench(DeviceServer):
    protocol = BenchProtocol

    def __init__(self, reactor: Any) -> None:
        super().__init__(7147, "127.0.0.1", reactor=reactor)
        self.waiting: list[Deferred[None]] = []

    def wait(self) -> "Deferred[None]":
        self.waiting.append(Deferred())
        return self.waiting[-1]

    def go_on(self) -> None:
        """Let the oldest of those that wait go on."""
        self.waiting.pop(0).callback(None)


def connect(bench: Bench) -> Wire:
    wire = Wire(bench.buildProtocol(None))
    wire.heard()
    return wire
