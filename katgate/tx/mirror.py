"""Mirror: one device's requests and sensors, kept in step over changes and reconnects.

On each new connection it asks `?help` and `?sensor-list`, sets `auto` on every sensor (in bulk where the
device lists flag B, else one by one, pipelined), and is then synced. `#interface-changed` makes it list
again. What it learns goes to its listener; it keeps no readings (the hub does).
"""

from typing import Final, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from katgate.errors import DeviceNotConnected, RemoteError
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message
from katgate.katcp.sensor import Reading, SensorDescription, status_named
from katgate.katcp.types import KatType, decode_value
from katgate.katcp.values import V5, Value, decode_seconds
from katgate.tx.asking import ask_requests, ask_sensors, sample
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.connection import Connection, State

__all__ = ["Mirror", "MirrorListener", "MirroredProtocol"]

#: Storms of #interface-changed (12 in a row seen) are gathered so long, and lists asked at most so often.
_GATHER_S: Final = 0.1
_LIST_INTERVAL_S: Final = 2.0
#: How long to leave a device alone that did not list when asked again.
_LIST_RETRY_S: Final = 30.0


class MirrorListener(Protocol):
    """Who is told what a mirror learns of its device."""

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
    """The connection of a mirror: hands over readings, changes and all other informs."""

    mirror: "Mirror | None" = None

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
            self.mirror.listener.inform(msg)

    def chunk_ended(self) -> None:
        """Tell the listener."""
        if self.mirror is not None:
            self.mirror.listener.chunk_ended()


