"""KnownSensor: one sensor as katgate knows it now, and who listens to it."""

from typing import Protocol

from katgate.katcp.reading import Reading, SensorDescription, Status

__all__ = ["KnownSensor", "Listener"]


class Listener(Protocol):
    """Who is told of a sensor's readings: see `katgate.hub.tap.Tap`."""

    def take(self, reading: Reading, now: float) -> None:
        """Take a new reading."""

    def force(self, reading: Reading, now: float) -> None:
        """Take a reading that must be told, whatever the strategy."""


class KnownSensor:
    """A sensor of a device: its description, and its latest reading with the time it was received.

    `reading` and `received` (UNIX seconds) are None until the first reading has come in.
    `is_cut_off`: katgate itself made the reading `unreachable`, because the device is away.
    """

    __slots__ = (
        "described",
        "description",
        "device",
        "encoded",
        "is_cut_off",
        "name",
        "reading",
        "received",
        "row",
        "status_taps",
        "taps",
    )

    def __init__(self, device: str, description: SensorDescription) -> None:
        self.device = device
        self.name = description.name
        self.description = description
        #: The description as it is sent, once somebody has asked for it.
        self.described: bytes | None = None
        #: The reading that was encoded last, and its row.
        self.encoded: Reading | None = None
        self.row = b""
        self.reading: Reading | None = None
        self.received: float | None = None
        self.is_cut_off = False
        self.taps: list[Listener] = []
        #: Those that are told only of readings whose status is another; they want nothing sampled.
        self.status_taps: list[Listener] = []

    @property
    def status(self) -> Status:
        """The reading's status; `unknown` before the first."""
        return Status.UNKNOWN if self.reading is None else self.reading.status
