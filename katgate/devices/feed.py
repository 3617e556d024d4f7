"""Feed: what a mirror learns of its device, into the hub."""

from collections.abc import Callable

from katgate.devices.informs import InformRing
from katgate.hub.hub import Hub
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.tx.mirrored import MirrorListener

__all__ = ["Feed"]


class Feed(MirrorListener):
    """The listener of one mirror.

    `changed` is called when something that the device's description shows is another.
    """

    def __init__(
        self,
        device: str,
        hub: Hub,
        informs: InformRing,
        *,
        changed: Callable[[], None],
        informed: Callable[[float, Message], None],
        wall_clock: Callable[[], float],
    ) -> None:
        self._device = device
        self._hub = hub
        self._informs = informs
        self._changed = changed
        self._informed = informed
        self._wall_clock = wall_clock
        #: How many readings have come in.
        self.readings = 0

    def state_changed(self) -> None:
        """The connection's state is another."""
        self._changed()

    def requests_changed(self, requests: dict[str, str]) -> None:
        """The device's requests are known, or others."""
        self._changed()

    def sensors_changed(self, added: list[SensorDescription], removed: list[str]) -> None:
        """Sensors came and went."""
        self._hub.change_sensors(self._device, added, removed)
        self._changed()

    def reading(self, sensor: str, reading: Reading) -> None:
        """Publish a reading."""
        self.readings += 1
        self._hub.publish(self._device, sensor, reading)

    def inform(self, msg: Message) -> None:
        """Keep an inform, and pass it on."""
        received = self._wall_clock()
        self._informs.add(received, msg)
        self._informed(received, msg)

    def unreachable(self) -> None:
        """The device is away."""
        self._hub.unreachable(self._device)

    def chunk_ended(self) -> None:
        """Let the hub send."""
        self._hub.flush_soon()
