"""Mirror: one device's requests and sensors, kept in step over changes and reconnects.

On each new connection it asks `?help` and `?sensor-list`, sets the strategy of every sensor (in bulk where the
device lists flag B, else one by one, pipelined), asks for the values that did not come with that, and is then
synced. `#interface-changed` makes it list again. What it learns goes to its listener.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from random import Random
from typing import Any, Final

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IDelayedCall, IStreamClientEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure

from katgate.errors import DeviceFailed, DeviceLost, DeviceNotConnected, RemoteError, shortened
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription, Status, status_named
from katgate.katcp.sampling import Kind, Strategy
from katgate.katcp.values import V5, decode_seconds
from katgate.tx.asking import ask_requests, ask_sensors, ask_timeout_hints, ask_values
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.conditions import Condition, Conditions
from katgate.tx.connection import Connection, State
from katgate.tx.deferreds import Once, global_reactor
from katgate.tx.mirrored import InterfaceChanges, MirroredProtocol, MirroredSensor, MirrorListener
from katgate.tx.pending import ReplyResult
from katgate.tx.strategies import Strategies, Wanted
from katgate.tx.watchdog import WATCHDOG_S

__all__ = ["Mirror"]

#: How long a connection attempt may take, in seconds.
_CONNECT_TIMEOUT_S: Final = 10
#: Storms of #interface-changed (12 in a row seen) are gathered so long, and lists asked at most so often.
_GATHER_S: Final = 0.1
_LIST_INTERVAL_S: Final = 2.0
#: How long to leave a device alone that did not list when asked again.
_LIST_RETRY_S: Final = 30.0

_AUTO: Final = Strategy(Kind.AUTO)


class Mirror:
    """Keeps step with one device, over one connection that is made again whenever it is lost.

        mirror = Mirror("cbf", ("cbf.example.org", 7147))
        mirror.start()
        await mirror.when_synced()
        print(mirror.sensors["temperature"].reading.value)
        informs, reply = await mirror.send_request("capture-start")
        await mirror.wait_for("state", "capturing", timeout=30)

    `address` is (host, port) or an endpoint of Twisted's. `strategy` is set on every sensor that has none of
    its own (`set_strategy`); `none` samples nothing. `listener` is told of everything as it happens.
    `wall_clock` gives UNIX seconds. A device that is silent for `watchdog_s` seconds, and does not answer ?watchdog,
    is taken for gone; 0 lets it be silent for ever.
    """

    log = Logger()

    def __init__(
        self,
        name: str,
        address: tuple[str, int] | IStreamClientEndpoint,
        listener: MirrorListener | None = None,
        *,
        strategy: Strategy = _AUTO,
        reactor: Any = None,
        random: Random | None = None,
        wall_clock: Callable[[], float] = time.time,
        watchdog_s: float = WATCHDOG_S,
    ) -> None:
        self.name = name
        #: Request name -> help text; None until the device has been asked once.
        self.requests: dict[str, str] | None = None
        #: Request name -> how long it may take, in seconds, where the device says so (flag T).
        self.timeout_hints: dict[str, float] = {}
        #: Never changed, but replaced: it may be while all are being told.
        self._listeners: list[MirrorListener] = [listener] if listener is not None else []
        self._reactor = global_reactor() if reactor is None else reactor
        if isinstance(address, tuple):
            address = HostnameEndpoint(self._reactor, *address, timeout=_CONNECT_TIMEOUT_S)
        self.connection = Connection(
            name,
            address,
            self._build_protocol,
            self,
            reactor=self._reactor,
            random=random or Random(),
            wall_clock=wall_clock,
            watchdog_s=watchdog_s,
        )
        self._strategies = Strategies(strategy, lambda: self._by_name)
        self._protocol: MirroredProtocol | None = None
        self._flags = ProtocolFlags(V5, 0)
        self._sensors: dict[bytes, MirroredSensor] = {}
        self._by_name: dict[str, MirroredSensor] = {}
        self._conditions = Conditions(self._reactor)
        self._synced: Once[Mirror] = Once()
        self._is_listing = False
        self._listed_at = 0.0
        self._timer: IDelayedCall | None = None
        self._changes = InterfaceChanges()

    # What its user calls.

    def start(self) -> None:
        """Connect, and keep in step."""
        self.connection.start()

    def stop(self) -> "Deferred[None]":
        """Close for good. The Deferred fires when the transport is gone."""
        return self.connection.stop()

    def when_synced(self) -> "Deferred[Mirror]":
        """Return a Deferred of this mirror, fired when it is in step with its device: now, or when it will be."""
        return self._synced.wait()

    @property
    def is_synced(self) -> bool:
        """Whether it is in step with its device."""
        return self.connection.state is State.SYNCED

    @property
    def sensors(self) -> Mapping[str, MirroredSensor]:
        """The device's sensors by name; those it had, `unreachable`, while it is away."""
        return self._by_name

    def send_request(
        self,
        name: str,
        *arguments: object,
        timeout: float | None = None,
        on_inform: Callable[[Message], None] | None = None,
        keep_informs: bool = True,
    ) -> "Deferred[ReplyResult]":
        """Send a request, as `ClientKatCPProtocol.send_request` does; the errors name this device. Without a
        `timeout` it has the time that the device says it may take, on top of the usual.

        Fails with DeviceNotConnected, which says why, while it is not synced.
        """
        if self._protocol is None or not self.is_synced:
            return fail(self.not_connected())
        if timeout is None and name in self.timeout_hints:
            timeout = self._protocol.request_timeout_s + self.timeout_hints[name]
        sent = self._protocol.send_request(
            name, *arguments, timeout=timeout, on_inform=on_inform, keep_informs=keep_informs
        )
        return sent.addErrback(lambda failure: self._name_the_device(failure, name))

    def not_connected(self) -> DeviceNotConnected:
        """Return the error that says in what state the device is, and why."""
        return DeviceNotConnected(self.name, self.connection.error or f"it is {self.connection.state}")

    def set_strategy(self, sensors: str | Iterable[str], strategy: Strategy) -> "Deferred[None]":
        """Sample sensors so from now on, over reconnects too, and also once they appear.

        The Deferred fires when the device has taken it; at once while it is not connected, and it is told later.
        Fails with DeviceFailed if the device refuses for any of them: these are sampled as before. Raises
        TypeError for what is no Strategy (`Strategy.parse(["event"])` makes one).
        """
        if not isinstance(strategy, Strategy):
            raise TypeError(
                f'{strategy!r} is no Strategy; Strategy.parse(["event-rate", "1", "10"]) makes one'
            )
        names = [sensors] if isinstance(sensors, str) else list(sensors)
        before = self._strategies.want(names, strategy)
        if self._protocol is None or not self.is_synced:
            return succeed(None)
        return Deferred.fromCoroutine(self._set_now(self._protocol, before, strategy))

    async def _set_now(self, protocol: MirroredProtocol, before: Wanted, strategy: Strategy) -> None:
        try:
            refusals = await self._tell_strategies(protocol)
        except DeviceNotConnected:
            return  # it is told on the next connection
        refused = [sensor for sensor in before if sensor in refusals]
        self._strategies.restore({sensor: before[sensor] for sensor in refused}, strategy)
        if refused:
            raise DeviceFailed("sensor-sampling", refusals[refused[0]])

    def wait_for(
        self, sensor: str, condition: Condition, timeout: float | None = None
    ) -> "Deferred[Reading]":
        """Return a Deferred of the first reading of a sensor that meets a condition: the present one, or a
        later one, also after a reconnect.

        `condition` is a function of the Reading, or the value it shall have (with any status but
        `unreachable`). Fails with ConditionTimeout after `timeout` seconds, if given.
        """
        known = self._by_name.get(sensor)
        return self._conditions.wait(sensor, known.reading if known else None, condition, timeout)

    def add_listener(self, listener: MirrorListener) -> None:
        """Tell one more of what happens from now on."""
        self._listeners = [*self._listeners, listener]

    def remove_listener(self, listener: MirrorListener) -> None:
        """Tell it no more."""
        self._listeners = [other for other in self._listeners if other is not listener]

    def tell(self, what: str, *arguments: object) -> None:
        """Call a method of each listener."""
        for listener in self._listeners:
            try:
                getattr(listener, what)(*arguments)
            except Exception:
                self.log.failure("! {name}: {listener!r} failed", name=self.name, listener=listener)

    # ConnectionUser.

    def state_changed(self) -> None:
        """Pass it on."""
        self.tell("state_changed")

    def negotiated(self, protocol: ClientKatCPProtocol) -> None:
        """Get in step with the device."""
        assert isinstance(protocol, MirroredProtocol)
        assert protocol.flags is not None
        self._protocol = protocol
        self._flags = protocol.flags
        self._changes = InterfaceChanges()
        self._changes.are_all = True
        self._list(protocol)

    def lost(self) -> None:
        """Whatever is known is old now, and what the lost protocol may still say is not listened to."""
        if self._protocol is not None:
            self._protocol.mirror = None
        self._protocol = None
        if self._synced.has_fired:
            self._synced = Once()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for sensor in self._by_name.values():
            sensor.forget_strategy()
            if sensor.reading is not None:
                sensor.reading = sensor.reading._replace(status=Status.UNREACHABLE)
        self.tell("unreachable")
        self.tell("chunk_ended")

    # What the device says by itself.

    def take_readings(self, msg: Message) -> None:
        """Take `#sensor-status timestamp count (name status value)*`; the count is not relied upon."""
        arguments = msg.arguments
        timestamp = self._timestamp(arguments[0] if arguments else b"")
        # A value may be missing for a status that has none; it is the empty text then.
        for at in range(2, len(arguments) - 1, 3):
            sensor = self._sensors.get(arguments[at])
            if sensor is None:
                if self._protocol is not None:
                    self._protocol.complain("a reading of a sensor that it has not listed", msg)
                continue
            value = sensor.decode(arguments[at + 2] if at + 2 < len(arguments) else b"")
            sensor.reading = reading = Reading(timestamp, status_named(arguments[at + 1]), value)
            self.tell("reading", sensor.name, reading)
            if self._conditions:
                self._conditions.check(sensor.name, reading)
            if self._protocol is None:
                return  # stopped by one that was told

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
        changes, self._changes = self._changes, InterfaceChanges()
        Deferred.fromCoroutine(self._sync(protocol, changes)).addErrback(self._sync_failed, protocol)

    async def _sync(self, protocol: MirroredProtocol, changes: InterfaceChanges) -> None:
        requests = await ask_requests(protocol)
        hints = await ask_timeout_hints(protocol)
        descriptions = await ask_sensors(protocol)
        if protocol is not self._protocol:
            return
        self.requests, self.timeout_hints = requests, hints
        self.tell("requests_changed", requests)
        if protocol is not self._protocol:
            return  # stopped by one that was told
        fresh = self._replace_sensors(descriptions)
        for raw, sensor in self._sensors.items():
            if raw in fresh or changes.concern(raw):
                sensor.forget_strategy()  # as the device has
                sensor.is_awaited = True
        await self._sample(protocol)
        if protocol is not self._protocol:
            return
        self._is_listing = False
        self._listed_at = self._reactor.seconds()
        self._changes.look_again(changes, self._sensors)
        self.connection.synced()
        if protocol is not self._protocol:
            return
        self._synced.fire(self)
        if self._changes:
            self._list_later(_LIST_INTERVAL_S)

    def _tell_strategies(self, protocol: MirroredProtocol) -> Awaitable[dict[str, Message]]:
        return self._strategies.tell(lambda: protocol is self._protocol, protocol)

    async def _sample(self, protocol: MirroredProtocol) -> None:
        refusals = await self._tell_strategies(protocol)
        if refusals:
            self.log.warn(
                "! {name}: {count} sensors cannot be sampled; the first: {text}",
                name=self.name,
                count=len(refusals),
                text=shortened(str(next(iter(refusals.values())))),
            )
        if protocol is self._protocol and any(sensor.is_awaited for sensor in self._sensors.values()):
            await self._ask_values(protocol)
            # Those that were set meanwhile.
            await self._tell_strategies(protocol)

    async def _ask_values(self, protocol: MirroredProtocol) -> None:
        """v4 promises no initial update, and C servers send none for some strategies (katcp.md section 11)."""
        try:
            informs = await ask_values(protocol)
        except DeviceFailed as error:
            self.log.warn("! {name}: its values could not be read: {error}", name=self.name, error=str(error))
            return
        for msg in informs:
            if protocol is self._protocol:
                self._take_awaited(msg)

    def _take_awaited(self, msg: Message) -> None:
        """Take a `#sensor-value`, save for sensors of which an update has come first: it is as new or newer."""
        head, triples = msg.arguments[:2], msg.arguments[2:]
        for at in range(0, len(triples), 3):
            sensor = self._sensors.get(triples[at])
            if sensor is not None and sensor.is_awaited:
                self.take_readings(Message.inform(msg.name, *head, *triples[at : at + 3]))

    def _sync_failed(self, failure: Failure, protocol: MirroredProtocol) -> None:
        if protocol is not self._protocol:
            return
        if failure.check(DeviceNotConnected):
            return
        if not failure.check(RemoteError):
            self.log.failure("! {name}: a defect of ours while listing", failure, name=self.name)
        why = f"its lists could not be read: {failure.getErrorMessage()}"
        if self.is_synced:
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
            raw: before[raw]
            if raw in before and before[raw].is_like(now, major)
            else MirroredSensor(raw, now, major)
            for raw, now in described.items()
        }
        self._by_name = {sensor.name: sensor for sensor in self._sensors.values()}
        if gone or fresh:
            self.tell(
                "sensors_changed", [described[raw] for raw in fresh], [before[raw].name for raw in gone]
            )
        return set(fresh)

    # Details.

    def _build_protocol(self) -> MirroredProtocol:
        protocol = MirroredProtocol(self._reactor)
        protocol.mirror = self
        return protocol

    def _name_the_device(self, failure: Failure, request: str) -> Failure:
        if failure.check(DeviceLost):
            return Failure(DeviceLost(self.name, request))
        return Failure(self.not_connected()) if failure.check(DeviceNotConnected) else failure

    def _timestamp(self, raw: bytes) -> float:
        try:
            return decode_seconds(raw, self._flags.major)
        except ValueError:
            return 0.0  # as kcs sends before its first poll: `0000`; the arrival time stands beside it
