"""Mirror: one device's requests and sensors, kept in step over changes and reconnects.

On each new connection it asks `?help` and `?sensor-list`, sets the strategy of every sensor (in bulk where the
device lists flag B, else one by one, pipelined), asks for the values that did not come with that, and is then
synced; `in_step.py` does that. What it learns goes to its listeners.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any, Final

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IProtocolFactory, IStreamClientEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from katgate.errors import DeviceFailed, DeviceLost, DeviceNotConnected
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, status_named
from katgate.katcp.sampling import Strategy
from katgate.katcp.values import V5, decode_seconds
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.conditions import Condition, Conditions
from katgate.tx.connection import Connection, State
from katgate.tx.deferreds import Once, global_reactor
from katgate.tx.in_step import InStep
from katgate.tx.mirrored import MirroredProtocol, MirroredSensor, MirrorListener
from katgate.tx.pending import ReplyResult
from katgate.tx.sensor_table import SensorTable
from katgate.tx.strategies import AUTO, Strategies, Wanted
from katgate.tx.watchdog import WATCHDOG_S

__all__ = ["Mirror"]

#: How long a connection attempt may take, in seconds.
_CONNECT_TIMEOUT_S: Final = 10.0


class Mirror:
    """Keeps step with one device, over one connection that is made again whenever it is lost.

        mirror = Mirror("cbf", ("cbf.example.org", 7147))
        mirror.start()
        await mirror.when_synced()
        print(mirror.sensors["temperature"].reading.value)
        informs, reply = await mirror.send_request("capture-start")
        await mirror.wait_for("state", "capturing", timeout=30)

    `address` is (host, port) or an endpoint of Twisted's; an attempt to connect to the former may take
    `connect_timeout_s`. `strategy` is set on every sensor that has none of its own (`set_strategy`); `none` samples
    nothing. It may be a function of a sensor's name, too (`choose_again`). `listener` is told of everything as it
    happens. `wall_clock` gives UNIX seconds. A device that is silent for `watchdog_s` seconds, and does not answer
    ?watchdog, is taken for gone; 0 lets it be silent for ever.

    A sensor that the device does not sample so is sampled by `auto`; one that it does not sample at all is asked for
    its value every ten seconds.
    """

    log = Logger()

    def __init__(
        self,
        name: str,
        address: tuple[str, int] | IStreamClientEndpoint,
        listener: MirrorListener | None = None,
        *,
        strategy: Strategy | Callable[[str], Strategy] = AUTO,
        connect_timeout_s: float = _CONNECT_TIMEOUT_S,
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
        #: Counts from the next attempt on.
        self.connect_timeout_s = connect_timeout_s
        self.connection = Connection(
            name,
            _Named(self._reactor, *address, lambda: self.connect_timeout_s)
            if isinstance(address, tuple)
            else address,
            self._build_protocol,
            self,
            reactor=self._reactor,
            random=random or Random(),
            wall_clock=wall_clock,
            watchdog_s=watchdog_s,
        )
        self._table = SensorTable()
        choose = (lambda _: strategy) if isinstance(strategy, Strategy) else strategy
        self._strategies = Strategies(name, choose, lambda: self._table.by_name)
        self._protocol: MirroredProtocol | None = None
        self._major = V5
        #: There is one while there is a protocol.
        self._step: InStep | None = None
        self._conditions = Conditions(self._reactor)
        self._synced: Once[Mirror] = Once()

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
        return self._table.by_name

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
        if self._step is None or not self.is_synced:
            return succeed(None)
        return Deferred.fromCoroutine(self._set_now(self._step, before, strategy))

    async def _set_now(self, step: InStep, before: Wanted, strategy: Strategy) -> None:
        try:
            refusals = await step.tell(before)
        except DeviceNotConnected:
            return  # it is told on the next connection
        refused = [sensor for sensor in before if sensor in refusals]
        self._strategies.restore({sensor: before[sensor] for sensor in refused}, strategy)
        if refused:
            raise DeviceFailed("sensor-sampling", refusals[refused[0]])

    def choose_again(self, sensors: Iterable[str] | None = None) -> None:
        """Let the function that was given as `strategy` say anew what these sensors shall have, or all of them if
        None; the device is told what is another, now or once it is connected.
        """
        names = self._strategies.choose_again(sensors)
        if self._step is not None:
            self._step.tell_chosen(names)

    def ask_value(self, sensor: str) -> "Deferred[Reading | None]":
        """Ask the device for the present value of a sensor; a question that is under way is shared.

        The Deferred fires with its reading then, None if it still has none. Fails with RemoteError; raises
        KeyError for a sensor that the device has not listed.
        """
        mirrored = self._table.by_name[sensor]
        if self._step is None or not self.is_synced:
            return fail(self.not_connected())
        [answer] = self._step.ask_values([mirrored])
        return answer.addCallback(lambda _: mirrored.reading)

    def wait_for(
        self, sensor: str, condition: Condition, timeout: float | None = None
    ) -> "Deferred[Reading]":
        """Return a Deferred of the first reading of a sensor that meets a condition: the present one, or a
        later one, also after a reconnect.

        `condition` is a function of the Reading, or the value it shall have (with any status but
        `unreachable`). Fails with ConditionTimeout after `timeout` seconds, if given.
        """
        known = self._table.by_name.get(sensor)
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
        self._major = protocol.flags.major
        self._step = InStep(
            self,
            protocol,
            self._table,
            self._strategies,
            synced=self._are_synced,
            reactor=self._reactor,
        )
        self._step.start()

    def lost(self) -> None:
        """Whatever is known is old now, and what the lost protocol may still say is not listened to."""
        if self._protocol is not None:
            self._protocol.mirror = None
        self._protocol = None
        if self._synced.has_fired:
            self._synced = Once()
        if self._step is not None:
            self._step.end()
            self._step = None
        self._table.cut_off()
        self.tell("unreachable")
        self.tell("chunk_ended")

    # What the device says by itself.

    def take_readings(self, msg: Message) -> None:
        """Take `#sensor-status timestamp count (name status value)*`; the count is not relied upon."""
        arguments = msg.arguments
        timestamp = self._timestamp(arguments[0] if arguments else b"")
        # A value may be missing for a status that has none; it is the empty text then.
        for at in range(2, len(arguments) - 1, 3):
            sensor = self._table.by_wire_name.get(arguments[at])
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
        """List again soon."""
        if self._step is not None:
            self._step.interface_changed(msg)

    # Details.

    def _build_protocol(self) -> MirroredProtocol:
        protocol = MirroredProtocol(self._reactor)
        protocol.mirror = self
        protocol.name = self.name
        return protocol

    def _are_synced(self) -> None:
        self.connection.synced()
        if self._step is not None:
            self._synced.fire(self)

    def _name_the_device(self, failure: Failure, request: str) -> Failure:
        if failure.check(DeviceLost):
            return Failure(DeviceLost(self.name, request))
        return Failure(self.not_connected()) if failure.check(DeviceNotConnected) else failure

    def _timestamp(self, raw: bytes) -> float:
        try:
            return decode_seconds(raw, self._major)
        except ValueError:
            return 0.0  # as kcs sends before its first poll: `0000`; the arrival time stands beside it


@implementer(IStreamClientEndpoint)
class _Named:
    """A host and port, and how long an attempt may take, which may be another for the next."""

    def __init__(self, reactor: Any, host: str, port: int, timeout_s: Callable[[], float]) -> None:
        self._reactor = reactor
        self._address = host, port
        self._timeout_s = timeout_s

    def connect(self, protocolFactory: IProtocolFactory) -> "Deferred[Any]":
        endpoint = HostnameEndpoint(self._reactor, *self._address, timeout=self._timeout_s())
        return endpoint.connect(protocolFactory)
