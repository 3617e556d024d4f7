"""Tap: one sensor of one stream. It applies the stream's strategy to the sensor's readings."""

from typing import Protocol

from katgate.hub.known import KnownSensor, Listener
from katgate.hub.status_changes import ALL_DUE, StatusChanges, WishStrategy
from katgate.katcp.reading import Reading
from katgate.katcp.sampling import Sampler

__all__ = ["Tap", "TapUser"]


class TapUser(Protocol):
    """The stream that a tap belongs to."""

    def collect(self, tap: "Tap", reading: Reading) -> None:
        """Take a reading that is due; once it is sent, note that in the tap."""

    def watch(self, tap: "Tap") -> None:
        """See to it that `tap.expire` is called at `tap.deadline`."""


class Tap:
    """What a stream keeps of one sensor."""

    __slots__ = (
        "_among",
        "changed",
        "is_collected",
        "is_open",
        "joined",
        "known",
        "received",
        "reported",
        "sampler",
        "seq",
        "size",
        "user",
        "watched",
    )

    def __init__(self, known: KnownSensor, strategy: WishStrategy, user: TapUser, position: int) -> None:
        self.known = known
        self.user = user
        self.sampler = ALL_DUE if isinstance(strategy, StatusChanges) else Sampler(strategy)
        self._among: list[Listener] = known.status_taps if self.sampler is ALL_DUE else known.taps
        self._among.append(self)
        self.is_open = True
        #: The reading last reported to the stream's browsers, when it was received, and how long its row was.
        self.reported: Reading | None = None
        self.received: float | None = None
        self.size = 0
        #: Whether a newer one waits for the flush.
        self.is_collected = False
        #: The position in the stream at which the sensor joined.
        self.joined = position
        #: Which its last reading was, of all that the stream has sent.
        self.changed = 0
        #: The number of the frame that it was in.
        self.seq = 0
        #: The earliest time at which somebody will call `expire` anyway; None: nobody will.
        self.watched: float | None = None

    @property
    def deadline(self) -> float | None:
        """When `expire` must be called, or None."""
        return self.sampler.deadline if self.is_open else None

    def prime(self, now: float) -> None:
        """Count the present reading as reported: the browser that joins gets it in its snapshot."""
        if self.known.reading is not None:
            self.reported = self.sampler.observe(self.known.reading, now)
            self.received = self.known.received
            self._watch()

    def take(self, reading: Reading, now: float) -> None:
        """Take a new reading of the sensor; collect it if it is due."""
        due = self.sampler.observe(reading, now)
        if due is not None:
            self._collect(due)
        self._watch()

    def force(self, reading: Reading, now: float) -> None:
        """Collect a reading whatever the strategy: a device that went away, or came back."""
        self._collect(self.sampler.force(reading, now))
        self._watch()

    def expire(self, now: float) -> None:
        """Collect what is due at a deadline that has passed."""
        due = self.sampler.expire(now)
        if due is not None:
            self._collect(due)
        self._watch()

    def close(self) -> None:
        """Listen no more."""
        self.is_open = False
        self._among.remove(self)

    def _collect(self, reading: Reading) -> None:
        self.is_collected = True
        self.user.collect(self, reading)

    def _watch(self) -> None:
        if self.sampler.deadline is not None:  # seen here, as most have none
            self.user.watch(self)
