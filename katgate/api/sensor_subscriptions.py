"""What one browser wants to know of sensors: its place in the stream of each of its wishes."""

from collections.abc import Callable, Iterator

from msgspec import Raw

from katgate.api import wire_in, wire_socket
from katgate.api.fitting import MOST_DESCRIBED
from katgate.api.outlet import Outlet
from katgate.errors import TooManyRequests
from katgate.hub.hub import Hub
from katgate.hub.outbox import Outbox
from katgate.hub.ring import Place
from katgate.hub.stream import Stream, Wish

__all__ = ["SensorSubscriptions"]

Answer = Callable[[wire_socket.Subscribed], None]


class SensorSubscriptions:
    """One browser's. Iterating gives each stream with the browser's place in it."""

    def __init__(self, outlet: Outlet, hub: Hub, epoch: str, most_sensors: int) -> None:
        self._outlet = outlet
        self._hub = hub
        self._epoch = epoch
        self._most_sensors = most_sensors
        # What was sent of those that have ended: readings, and how many were conflated.
        self._readings = 0
        self._conflated = 0

    def __len__(self) -> int:
        return len(self._outlet.streams)

    def __iter__(self) -> Iterator[tuple[Stream, Outbox]]:
        return iter(list(self._outlet.streams.values()))

    @property
    def readings(self) -> int:
        """How many readings the browser was sent in all, without those of snapshots."""
        return self._readings + sum(outbox.readings for _, outbox in self)

    @property
    def conflated(self) -> int:
        """How many readings were replaced by newer ones because the browser was slow."""
        return self._conflated + sum(outbox.conflated for _, outbox in self)

    def find(self, wish: Wish) -> Stream | None:
        """Return the stream of a wish that the browser has already, or None."""
        return next((stream for stream, _ in self if stream.wish == wish), None)

    def begin(self, wish: Wish, since: wire_in.Since | None, answer: Answer) -> None:
        """Subscribe: `answer` is called with the result, then comes the snapshot, or what came after `since`. The
        same wish twice is one subscription, with a fresh snapshot. Raises TooManyRequests.
        """
        known = self.find(wish)
        stream = known or self._hub.stream(wish)
        try:
            self._check_count(stream)
            self._join(stream, None if known else self._place_of(since, stream), answer)
        except BaseException:
            if stream.sub not in self._outlet.streams:
                self._hub.release(stream)
            raise

    def end(self, sub: int, *, may_return: bool = False) -> bool:
        """End a subscription; return whether there was one. A stream is kept for a browser that may return."""
        if sub not in self._outlet.streams:
            return False
        stream, outbox = self._outlet.streams.pop(sub)
        stream.leave(outbox)
        self._readings += outbox.readings
        self._conflated += outbox.conflated
        self._hub.release(stream, may_return=may_return)
        return True

    def close(self) -> None:
        """The browser is gone: it may return."""
        for stream, _ in self:
            self.end(stream.sub, may_return=True)

    def _join(self, stream: Stream, place: Place | None, answer: Answer) -> None:
        streams = self._outlet.streams
        described = stream.descriptions(MOST_DESCRIBED)
        # Made before the answer goes: a defect in it is then the answer, and the only one.
        pages = stream.snapshot(len(described)) if place is None else stream.announcements(len(described))
        result = wire_socket.Subscribed(
            sub=stream.sub,
            epoch=self._epoch,
            seq=stream.seq if place is None else place.seq,
            strategy=str(stream.wish.strategy),
            sensors=[Raw(one) for one in described],
            resumed=place is not None,
            more=len(described) < stream.count,
        )
        if place is not None:
            streams[stream.sub] = stream, stream.resume(self._outlet, place)
        elif stream.sub not in streams:
            streams[stream.sub] = stream, stream.join(self._outlet)
        answer(result)
        outbox = streams[stream.sub][1]
        if place is None:
            outbox.start(pages)
        else:
            outbox.go_on(pages)

    def _check_count(self, stream: Stream) -> None:
        """Raise TooManyRequests if the browser would have too many sensors with this: each takes memory."""
        streams = {its.sub: its for its, _ in self} | {stream.sub: stream}
        count, most = sum(its.count for its in streams.values()), self._most_sensors
        if count > most:
            raise TooManyRequests(
                f"a browser may have {most} sensors in all its subscriptions, these would be {count}"
            )

    def _place_of(self, since: wire_in.Since | None, stream: Stream) -> Place | None:
        """Return where a browser goes on that has been here before; None: it begins anew."""
        if since is None or since.epoch != self._epoch:
            return None
        return stream.place_after(since.seq)
