"""Teller: what a browser of a stream is told that joins it, or has fallen behind. Messages are made one by one, when
they are asked for, of what `past` says of one moment.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from katgate.hub.batches import batches, portions
from katgate.hub.known import KnownSensor
from katgate.hub.past import Past, Shown
from katgate.hub.tap import Tap
from katgate.katcp.reading import Reading

__all__ = ["MOST_FRAME_BYTES", "Encoder", "Rows", "Teller", "frames_of"]

#: Rows or descriptions in one message, in bytes: one that a browser parses without being seen to stop.
MOST_FRAME_BYTES = 256 * 1024
#: A page of a snapshot, in bytes: small enough that a browser shows the first while the next comes in.
_PAGE_BYTES: Final = 64 * 1024
#: How much of a frame may be readings that came after it was planned, in bytes.
_MOST_CHANGED_BYTES: Final = 128 * 1024

#: Device -> encoded rows, oldest first.
Rows = dict[str, list[bytes]]


class Encoder(Protocol):
    """Writes what a stream sends. A row or a description is never too large for a message."""

    def row(self, known: KnownSensor, reading: Reading) -> bytes:
        """Return one reading as a row."""
        ...

    def readings(self, sub: int, rows: Rows, seq: int, first: int, conflated: int) -> bytes:
        """Return a frame of rows that covers the numbers `first` to `seq`; `conflated` were replaced."""
        ...

    def snapshot_row(self, row: bytes, received: float | None) -> bytes:
        """Return a row as a snapshot has it: with the time at which the reading was received."""
        ...

    def no_reading(self, known: KnownSensor) -> bytes:
        """Return the row of a sensor that has no reading yet."""
        ...

    def snapshot(self, sub: int, rows: Rows, seq: int | None) -> bytes:
        """Return a page of a snapshot; all but the last are without the number at which it stands."""
        ...

    def description(self, known: KnownSensor) -> bytes:
        """Return a sensor's description."""
        ...

    def sensors(self, sub: int, added: Sequence[bytes], removed: Sequence[tuple[str, str]]) -> bytes:
        """Return the announcement of sensors that came (descriptions) and went (device, sensor)."""
        ...


class Teller:
    """What one stream tells. The browser stands at the moment once it has taken all."""

    def __init__(self, sub: int, encoder: Encoder, past: Past, *, is_differential: bool) -> None:
        self._sub = sub
        self._encoder = encoder
        self._past = past
        self._is_differential = is_differential

    def described(self, sensors: Iterable[KnownSensor]) -> Iterator[tuple[KnownSensor, bytes]]:
        """Yield sensors with their descriptions."""
        for known in sensors:
            if known.described is None:
                known.described = self._encoder.description(known)
            yield known, known.described

    def row(self, known: KnownSensor, reading: Reading) -> bytes:
        """Return one reading as a row. It is encoded once, as most streams send the same."""
        if known.encoded is not reading:
            known.row = self._encoder.row(known, reading)
            known.encoded = reading
        return known.row

    def announcement(self, added: Iterable[tuple[KnownSensor, bytes]]) -> bytes:
        """Return one announcement of sensors that came, with their descriptions."""
        return self._encoder.sensors(self._sub, [described for _, described in added], [])

    def announcements(self, added: Iterable[KnownSensor]) -> Iterator[bytes]:
        """Yield announcements of sensors that came; none if there are none."""
        for batch in batches(self.described(added), MOST_FRAME_BYTES):
            yield self.announcement(batch)

    def removal(self, removed: Sequence[tuple[str, str]]) -> bytes:
        """Return one announcement of sensors that went: (device, sensor)."""
        return self._encoder.sensors(self._sub, [], removed)

    def removals(self, removed: Sequence[tuple[str, str]]) -> Iterator[bytes]:
        """Yield announcements of sensors that went; none if there are none."""
        for some in portions(removed):
            yield self.removal(some)

    def snapshot(self, taps: Sequence[Tap], told: int, moment: int, seq: int) -> Iterator[bytes]:
        """Yield announcements of all these sensors but the first `told`, then the pages of a snapshot."""
        yield from self.announcements([tap.known for tap in taps[told:]])
        page: Rows = {}
        size = 0
        for tap in taps:
            row = self._snapshot_row(tap.known, self._shown(tap, moment))
            if page and size + len(row) > _PAGE_BYTES:
                payload = self._encoder.snapshot(self._sub, page, None)
                # Before it is sent: a browser that waits here keeps nothing else in memory.
                page, size = {}, 0
                yield payload
            page.setdefault(tap.known.device, []).append(row)
            size += len(row)
        yield self._encoder.snapshot(self._sub, page, seq)

    def conflated(
        self, frames: Sequence[tuple[Sequence[Tap], int]], *, moment: int, first: int, replaced: int
    ) -> Iterator[bytes]:
        """Yield the newest reading of each of these sensors; a frame of them covers the numbers up to its own."""
        for at, (taps, seq) in enumerate(frames, 1):
            rows = self._rows(taps, moment)
            yield self._encoder.readings(self._sub, rows, seq, first, replaced if at == len(frames) else 0)
            first = seq + 1

    def _snapshot_row(self, known: KnownSensor, shown: Shown) -> bytes:
        if shown.reading is None:
            return self._encoder.no_reading(known)
        return self._encoder.snapshot_row(self.row(known, shown.reading), shown.received)

    def _shown(self, tap: Tap, moment: int) -> Shown:
        was = self._past.shown(tap, moment)
        if was is not None:
            return was
        # A differential strategy moves from what was last reported, so that is what a newcomer must see; what waits
        # for the flush is told then; and of a moment that is lost it is told what it will be told of again.
        if self._is_differential or tap.is_collected or tap.changed > moment:
            return Shown(tap.reported, tap.received)
        return Shown(tap.known.reading, tap.known.received)

    def _rows(self, taps: Iterable[Tap], moment: int) -> Rows:
        rows: Rows = {}
        left = _MOST_CHANGED_BYTES
        for tap in taps:
            was = self._past.shown(tap, moment)
            reading = tap.reported if was is None else was.reading
            assert reading is not None  # it has been reported
            row = self.row(tap.known, reading)
            if was is None and tap.changed > moment:
                # The moment is lost. It may have become longer than was planned for; it is told again anyway.
                left -= len(row)
                if left < 0:
                    continue
            rows.setdefault(tap.known.device, []).append(row)
        return rows


def frames_of(changed: Iterable[Tap], last: int) -> list[tuple[Sequence[Tap], int]]:
    """Return what goes into each frame, and the number that it covers; `changed` are in the order of their changes.

    A frame ends only between two numbers, or a browser could not say where it stands. The last covers `last`.
    """
    frames: list[tuple[Sequence[Tap], int]] = []
    frame: list[Tap] = []
    size = 0
    for tap in changed:
        if size > MOST_FRAME_BYTES and tap.seq > frame[-1].seq:
            frames.append((frame, frame[-1].seq))
            frame, size = [], 0
        frame.append(tap)
        size += tap.size
    return [*frames, (frame, last)]
