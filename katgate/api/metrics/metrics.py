"""Metrics: `GET /metrics`, put together of what each part of katgate has to tell."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from klein import Klein
from prometheus_client.core import Metric
from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from katgate.api.answers import Answers
from katgate.api.metrics.exports import Exports
from katgate.api.metrics.lag import LoopLag
from katgate.api.metrics.of_browsers import browser_families
from katgate.api.metrics.of_devices import device_families
from katgate.api.metrics.of_process import ProcessFamilies
from katgate.api.metrics.of_sensors import sensor_families
from katgate.api.metrics.of_web import web_families
from katgate.api.metrics.page import Format, format_for, written
from katgate.api.routes import add_route
from katgate.api.visitors import Visitors
from katgate.devices.device import Device
from katgate.devices.fleet import Fleet
from katgate.hub.hub import Hub
from katgate.hub.selection import Selection

__all__ = ["Metrics", "Watched"]

#: How long is written before others have their turn, and as long, in seconds.
_AT_ONCE_S: Final = 0.003


@dataclass(frozen=True, slots=True)
class Watched:
    """What is told of."""

    hub: Hub
    fleet: Fleet
    visitors: Visitors
    answers: Answers


class Metrics:
    """Of one gateway. It looks after the event loop from `start` to `stop`; `choose` says whose readings it shows."""

    def __init__(self, watched: Watched, clock: IReactorTime, started: float) -> None:
        self._watched = watched
        self._clock = clock
        self._lag = LoopLag(clock)
        self._process = ProcessFamilies(self._lag, started)
        self._exports = Exports(watched.hub, watched.fleet, clock)
        #: Several who ask at once take no more of the time than one.
        self._turns = DeferredLock()

    def add_routes(self, app: Klein) -> None:
        """Answer this address."""
        add_route(app, "GET", "/metrics", self.metrics, media_type="text/plain")

    def start(self) -> None:
        """Look how late the event loop is."""
        self._lag.start()

    def stop(self) -> None:
        """Look no more, and want no sensors."""
        self._lag.stop()
        self._exports.stop()

    def choose(self, selections: Sequence[Selection], most: int) -> None:
        """Show the readings of these sensors, but of no more than so many."""
        self._exports.choose(selections, most)

    def metrics(self, request: Any) -> "bytes | Deferred[bytes]":
        """Tell all that may be told to the one who asks, in the format that they accept."""
        form = format_for(request.getHeader("accept") or "")
        request.setHeader(b"content-type", form.content_type)
        request.setHeader(b"cache-control", b"no-store")
        return self._turns.run(lambda: Deferred.fromCoroutine(self._answer(request, form)))

    async def _answer(self, request: Any, form: Format) -> bytes:
        text = await self._text(form, self._seen(request))
        request.setHeader(b"content-length", b"%d" % len(text))
        return text

    def _seen(self, request: Any) -> list[Device]:
        return list(self._watched.fleet.seen_by(request.caller))

    async def _text(self, form: Format, seen: Collection[Device]) -> bytes:
        pieces = []
        began = self._clock.seconds()
        for piece in written(self._families(seen), form):
            pieces.append(piece)
            now = self._clock.seconds()
            if now - began > _AT_ONCE_S:
                await deferLater(self._clock, now - began)
                began = self._clock.seconds()
        return b"".join(pieces)

    def _families(self, seen: Collection[Device]) -> Iterator[Metric]:
        watched = self._watched
        yield from self._process.families()
        yield from browser_families(watched.visitors, watched.hub)
        yield from web_families(watched.answers)
        yield from device_families(list(seen))
        yield from sensor_families(self._exports, seen)
