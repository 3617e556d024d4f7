"""Hub: the latest reading of every sensor, and the streams that are told of new ones.

Feeds publish, streams collect, and one flush sends for the whole process: at once when nothing was sent for
a while, then at most every `flush_interval_s`, everything that came in between in one frame. The cost is per
frame and not per reading (twenty readings as twenty frames to 1,000 browsers: 107 ms; as one frame: 25 ms).
"""

from collections.abc import Callable, Iterable
from typing import Final

from twisted.logger import Logger

from katgate.hub.deadlines import Clock, Deadlines, Timer
from katgate.hub.demand import DemandWatchers, Watcher
from katgate.hub.kept import KeptStreams
from katgate.hub.known import KnownSensor
from katgate.hub.ring import RingShare
from katgate.hub.status_counts import StatusCounts
from katgate.hub.stream import Stream, Wish
from katgate.hub.telling import Encoder
from katgate.katcp.patterns import Patterns
from katgate.katcp.reading import Reading, SensorDescription, Status

__all__ = ["Hub"]

#: Fifty frames a second look continuous to people.
FLUSH_INTERVAL_S: Final = 0.02


class Hub:
    """The present state of all sensors. `wall_clock` gives UNIX seconds, `clock` any that does not jump."""

    log = Logger()

    def __init__(
        self,
        clock: Clock,
        wall_clock: Callable[[], float],
        encoder: Encoder,
        flush_interval_s: float = FLUSH_INTERVAL_S,
    ) -> None:
        self._clock = clock
        self._wall_clock = wall_clock
        self._encoder = encoder
        self._flush_interval_s = flush_interval_s
        self._sensors: dict[str, dict[str, KnownSensor]] = {}
        self._statuses = StatusCounts()
        self._streams: dict[Wish, Stream] = {}
        self._demand = DemandWatchers()
        self._subs = 0
        # Device -> a number that changes with its sensors.
        self._editions: dict[str, int] = {}
        self._last_edition = 0
        self._kept = KeptStreams(clock, self._end)
        # A new stream of an old wish begins beyond all numbers that its browsers may come back with.
        self._first_seq = 0
        self._ring_share = RingShare()
        self._dirty: set[Stream] = set()
        self._next_flush = float("-inf")
        self._timer: Timer | None = None
        self._deadlines = Deadlines(clock, self.flush_soon)

    # For feeds.

    def change_sensors(self, device: str, added: Iterable[SensorDescription], removed: Iterable[str]) -> None:
        """Let sensors of a device go and come. One that is in both is replaced, and its reading forgotten."""
        sensors = self._sensors.setdefault(device, {})
        gone = [sensors.pop(name) for name in removed if name in sensors]
        new = {description.name: KnownSensor(device, description) for description in added}
        sensors.update(new)
        self._statuses.change(device, new.values(), gone)
        self._last_edition += 1
        self._editions[device] = self._last_edition
        now = self._clock.seconds()
        for stream in list(self._streams.values()):
            stream.remove(gone)
            stream.add(stream.wish.selection.among(device, new), now, announce=True)
        self._demand.tell(device, [*gone, *new.values()])

    def forget(self, device: str) -> None:
        """Let a device go with all its sensors."""
        gone = list(self._sensors.pop(device, {}).values())
        self._statuses.forget(device)
        self._editions.pop(device, None)
        for stream in list(self._streams.values()):
            stream.remove(gone)

    def publish(self, device: str, sensor: str, reading: Reading) -> None:
        """Take a new reading. Call `flush_soon` once all that came in together is published."""
        known = self._sensors[device][sensor]
        before, known.reading = known.reading, reading
        known.received = self._wall_clock()
        was_cut_off, known.is_cut_off = known.is_cut_off, False
        now = self._clock.seconds()
        if before is None or before.status is not reading.status:
            self._statuses.move(device, before, reading)
            for tap in known.status_taps:
                tap.take(reading, now)
        for tap in known.taps:
            if was_cut_off:
                tap.force(reading, now)
            else:
                tap.take(reading, now)

    def unreachable(self, device: str) -> None:
        """Mark every sensor of a device: the last value and its time stay, the status says they are old.

        Goes to every stream at once, whatever its strategy.
        """
        now = self._clock.seconds()
        for known in self._sensors.get(device, {}).values():
            if known.reading is None or known.is_cut_off:
                continue
            known.is_cut_off = True
            if known.reading.status is Status.UNREACHABLE:
                continue
            before, known.reading = known.reading, known.reading._replace(status=Status.UNREACHABLE)
            self._statuses.move(device, before, known.reading)
            for tap in known.taps:
                tap.force(known.reading, now)
            for tap in known.status_taps:
                tap.take(known.reading, now)
        self.flush()

    def watch_demand(self, device: str, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` with sensors of a device that have come to be wanted, or may be so no more: see
        `is_wanted`. Returns what ends that.
        """
        return self._demand.watch(device, watcher)

    def is_wanted(self, device: str, sensor: str) -> bool:
        """Return whether a stream wants that sensor's readings; one that tells of statuses takes what comes. One
        whose browser was cut wants it as long as it is kept.
        """
        known = self.find(device, sensor)
        return known is not None and bool(known.taps)

    # For the api.

    def sensors_of(self, device: str) -> list[KnownSensor]:
        """Return the sensors of a device by name; none for a device that has none or is not known."""
        return sorted(self._sensors.get(device, {}).values(), key=lambda known: known.name)

    def among(self, device: str, patterns: Patterns) -> list[KnownSensor]:
        """Return the sensors of a device that patterns mean, by name."""
        return sorted(patterns.among(self._sensors.get(device, {})), key=lambda known: known.name)

    def find(self, device: str, sensor: str) -> KnownSensor | None:
        """Return one sensor, or None."""
        return self._sensors.get(device, {}).get(sensor)

    def count(self, device: str) -> int:
        """Return how many sensors a device has."""
        return len(self._sensors.get(device, {}))

    def edition(self, device: str) -> int:
        """Return a number that is another whenever a device's sensors are others; 0 while it has none."""
        return self._editions.get(device, 0)

    @property
    def streams(self) -> int:
        """How many different wishes there are; those are among them whose browser was cut and may come back."""
        return len(self._streams)

    def statuses(self, device: str) -> dict[Status, int]:
        """Return how many sensors of a device have each status, of those that any has. One without a reading counts
        as unknown.
        """
        return self._statuses.of(device)

    def stream(self, wish: Wish) -> Stream:
        """Return the stream of a wish: the one that is shared, or a new one. See `release`."""
        stream = self._streams.get(wish)
        if stream is not None:
            self._kept.give_back(stream)
        else:
            stream = Stream(
                self.next_sub(),
                wish,
                self._encoder,
                seq=self._first_seq,
                ring_share=self._ring_share,
                became_dirty=self._note_dirty,
                watch=self._deadlines.watch,
            )
            now = self._clock.seconds()
            selected = {
                device: wish.selection.among(device, sensors) for device, sensors in self._sensors.items()
            }
            for its_sensors in selected.values():
                stream.add(its_sensors, now, announce=False)
            self._streams[wish] = stream
            self._ring_share.among(len(self._streams))
            for device, its_sensors in selected.items():
                self._demand.tell(device, its_sensors)
        return stream

    def next_sub(self) -> int:
        """Return a number that no other subscription has."""
        self._subs += 1
        return self._subs

    def release(self, stream: Stream, *, may_return: bool = False) -> None:
        """End a stream that no browser reads any more: at once, or in a minute if its browser may return."""
        if stream.outboxes:
            return
        if may_return:
            self._kept.keep(stream)
        else:
            self._end(stream)

    def _end(self, stream: Stream) -> None:
        self._first_seq = max(self._first_seq, stream.seq + 1)
        del self._streams[stream.wish]
        self._ring_share.among(len(self._streams))
        self._dirty.discard(stream)
        closed = stream.close()
        self._deadlines.closed(len(closed))
        self._demand.tell_all(closed)

    # Flushing.

    def flush_soon(self) -> None:
        """Send what was collected: now, or when the interval since the last time has passed."""
        if not self._dirty or self._timer is not None:
            return
        wait = self._next_flush - self._clock.seconds()
        if wait <= 0:
            self.flush()
        else:
            self._timer = self._clock.callLater(wait, self._flush_timer)

    def flush(self) -> None:
        """Send what was collected now. Before a reply: it never overtakes a reading that came before it."""
        if not self._dirty:
            return
        began = self._clock.seconds()
        dirty, self._dirty = self._dirty, set()
        for stream in dirty:
            try:
                stream.flush()
            except Exception:
                # One stream's trouble is not another's.
                self.log.failure("! a defect of ours while sending for {wish}", wish=stream.wish)
        # With very many wishes sending takes a while: then there is a while for what devices say, too. Not longer
        # than the interval, or with more and more to send at once it would grow without end.
        ended = self._clock.seconds()
        interval_s = self._flush_interval_s
        self._next_flush = max(began + interval_s, ended + min(ended - began, interval_s))

    def stop(self) -> None:
        """Leave no timer behind."""
        self._deadlines.stop()
        self._kept.stop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _note_dirty(self, stream: Stream) -> None:
        self._dirty.add(stream)

    def _flush_timer(self) -> None:
        self._timer = None
        self.flush()
