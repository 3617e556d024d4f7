"""What a mirror is made of: its listener, its connection, a sensor as it sees it, and what has changed."""

from collections.abc import Container
from typing import TYPE_CHECKING, Final

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.katcp.sampling import Kind, Strategy
from katgate.katcp.types import decode_value
from katgate.katcp.values import Value
from katgate.tx.client import ClientKatCPProtocol

if TYPE_CHECKING:
    from katgate.tx.mirror import Mirror

__all__ = ["InterfaceChanges", "MirrorListener", "MirroredProtocol", "MirroredSensor"]

#: More sensors than this are not remembered by name: then all may be others.
_MOST_NAMED: Final = 1000


class MirrorListener:
    """Who is told what a mirror learns of its device. Override what you want to know; the rest does nothing.

    What it raises is logged, and disturbs neither the mirror nor other listeners.
    """

    def state_changed(self) -> None:
        """The connection's state is another."""

    def requests_changed(self, requests: dict[str, str]) -> None:
        """The device's requests now: name -> help text."""

    def sensors_changed(self, added: list[SensorDescription], removed: list[str]) -> None:
        """Sensors came and went. One that is described anew is in both: removed first, then added."""

    def reading(self, sensor: str, reading: Reading) -> None:
        """A sensor has a new reading."""

    def inform(self, msg: Message) -> None:
        """An asynchronous inform came that is neither a reading nor part of the hello."""

    def unreachable(self) -> None:
        """The connection was lost: no reading is current any more."""

    def chunk_ended(self) -> None:
        """All that came in together has been told."""


class MirroredProtocol(ClientKatCPProtocol):
    """The connection of a mirror: hands over readings, changes and all other informs. In the log it goes by the
    device's name.
    """

    mirror: "Mirror | None" = None
    name = ""

    @property
    def peer(self) -> str:
        """The device's name, also when it is gone."""
        return self.name or super().peer

    def inform_sensor_status(self, msg: Message) -> None:
        """Take readings."""
        if self.mirror is not None:
            self.mirror.take_readings(msg)

    def inform_interface_changed(self, msg: Message) -> None:
        """List again, soon."""
        if self.mirror is not None:
            self.mirror.interface_changed(msg)
        self.unhandled_inform(msg)

    def inform_disconnect(self, msg: Message) -> None:
        """Remember why; the loss follows."""
        super().inform_disconnect(msg)
        self.unhandled_inform(msg)

    def unhandled_inform(self, msg: Message) -> None:
        """Tell the listener."""
        if self.mirror is not None:
            self.mirror.tell("inform", msg)

    def chunk_ended(self) -> None:
        """Tell the listener."""
        if self.mirror is not None:
            self.mirror.tell("chunk_ended")


class MirroredSensor:
    """A device's sensor: its `description`, and its latest `reading`, None before the first.

    It is what is needed to take a reading: looked up by its name on the wire, once for each.
    """

    __slots__ = (
        "_major",
        "_reading",
        "_type",
        "chosen",
        "description",
        "is_awaited",
        "name",
        "refused",
        "strategy",
        "wire_name",
    )

    def __init__(self, wire_name: bytes, description: SensorDescription, major: int) -> None:
        self.wire_name = wire_name
        self.description = description
        self.name = description.name
        #: Whether a reading is wanted that has not come yet: it is new, or has only just been asked to be sampled.
        self.is_awaited = False
        #: What the device was told last, on this connection; None before.
        self.strategy: Strategy | None = None
        #: What it has refused since.
        self.refused: tuple[Strategy, ...] = ()
        #: How it shall be sampled if nobody says so by its name; None: to be looked up.
        self.chosen: Strategy | None = None
        self._reading: Reading | None = None
        self._type = description.katcp_type
        self._major = major

    @property
    def reading(self) -> Reading | None:
        """The latest reading."""
        return self._reading

    @reading.setter
    def reading(self, reading: Reading) -> None:
        self._reading = reading
        self.is_awaited = False

    def forget_strategy(self) -> None:
        """The device has none for this sensor, and has refused none."""
        self.strategy, self.refused = None, ()

    @property
    def is_sampled(self) -> bool:
        """Whether its readings come by themselves, as far as the device was told."""
        return self.strategy is not None and self.strategy.kind is not Kind.NONE

    def is_like(self, description: SensorDescription, major: int) -> bool:
        """Return whether it is still described so."""
        return self.description == description and self._major == major

    def decode(self, raw: bytes) -> Value:
        """Return a value of this sensor."""
        return decode_value(self._type, raw, self._major)


class InterfaceChanges:
    """What a device has announced with `#interface-changed` since it was last listed.

    A sensor that was replaced by one of the same description looks as before in the list, and yet the device
    has forgotten that it is sampled: so what was named, or everything if nothing was, is sampled anew.
    """

    def __init__(self) -> None:
        self.are_all = False
        self._requests = False
        self._sensors: set[bytes] = set()
        #: Whether a sensor shall be in the list, by its name.
        self._announced: dict[bytes, bool] = {}

    def add(self, msg: Message) -> None:
        """Take note of an `#interface-changed`."""
        if len(self._sensors) >= _MOST_NAMED:
            self.are_all = True
            self._sensors.clear()
            self._announced.clear()
        what = msg.text(0)
        if what.startswith("request"):
            self._requests = True
        elif what == "sensor" and len(msg.arguments) > 1:
            self._sensors.add(msg.arguments[1])
            if msg.text(2) in ("added", "removed"):
                self._announced[msg.arguments[1]] = msg.text(2) == "added"
        else:
            self.are_all = True

    def concern(self, sensor: bytes) -> bool:
        """Return whether that sensor may be another."""
        return self.are_all or sensor in self._sensors

    def look_again(self, before: "InterfaceChanges", listed: Container[bytes]) -> None:
        """Take over what was announced before, and the list does not show: some devices announce first, and act
        later. Once more only: it may never come true.
        """
        self._sensors.update(
            raw for raw, is_there in before._announced.items() if (raw in listed) != is_there
        )

    def __bool__(self) -> bool:
        return self.are_all or self._requests or bool(self._sensors)
