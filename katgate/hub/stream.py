"""Stream: one wish, shared by all browsers that have it. It collects what is due, and numbers frames.

    readings ─> taps (strategy) ─> collected ─> flush: one frame ─> ring ─> each browser's outbox

Each reading is encoded once, each frame built once, and every browser gets the same bytes. The encoder is
given by the room above: the hub knows no JSON.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Protocol

from katgate.hub.known import KnownSensor
from katgate.hub.outbox import Browser, Frame, Outbox, Place
from katgate.hub.selection import Selection
from katgate.hub.tap import Tap
from katgate.katcp.reading import Reading
from katgate.katcp.sampling import Strategy

__all__ = ["Encoder", "Stream", "Wish"]

#: The ring of recent frames: a browser that is further behind gets one conflated frame instead.
_MOST_FRAMES = 1024
_MOST_RING_BYTES = 4 * 1024 * 1024

#: Rows in one frame, in bytes of JSON: a frame that a browser parses without being seen to stop.
_MOST_FRAME_BYTES = 256 * 1024

#: Device -> encoded rows, oldest first.
Rows = dict[str, list[bytes]]


class Encoder(Protocol):
    """Writes what a stream sends."""

    def row(self, known: KnownSensor, reading: Reading) -> bytes:
        """Return one reading as a row."""
        ...

    def readings(self, sub: int, rows: Rows, seq: int, first: int, conflated: int) -> bytes:
        """Return a frame of rows that covers the numbers `first` to `seq`; `conflated` were replaced."""
        ...

    def snapshot(
        self, sub: int, present: Sequence[tuple[KnownSensor, Reading | None]], seq: int
    ) -> Iterable[bytes]:
        """Return the pages of a snapshot that stands at `seq`."""
        ...

    def sensors(self, sub: int, added: Sequence[KnownSensor], removed: Sequence[tuple[str, str]]) -> bytes:
        """Return the announcement of sensors that came and went; `removed` is (device, sensor)."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What a browser wants to be told: the sensors, and how often. (What it may see comes with roles.)"""

    selection: Selection
    strategy: Strategy