class Mirror:
    """Keeps step with one device, over one `Connection` whose user it is."""

    log = Logger()

    def __init__(self, name: str, listener: MirrorListener, reactor: IReactorTime) -> None:
        self.name = name
        self.listener = listener
        #: Request name -> help text; None until the device has been asked once.
        self.requests: dict[str, str] | None = None
        self.connection: Connection | None = None
        self._reactor = reactor
        self._protocol: MirroredProtocol | None = None
        self._flags = ProtocolFlags(V5, 0)
        self._sensors: dict[bytes, _Mirrored] = {}
        self._is_listing = False
        self._listed_at = 0.0
        self._timer: IDelayedCall | None = None
        self._changes = _Changes()

    def build_protocol(self) -> MirroredProtocol:
        """Return a protocol that reports to this mirror."""
        protocol = MirroredProtocol(self._reactor)
        protocol.mirror = self
        return protocol

    # ConnectionUser.

    def state_changed(self) -> None:
        """Pass it on."""
        self.listener.state_changed()

    def negotiated(self, protocol: ClientKatCPProtocol) -> None:
        """Get in step with the device."""
        assert isinstance(protocol, MirroredProtocol)
        assert protocol.flags is not None
        self._protocol = protocol
        self._flags = protocol.flags
        self._changes = _Changes()
        self._changes.are_all = True
        self._list(protocol)

    def lost(self) -> None:
        """Whatever is known is old now, and what the lost protocol may still say is not listened to."""
        if self._protocol is not None:
            self._protocol.mirror = None
        self._protocol = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.listener.unreachable()
        self.listener.chunk_ended()

    # What the device says by itself.

    def take_readings(self, msg: Message) -> None:
        """Take `#sensor-status timestamp count (name status value)*`; the count is not relied upon."""
        arguments = msg.arguments
        timestamp = self._timestamp(arguments[0] if arguments else b"")
        # A value may be missing for a status that has none; it is the empty text then.
        for at in range(2, len(arguments) - 1, 3):
            mirrored = self._sensors.get(arguments[at])
            if mirrored is None:
                if self._protocol is not None:
                    self._protocol.complain("a reading of a sensor that it has not listed", msg)
                continue
            value = mirrored.decode(arguments[at + 2] if at + 2 < len(arguments) else b"")
            self.listener.reading(mirrored.name, Reading(timestamp, status_named(arguments[at + 1]), value))

    def interface_changed(self, msg: Message) -> None:
        """List again soon: once for a whole storm, and not too often."""
        self._changes.add(msg)
        if not self._is_listing:
            since = self._reactor.seconds() - self._listed_at
            self._list_later(max(_GATHER_S, _LIST_INTERVAL_S - since))

    # Getting in step.

    def _list_later(self, delay_s: float) -> None:
        if self._timer is None and self._protocol is not None:
            self._timer = self._reactor.callLater(delay_s, self._list, self._protocol)

    def _list(self, protocol: MirroredProtocol) -> None:
        self._timer = None
        self._is_listing = True
        # What is announced from now on may not be in the answers: it is for the next time.
        changes, self._changes = self._changes, _Changes()
        Deferred.fromCoroutine(self._sync(protocol, changes)).addErrback(self._sync_failed, protocol)

    async def _sync(self, protocol: MirroredProtocol, changes: "_Changes") -> None:
        requests = await ask_requests(protocol)
        descriptions = await ask_sensors(protocol)
        if protocol is not self._protocol:
            return
        self.requests = requests
        self.listener.requests_changed(requests)
        fresh = self._replace_sensors(descriptions)
        await sample(protocol, [raw for raw in self._sensors if raw in fresh or changes.concern(raw)])
        if protocol is not self._protocol:
            return
        self._is_listing = False
        self._listed_at = self._reactor.seconds()
        if self.connection is not None:
            self.connection.synced()
        if self._changes:
            self._list_later(_LIST_INTERVAL_S)

    def _sync_failed(self, failure: Failure, protocol: MirroredProtocol) -> None:
        if protocol is not self._protocol:
            return
        if not failure.check(RemoteError):
            self.log.failure("! {name}: a defect of ours while listing", failure, name=self.name)
        why = f"its lists could not be read: {failure.getErrorMessage()}"
        if self.connection is None or failure.check(DeviceNotConnected):
            return
        if self.connection.state is State.SYNCED:
            # It may be busy with something slow (katcp.md section 11, row 32): cutting would lose that.
            self.log.warn("! {name}: {why}; asking again later", name=self.name, why=why)
            self._is_listing = False
            self._changes.are_all = True
            self._list_later(_LIST_RETRY_S)
        else:
            self.connection.fail(why)

    def _replace_sensors(self, described: dict[bytes, SensorDescription]) -> set[bytes]:
        """Take the new list; return the names on the wire of those that are new or described anew."""
        before = self._sensors
        gone = [raw for raw, known in before.items() if described.get(raw) != known.description]
        fresh = [raw for raw, now in described.items() if raw not in before or before[raw].description != now]
        major = self._flags.major
        self._sensors = {
            raw: before[raw] if raw in before and before[raw].description == now else _Mirrored(now, major)
            for raw, now in described.items()
        }
        if gone or fresh:
            self.listener.sensors_changed(
                [described[raw] for raw in fresh], [before[raw].name for raw in gone]
            )
        return set(fresh)

    # Details.

    def _timestamp(self, raw: bytes) -> float:
        try:
            return decode_seconds(raw, self._flags.major)
        except ValueError:
            return 0.0  # as kcs sends before its first poll: `0000`; the arrival time stands beside it


class _Changes:
    """What a device has announced with `#interface-changed` since it was last listed.

    A sensor that was replaced by one of the same description looks as before in the list, and yet the device
    has forgotten that it is sampled: so what was named, or everything if nothing was, is sampled anew.
    """

    def __init__(self) -> None:
        self.are_all = False
        self._requests = False
        self._sensors: set[bytes] = set()

    def add(self, msg: Message) -> None:
        """Take note of an `#interface-changed`."""
        what = msg.text(0)
        if what.startswith("request"):
            self._requests = True
        elif what == "sensor" and len(msg.arguments) > 1:
            self._sensors.add(msg.arguments[1])
        else:
            self.are_all = True

    def concern(self, sensor: bytes) -> bool:
        """Return whether that sensor may be another."""
        return self.are_all or sensor in self._sensors

    def __bool__(self) -> bool:
        return self.are_all or self._requests or bool(self._sensors)


class _Mirrored:
    """What is needed to take one sensor's readings: looked up by its name on the wire, once a reading."""

    __slots__ = ("_katcp_type", "_major", "description", "name")

    def __init__(self, description: SensorDescription, major: int) -> None:
        self.description = description
        self.name = description.name
        self._katcp_type: KatType = description.katcp_type
        self._major = major

    def decode(self, raw: bytes) -> Value:
        return decode_value(self._katcp_type, raw, self._major)
