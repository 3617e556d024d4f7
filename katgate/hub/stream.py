"""Stream: one wish, shared by all browsers that have it. It collects what is due, and numbers frames.

    readings ─> taps (strategy) ─> collected ─> flush: one frame ─> ring ─> each browser's outbox

Each reading is encoded once, each frame built once, and every browser gets the same bytes. The encoder is
given by the room above: the hub knows no JSON.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from twisted.logger import Logger

from katgate.hub.batches import batches, first_batch, portions
from katgate.hub.known import KnownSensor
from katgate.hub.outbox import Browser, Outbox
from katgate.hub.pages import Pages
from katgate.hub.past import Past
from katgate.hub.ring import Frame, Place, Ring, RingShare
from katgate.hub.selection import Selection
from katgate.hub.status_changes import WishStrategy
from katgate.hub.tap import Tap
from katgate.hub.telling import MOST_FRAME_BYTES, Encoder, Rows, Teller, frames_of
from katgate.katcp.reading import Reading
from katgate.katcp.sampling import Strategy

__all__ = ["Stream", "Wish"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a browser wants to be told: the sensors of devices that it may see, and how often."""

    selection: Selection
    strategy: WishStrategy


class Stream:
    """The browsers of one wish, and what they are sent."""

    log = Logger()

    def __init__(
        self,
        sub: int,
        wish: Wish,
        encoder: Encoder,
        *,
        seq: int,
        ring_share: RingShare,
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
        self._in_order: Sequence[Tap] | None = None
        # What waits for the flush: sensors, their readings, and when these were received. Side by side, as a tuple
        # for each would only be made to be thrown away.
        self._collected: list[Tap] = []
        self._readings: list[Reading] = []
        self._received: list[float | None] = []
        self._ring = Ring(ring_share, seq)
        self._past = Past(ring_share)
        is_differential = isinstance(wish.strategy, Strategy) and wish.strategy.difference is not None
        self._teller = Teller(sub, encoder, self._past, is_differential=is_differential)
        # Sensors that went, and the position at which they did, while a browser may have to be told.
        self._removed: dict[tuple[str, str], int] = {}

    # Sensors.

    def add(self, added: Sequence[KnownSensor], now: float, *, announce: bool) -> None:
        """Take in sensors, which the selection means; the browsers are told before their first reading."""
        if not added:
            return
        if not announce:
            for known in added:
                self._add(known, -1).prime(now)
            return
        self.flush()
        for batch in batches(self._teller.described(added), MOST_FRAME_BYTES):
            for known, _ in batch:
                self._add(known, self.head)
            self._append(self._teller.announcement(batch))
        self.pump()

    def remove(self, sensors: Iterable[KnownSensor]) -> None:
        """Let sensors go; what they reported goes out first, then the browsers are told."""
        gone = [known for known in sensors if known in self._taps]
        if not gone:
            return
        self.flush()
        for some in portions(gone):
            for known in some:
                self._taps.pop(known).close()
                self._in_order = None
                self._removed[known.device, known.name] = self.head
            self._append(self._teller.removal([(known.device, known.name) for known in some]))
        self.pump()

    @property
    def sensors(self) -> list[KnownSensor]:
        """The selected sensors, by device and name."""
        return [tap.known for tap in self._sorted()]

    @property
    def count(self) -> int:
        """How many sensors are selected."""
        return len(self._taps)

    def close(self) -> list[KnownSensor]:
        """Listen to nothing any more. Returns the sensors that were selected."""
        closed = list(self._taps)
        for tap in self._taps.values():
            tap.close()
        self._taps.clear()
        self._collected.clear()
        self._readings.clear()
        self._received.clear()
        return closed

    # Readings: what TapUser asks.

    def collect(self, tap: Tap, reading: Reading) -> None:
        """Take a reading that is due; it goes out at the next flush."""
        if not self._collected:
            self._became_dirty(self)
        self._collected.append(tap)
        self._readings.append(reading)
        self._received.append(tap.known.received)

    def flush(self) -> None:
        """Make frames of what was collected, and let every browser that can have them."""
        if not self._collected:
            return
        collected, self._collected = self._collected, []
        readings, self._readings = self._readings, []
        received, self._received = self._received, []
        if self._past.is_needed:
            for tap in collected:
                self._past.replace(tap, self.total)
        rows: Rows = {}
        size = 0
        for tap, reading, at in zip(collected, readings, received, strict=True):
            tap.is_collected = False
            try:
                row = self._teller.row(tap.known, reading)
            except Exception:
                self.log.failure("! a defect of ours: {known} cannot be told", known=tap.known.name)
                continue
            tap.reported, tap.received, tap.size = reading, at, len(row)
            if size and size + len(row) > MOST_FRAME_BYTES:
                self._append_readings(rows)
                rows, size = {}, 0
            size += len(row)
            self.total += 1
            tap.changed = self.total
            tap.seq = self.seq + 1
            rows.setdefault(tap.known.device, []).append(row)
        if rows:
            self._append_readings(rows)
        self.pump()

    def pump(self) -> None:
        """Let every browser take what waits for it."""
        for outbox in list(self.outboxes):
            outbox.pump()
        # Only now: what has just been made is there for all who are not behind, however much it is.
        self._ring.trim()
        # With no browser at all one may return.
        if self._removed and self.outboxes and all(box.position == self.head for box in self.outboxes):
            self._removed.clear()

    # Browsers: what an Outbox asks.

    @property
    def head(self) -> int:
        """The position after the last frame."""
        return self._ring.head

    def join(self, browser: Browser) -> Outbox:
        """Give a browser a place at the present end. Call `outbox.start(snapshot())` once it knows `seq`."""
        self.flush()
        outbox = Outbox(self, browser, Place(self.head, self.seq, self.total))
        self.outboxes.append(outbox)
        return outbox

    def place_after(self, seq: int) -> Place | None:
        """Return the place of a browser that has had all frames up to a number, or None if the ring has moved
        on, or no such frame was ever sent.
        """
        self.flush()
        return self._ring.place_after(seq)

    def resume(self, browser: Browser, place: Place) -> Outbox:
        """Give a browser that has come back its place again. Call `outbox.go_on(...)` once it knows."""
        outbox = Outbox(self, browser, place)
        self.outboxes.append(outbox)
        return outbox

    def leave(self, outbox: Outbox) -> None:
        """Take a browser's place away."""
        self.outboxes.remove(outbox)
        outbox.close()

    def frame_at(self, position: int) -> Frame | None:
        """Return the frame at a position before the head, or None if the ring has moved on."""
        return self._ring.frame_at(position)

    def descriptions(self, most: int) -> list[bytes]:
        """Return the descriptions of the first of `sensors`, as many as fit into so many bytes."""
        return first_batch(self._teller.described(self.sensors), most)

    def announcements(self, told: int = 0) -> Pages:
        """Return the announcements of all sensors that are selected now but the first `told`."""
        return Pages(self._teller.announcements(self.sensors[told:]))

    def snapshot(self, told: int = 0) -> Pages:
        """Return announcements of all sensors but the first `told`, and a snapshot that stands at `seq`, which is
        now: the frames that follow tell of all that comes.
        """
        self.flush()
        snapshot = self._teller.snapshot(self._sorted(), told, self.total, self.seq)
        return Pages(snapshot, self._past, self.total)

    def conflated(self, position: int, seq: int, total: int) -> Pages:
        """Return what brings a browser from `position` to the head: which sensors came and went, then the
        newest reading of each sensor that changed. `seq` and `total` are where it stands.
        """
        joined = [tap.known for tap in self._sorted() if tap.joined >= position]
        removed = [name for name, at in self._removed.items() if at >= position]
        changed = sorted((tap for tap in self._taps.values() if tap.changed > total), key=_changed)
        frames = frames_of(changed, self.seq) if self.seq > seq else []
        replaced = self.total - total - len(changed)
        pages = chain(
            self._teller.removals(removed),  # first: one of that name may have joined again
            self._teller.announcements(joined),
            self._teller.conflated(frames, moment=self.total, first=seq + 1, replaced=replaced),
        )
        return Pages(pages, self._past, self.total, replaced=replaced)

    # Details.

    def _sorted(self) -> Sequence[Tap]:
        """Return the taps by device and name: a list that is never changed, so that all who read it may share it."""
        if self._in_order is None:
            self._in_order = sorted(self._taps.values(), key=_name)
        return self._in_order

    def _add(self, known: KnownSensor, position: int) -> Tap:
        tap = Tap(known, self.wish.strategy, self, position)
        self._taps[known] = tap
        self._in_order = None
        return tap

    def _append_readings(self, rows: Rows) -> None:
        self.seq += 1
        self._append(self._encoder.readings(self.sub, rows, self.seq, self.seq, 0), is_readings=True)

    def _append(self, payload: bytes, *, is_readings: bool = False) -> None:
        self._ring.append(Frame(payload, self.seq, self.total, is_readings))


def _name(tap: Tap) -> tuple[str, str]:
    return tap.known.device, tap.known.name


def _changed(tap: Tap) -> int:
    return tap.changed
