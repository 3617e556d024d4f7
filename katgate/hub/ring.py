"""Ring: the recent frames of a stream, for browsers that are a little behind or come back."""

from collections import deque
from typing import Final, NamedTuple

__all__ = ["Frame", "Place", "Ring", "RingShare"]

#: A browser that is further behind gets the newest readings instead.
_MOST_FRAMES = 1024
#: What a frame takes in memory besides its payload.
_OVERHEAD: Final = 200

#: What one ring may hold, in bytes; what all may hold together; and what each may hold however many there are.
_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_BYTES_OF_ALL: Final = 32 * 1024 * 1024
_LEAST_BYTES: Final = 16 * 1024


class Frame(NamedTuple):
    """One message of a stream.

    `seq` is the number of the last frame of readings up to here (its own, if it `is_readings`), `total` the
    number of readings sent by the stream up to here.
    """

    payload: bytes
    seq: int
    total: int
    is_readings: bool


class Place(NamedTuple):
    """A place in a stream: what a browser has had when the frame at `position` is the next it needs."""

    position: int
    seq: int
    total: int


class RingShare:
    """What each ring may hold: a thousand browsers with wishes of their own must not fill the memory."""

    def __init__(self) -> None:
        self.bytes = _MOST_BYTES

    def among(self, rings: int) -> None:
        """Divide what there is among so many."""
        self.bytes = max(_LEAST_BYTES, min(_MOST_BYTES, _MOST_BYTES_OF_ALL // max(1, rings)))


class Ring:
    """The newest frames. Call `trim` when all have been told that keep up."""

    def __init__(self, share: RingShare, seq: int) -> None:
        self._share = share
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        #: The position after the last frame; the ring holds some before it.
        self.head = 0
        # The place before the oldest frame.
        self._oldest: Place | None = Place(0, seq, 0)

    def append(self, frame: Frame) -> None:
        """Take a new frame."""
        self._frames.append(frame)
        self._bytes += len(frame.payload) + _OVERHEAD
        self.head += 1

    def trim(self) -> None:
        """Let the oldest go that are too many."""
        frames = self._frames
        while len(frames) > _MOST_FRAMES or (self._bytes > self._share.bytes and len(frames) > 1):
            gone = frames.popleft()
            self._bytes -= len(gone.payload) + _OVERHEAD
            # After an announcement there is no place to come back to: whoever names the number may not have had it.
            place = Place(self.head - len(frames), gone.seq, gone.total)
            self._oldest = place if gone.is_readings else None

    def frame_at(self, position: int) -> Frame | None:
        """Return the frame at a position before the head, or None if the ring has moved on."""
        behind = self.head - position
        return self._frames[-behind] if behind <= len(self._frames) else None

    def place_after(self, seq: int) -> Place | None:
        """Return the place after the frame of readings with a number; None if it is gone, or never was."""
        for behind, frame in enumerate(reversed(self._frames)):
            if frame.is_readings and frame.seq == seq:
                return Place(self.head - behind, seq, frame.total)
        return self._oldest if self._oldest is not None and self._oldest.seq == seq else None