class Stream:
    """The browsers of one wish, and what they are sent."""

    def __init__(
        self,
        sub: int,
        wish: Wish,
        encoder: Encoder,
        *,
        seq: int,
        became_dirty: Callable[["Stream"], None],
        watch: Callable[[Tap], None],
    ) -> None:
        self.sub = sub
        self.wish = wish
        #: The number of the last frame of readings.
        self.seq = seq
        #: How many readings were sent in all.
        self.total = 0
        self.watch = watch
        self.outboxes: list[Outbox] = []
        self._encoder = encoder
        self._became_dirty = became_dirty
        self._taps: dict[KnownSensor, Tap] = {}
        self._collected: list[tuple[Tap, Reading]] = []
        self._ring: deque[Frame] = deque()
        self._ring_bytes = 0
        #: The position after the last frame; the ring holds the positions before it.
        self.head = 0
        #: The place before the oldest frame of the ring.
        self._oldest = Place(0, seq, 0)
        self._removed: dict[tuple[str, str], int] = {}

    # Sensors.

    def add(self, sensors: Iterable[KnownSensor], now: float, *, announce: bool) -> None:
        """Take in those sensors that are meant; the browsers are told before their first reading."""
        added = [known for known in sensors if self.wish.selection.matches(known.device, known.name)]
        if added and announce:
            # So that the place of the announcement is the one noted in the taps.
            self.flush()
        for known in added:
            tap = Tap(known, self.wish.strategy, self, self.head if announce else -1)
            known.taps.append(tap)
            self._taps[known] = tap
            self._removed.pop((known.device, known.name), None)
            if not announce:
                tap.prime(now)
        if added and announce:
            self._announce(added, [])

    def remove(self, sensors: Iterable[KnownSensor]) -> None:
        """Let sensors go; what they reported goes out first, then the browsers are told."""
        gone = [known for known in sensors if known in self._taps]
        if not gone:
            return
        self.flush()
        for known in gone:
            self._taps.pop(known).close()
            self._removed[known.device, known.name] = self.head
        self._announce([], [(known.device, known.name) for known in gone])

    @property
    def sensors(self) -> list[KnownSensor]:
        """The selected sensors, by device and name."""
        return sorted(self._taps, key=lambda known: (known.device, known.name))

    def close(self) -> None:
        """Listen to nothing any more."""
        for tap in self._taps.values():
            tap.close()
        self._taps.clear()
        self._collected.clear()

    # Readings: what TapUser asks.

    def collect(self, tap: Tap, reading: Reading) -> None:
        """Take a reading that is due; it goes out at the next flush."""
        if not self._collected:
            self._became_dirty(self)
        self._collected.append((tap, reading))

    def flush(self) -> None:
        """Make frames of what was collected, and let every browser that can have them."""
        if not self._collected:
            return
        collected, self._collected = self._collected, []
        for batch in _batches(self._encoded(collected)):
            self._append_readings(batch)
        self.pump()

    def pump(self) -> None:
        """Let every browser take what waits for it."""
        for outbox in list(self.outboxes):
            outbox.pump()
        if self._removed and all(outbox.position == self.head for outbox in self.outboxes):
            self._removed.clear()

    # Browsers: what an Outbox asks.

    def join(self, browser: Browser) -> Outbox:
        """Give a browser a place at the present end. Call `outbox.start(snapshot())` once it knows `seq`."""
        self.flush()
        outbox = Outbox(self, browser)
        self.outboxes.append(outbox)
        return outbox

    def place_after(self, seq: int) -> Place | None:
        """Return the place of a browser that has had all frames up to a number, or None if the ring has moved
        on, or no such frame was ever sent.
        """
        self.flush()
        for behind, frame in enumerate(reversed(self._ring)):
            if frame.is_readings and frame.seq == seq:
                return Place(self.head - behind, seq, frame.total)
        return self._oldest if self._oldest.seq == seq else None

    def resume(self, browser: Browser, place: Place) -> Outbox:
        """Give a browser that has come back its place again. Call `outbox.pump()` once it knows."""
        outbox = Outbox(self, browser, place)
        self.outboxes.append(outbox)
        return outbox

    def leave(self, outbox: Outbox) -> None:
        """Take a browser's place away."""
        self.outboxes.remove(outbox)

    def frame_at(self, position: int) -> Frame | None:
        """Return the frame at a position before the head, or None if the ring has moved on."""
        behind = self.head - position
        return self._ring[-behind] if behind <= len(self._ring) else None

    def described(self) -> bytes:
        """Return the announcement of all sensors that are selected now."""
        return self._encoder.sensors(self.sub, self.sensors, [])

    def snapshot(self) -> Iterable[bytes]:
        """Return the pages of a snapshot that stands at `seq`."""
        return self._encoder.snapshot(
            self.sub, [(known, self._shown(self._taps[known])) for known in self.sensors], self.seq
        )

    def conflated(self, position: int, seq: int, total: int) -> Iterator[bytes]:
        """Yield what brings a browser from `position` to the head: which sensors came and went, then the
        newest reading of each sensor that changed. `seq` and `total` are where it stands.
        """
        joined = [known for known in self.sensors if self._taps[known].joined >= position]
        removed = [name for name, at in self._removed.items() if at >= position]
        if joined or removed:
            yield self._encoder.sensors(self.sub, joined, removed)
        changed = sorted(
            (tap for tap in self._taps.values() if tap.changed > total), key=lambda tap: tap.changed
        )
        if self.seq > seq:
            replaced = self.total - total - len(changed)
            yield from self._conflated_frames(changed, seq, replaced)

    # Details.

    def _conflated_frames(self, changed: list[Tap], seq: int, replaced: int) -> Iterator[bytes]:
        """Yield frames of these readings, oldest first, that cover the numbers after `seq` without a gap."""
        rows: Rows = {}
        size = 0
        for tap, following in zip_longest(changed, changed[1:]):
            rows.setdefault(tap.known.device, []).append(tap.row)
            size += len(tap.row)
            # A frame ends only between two numbers, or a browser could not say where it stands.
            if following is not None and size > _MOST_FRAME_BYTES and following.seq > tap.seq:
                yield self._encoder.readings(self.sub, rows, tap.seq, seq + 1, 0)
                rows, size, seq = {}, 0, tap.seq
        yield self._encoder.readings(self.sub, rows, self.seq, seq + 1, replaced)

    def _shown(self, tap: Tap) -> Reading | None:
        # A differential strategy moves from what was last reported, so that is what a newcomer must see.
        return tap.known.reading if self.wish.strategy.difference is None else tap.reported

    def _encoded(self, collected: Iterable[tuple[Tap, Reading]]) -> Iterator[tuple[Tap, bytes]]:
        row = self._encoder.row
        for tap, reading in collected:
            tap.row = row(tap.known, reading)
            yield tap, tap.row

    def _append_readings(self, batch: list[tuple[Tap, bytes]]) -> None:
        self.seq += 1
        rows: Rows = {}
        for tap, row in batch:
            self.total += 1
            tap.changed = self.total
            tap.seq = self.seq
            rows.setdefault(tap.known.device, []).append(row)
        self._append(self._encoder.readings(self.sub, rows, self.seq, self.seq, 0), is_readings=True)

    def _announce(self, added: Sequence[KnownSensor], removed: Sequence[tuple[str, str]]) -> None:
        self._append(self._encoder.sensors(self.sub, added, removed), is_readings=False)
        self.pump()

    def _append(self, payload: bytes, *, is_readings: bool) -> None:
        self._ring.append(Frame(payload, self.seq, self.total, is_readings))
        self._ring_bytes += len(payload)
        self.head += 1
        while len(self._ring) > _MOST_FRAMES or (self._ring_bytes > _MOST_RING_BYTES and len(self._ring) > 1):
            gone = self._ring.popleft()
            self._ring_bytes -= len(gone.payload)
            self._oldest = Place(self.head - len(self._ring), gone.seq, gone.total)


def _batches(rows: Iterable[tuple[Tap, bytes]]) -> Iterator[list[tuple[Tap, bytes]]]:
    batch: list[tuple[Tap, bytes]] = []
    size = 0
    for tap, row in rows:
        if batch and size + len(row) > _MOST_FRAME_BYTES:
            yield batch
            batch, size = [], 0
        batch.append((tap, row))
        size += len(row)
    if batch:
        yield batch
