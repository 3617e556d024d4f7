"""InStep: getting a mirror in step with its device over one connection, and keeping it so until that is lost.

It asks `?help` and `?sensor-list`, has the strategies told, and asks for the values that did not come with that;
then the mirror is synced. `#interface-changed` makes it list again; strategies that are chosen anew are told; and
sensors that the device does not sample by any strategy are asked for their values now and then.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Final

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from katgate.errors import DeviceFailed, DeviceNotConnected, RemoteError
from katgate.katcp.message import Message
from katgate.tx.asking import ask_requests, ask_sensors, ask_timeout_hints, ask_values
from katgate.tx.mirrored import InterfaceChanges, MirroredProtocol, MirroredSensor
from katgate.tx.sensor_table import SensorTable
from katgate.tx.strategies import Strategies
from katgate.tx.value_questions import ValueQuestions

if TYPE_CHECKING:
    from katgate.tx.mirror import Mirror

__all__ = ["InStep"]

#: Storms of #interface-changed (12 in a row seen) are gathered so long, and lists asked at most so often.
_GATHER_S: Final = 0.1
_LIST_INTERVAL_S: Final = 2.0
#: How long to leave a device alone that did not list when asked again.
_LIST_RETRY_S: Final = 30.0
#: How often sensors are asked for their values that cannot be sampled.
_POLL_S: Final = 10.0
#: From so many on, values are asked for with one question about all sensors.
_MANY: Final = 64


class InStep:
    """One connection of a mirror. `synced` is called once it is in step."""

    log = Logger()

    def __init__(
        self,
        mirror: "Mirror",
        protocol: MirroredProtocol,
        sensors: SensorTable,
        strategies: Strategies,
        *,
        synced: Callable[[], None],
        reactor: IReactorTime,
    ) -> None:
        self._mirror = mirror
        self._protocol = protocol
        self._sensors = sensors
        self._strategies = strategies
        self._synced = synced
        self._reactor = reactor
        self._questions = ValueQuestions(protocol, self._take_asked)
        self._is_over = False
        self._changes = InterfaceChanges()
        self._is_listing = False
        self._listed_at = 0.0
        self._list_timer: IDelayedCall | None = None
        self._poll_timer: IDelayedCall | None = None
        #: Sensors whose strategy is to be told, if it is another.
        self._chosen: dict[str, None] = {}
        self._is_telling = False

    def start(self) -> None:
        """Get in step."""
        self._changes.are_all = True
        self._list()

    def end(self) -> None:
        """The connection is lost: leave nothing behind."""
        self._is_over = True
        for timer in (self._list_timer, self._poll_timer):
            if timer is not None and timer.active():
                timer.cancel()

    def interface_changed(self, msg: Message) -> None:
        """List again soon: once for a whole storm, and not too often."""
        self._changes.add(msg)
        if not self._is_listing:
            since = self._reactor.seconds() - self._listed_at
            self._list_later(max(_GATHER_S, _LIST_INTERVAL_S - since))

    def tell(self, names: Iterable[str] | None = None) -> Awaitable[dict[str, Message]]:
        """Tell the device the strategies of these sensors, or of all: see `Strategies.tell`."""
        return self._strategies.tell(lambda: not self._is_over, self._protocol, names)

    def tell_chosen(self, names: Iterable[str]) -> None:
        """Tell the strategies of these sensors, which may be others now: all that come together at once."""
        self._chosen.update(dict.fromkeys(names))
        # Who lists tells all when it ends; who tells goes on with these.
        if self._chosen and not self._is_listing and not self._is_telling:
            self._is_telling = True
            Deferred.fromCoroutine(self._tell_chosen()).addErrback(self._failed, "told how to sample")

    def ask_values(self, sensors: Iterable[MirroredSensor]) -> "list[Deferred[None]]":
        """Ask for the present values of these sensors: see `ValueQuestions.ask`."""
        return self._questions.ask(sensor.wire_name for sensor in sensors)

    # Listing.

    def _list_later(self, delay_s: float) -> None:
        if self._list_timer is None and not self._is_over:
            self._list_timer = self._reactor.callLater(delay_s, self._list)

    def _list(self) -> None:
        self._list_timer = None
        if self._is_listing:
            return  # once that is done it lists again, if there are changes
        self._is_listing = True
        # What is announced from now on may not be in the answers: it is for the next time.
        changes, self._changes = self._changes, InterfaceChanges()
        Deferred.fromCoroutine(self._sync(changes)).addErrback(self._sync_failed)

    async def _sync(self, changes: InterfaceChanges) -> None:
        requests = await ask_requests(self._protocol)
        hints = await ask_timeout_hints(self._protocol)
        descriptions = await ask_sensors(self._protocol)
        if self._is_over:
            return
        self._mirror.requests, self._mirror.timeout_hints = requests, hints
        self._mirror.tell("requests_changed", requests)
        if self._is_over:
            return  # stopped by one that was told
        assert self._protocol.flags is not None
        fresh, gone = self._sensors.replace(descriptions, self._protocol.flags.major)
        if fresh or gone:
            self._mirror.tell("sensors_changed", [descriptions[raw] for raw in fresh], gone)
        are_fresh = set(fresh)
        for raw, sensor in self._sensors.by_wire_name.items():
            if raw in are_fresh or changes.concern(raw):
                sensor.forget_strategy()  # as the device has
                sensor.is_awaited = True
        await self._sample()
        if self._is_over:
            return
        self._is_listing = False
        self._listed_at = self._reactor.seconds()
        self._changes.look_again(changes, self._sensors.by_wire_name)
        self._synced()
        if self._is_over:
            return
        if self._changes:
            self._list_later(_LIST_INTERVAL_S)
        self.tell_chosen(())  # those whose values have not been asked for with the others
        self._poll_later()

    async def _sample(self) -> None:
        await self.tell()
        if not self._is_over and any(sensor.is_awaited for sensor in self._sensors.by_wire_name.values()):
            await self._ask_all()
            # Those that were set meanwhile.
            await self.tell()

    def _sync_failed(self, failure: Failure) -> None:
        self._is_listing = False
        if self._is_over or failure.check(DeviceNotConnected):
            return
        if self._mirror.is_synced:
            # It may be busy with something slow (katcp.md section 11, row 32): cutting would lose that.
            self._failed(failure, "listed again")
            self.tell_chosen(())  # those that have waited for the list
        else:
            self._defect(failure)
            self._mirror.connection.fail(f"its lists could not be read: {failure.getErrorMessage()}")

    def _failed(self, failure: Failure, what: str) -> None:
        """Begin again in a while: listing puts everything right."""
        if self._is_over or failure.check(DeviceNotConnected):
            return
        self._defect(failure)
        self.log.warn(
            "! {name}: it could not be {what}: {why}; trying again later",
            name=self._mirror.name,
            what=what,
            why=failure.getErrorMessage(),
        )
        self._changes.are_all = True
        self._list_later(_LIST_RETRY_S)

    def _defect(self, failure: Failure) -> None:
        if not failure.check(RemoteError):
            self.log.failure("! {name}: a defect of ours", failure, name=self._mirror.name)

    # Strategies that are chosen while in step.

    async def _tell_chosen(self) -> None:
        try:
            while self._chosen and not self._is_over:
                names, self._chosen = list(self._chosen), {}
                await self._tell_some(names)
        finally:
            self._is_telling = False
        self._poll_later()

    async def _tell_some(self, names: list[str]) -> None:
        await self.tell(names)
        by_name = self._sensors.by_name
        await self._ask([by_name[name] for name in names if name in by_name and by_name[name].is_awaited])

    # Values.

    async def _ask_all(self) -> None:
        """Ask for all values, and take those that are awaited: v4 promises no initial update, and C servers send
        none for some strategies (katcp.md section 11).
        """
        awaited = [sensor for sensor in self._sensors.by_wire_name.values() if sensor.is_awaited]
        try:
            informs = await ask_values(self._protocol)
        except DeviceFailed as error:
            self.log.warn(
                "! {name}: its values could not be read: {error}", name=self._mirror.name, error=str(error)
            )
            informs = ()
        for msg in informs:
            self._take_awaited(msg)
        for sensor in awaited:
            sensor.is_awaited = False  # not asked for twice

    async def _ask(self, sensors: list[MirroredSensor]) -> None:
        if len(sensors) >= _MANY:
            await self._ask_all()
        elif sensors:
            await gatherResults([one.addErrback(_of_the_device) for one in self.ask_values(sensors)])
            for sensor in sensors:
                sensor.is_awaited = False

    def _take_awaited(self, msg: Message) -> None:
        """Take a `#sensor-value`, save for sensors of which an update has come first: it is as new or newer."""
        self._take(msg, lambda sensor: sensor.is_awaited)

    def _take_asked(self, msg: Message, raw: bytes) -> None:
        self._take(msg, lambda sensor: sensor.wire_name == raw)

    def _take(self, msg: Message, is_meant: Callable[[MirroredSensor], bool]) -> None:
        head, triples = msg.arguments[:2], msg.arguments[2:]
        for at in range(0, len(triples), 3):
            if self._is_over:
                return  # perhaps stopped by one that was told of the last
            sensor = self._sensors.by_wire_name.get(triples[at])
            if sensor is not None and is_meant(sensor):
                self._mirror.take_readings(Message.inform(msg.name, *head, *triples[at : at + 3]))

    # Sensors that cannot be sampled.

    def _poll_later(self) -> None:
        if self._poll_timer is None and not self._is_over and self._strategies.unsampled():
            self._poll_timer = self._reactor.callLater(_POLL_S, self._poll)

    def _poll(self) -> None:
        unsampled = self._strategies.unsampled()
        for sensor in unsampled:
            sensor.is_awaited = True
        asked = Deferred.fromCoroutine(self._ask(unsampled))
        asked.addErrback(_of_the_device).addBoth(self._polled)
        asked.addErrback(self._defect)

    def _polled(self, outcome: object) -> None:
        self._poll_timer = None  # not before: one at a time
        if isinstance(outcome, Failure):
            self._defect(outcome)
        self._poll_later()


def _of_the_device(failure: Failure) -> None:
    """What the device has not said now it may say the next time."""
    failure.trap(RemoteError)
