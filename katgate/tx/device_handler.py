"""DeviceHandler: one device behind a proxy. Its sensors as the proxy shows them, and its requests forwarded."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.logger import Logger

from katgate.errors import FailReply, RemoteError
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.katcp.sensor import Observer, Sensor
from katgate.katcp.values import Value
from katgate.tx.client import inform_method
from katgate.tx.connection import State
from katgate.tx.mirror import Mirror
from katgate.tx.mirrored import MirrorListener
from katgate.tx.pending import ReplyResult
from katgate.tx.strategies import SAMPLING_REQUESTS

if TYPE_CHECKING:
    from katgate.tx.proxy import ProxyKatCP
    from katgate.tx.server_protocol import ServerKatCPProtocol

__all__ = ["DeviceHandler", "ProxiedSensor"]

#: Requests that one client may have under way at one device. Fewer than it may have at the proxy, so that a
#: device that does not answer leaves it something to ask the others with.
_MOST_UNDER_WAY: Final = 50


class ProxiedSensor(Sensor):
    """A device's sensor as its proxy shows it: `<device>.<sensor>`, with the reading that came last."""

    def __init__(self, handler: "DeviceHandler", description: SensorDescription) -> None:
        super().__init__(
            description.type,
            f"{handler.name}.{description.name}",
            description.description,
            description.units,
            description.params,
        )
        self.device = handler
        #: Its name at the device.
        self.basename = description.name

    def check(self, value: Value) -> None:
        """Whatever the device says is passed on."""

    def attach(self, observer: Observer) -> None:
        """Tell the device's handler if this is the first that wants to know."""
        super().attach(observer)
        if len(self._observers) == 1:
            self.device.sensor_wanted(self.basename, True)

    def detach(self, observer: Observer) -> None:
        """Tell the device's handler if this was the last."""
        super().detach(observer)
        if not self._observers:
            self.device.sensor_wanted(self.basename, False)


class DeviceHandler(MirrorListener):
    """One device of a ProxyKatCP, at (host, port), at an `endpoint`, or behind a `mirror` that there is already.

        class Antenna(DeviceHandler):
            def device_ready(self):
                self.send_request("stow")

            def inform_alarm(self, msg): ...

        proxy.add_device(Antenna("m000", "10.8.0.1", 7147))

    `inform_<name>` methods take the informs that the device sends by itself. A mirror that was handed in
    stays its owner's: the proxy neither starts nor stops it. `TYPE` is what `?device-list` says of it.
    """

    _log: ClassVar = Logger()
    TYPE = "full"
    UNSYNCED: Final = "unsynced"
    SYNCING: Final = "syncing"
    SYNCED: Final = "synced"

    #: How long a forwarded request may take, in seconds, on top of what the device says it may; a ROACH takes
    #: minutes to ?progdev.
    REQUEST_TIMEOUT_S = 300.0

    def __init__(
        self,
        name: str,
        host: str | None = None,
        port: int | None = None,
        *,
        endpoint: IStreamClientEndpoint | None = None,
        mirror: Mirror | None = None,
    ) -> None:
        self.name = name
        self.host = host
        self.port = port
        #: The device's sensors by their names there, as the proxy shows them.
        self.sensors: dict[str, ProxiedSensor] = {}
        self._address = (host, port) if host is not None and port is not None else endpoint
        self._is_owner = mirror is None
        self._mirror = mirror
        self._proxy: ProxyKatCP | None = None
        self._state_sensor = Sensor(
            Sensor.DISCRETE,
            f"{name}-state",
            f"Connection to {name}",
            params=(self.UNSYNCED, self.SYNCING, self.SYNCED),
            initial_status=Status.NOMINAL,
        )
        #: Whether it has ever been in step.
        self.is_ready = False
        self._announced: dict[str, str] = {}
        self._failures = 0
        self._under_way: Counter[ServerKatCPProtocol] = Counter()
        if mirror is None and self._address is None:
            raise TypeError(f"device {name!r} needs a host and port, an endpoint or a mirror")

    # What its user calls, and overrides.

    @property
    def proxy(self) -> "ProxyKatCP":
        """The proxy that it was added to."""
        assert self._proxy is not None
        return self._proxy

    @property
    def mirror(self) -> Mirror:
        """What keeps step with the device; from when it was added to a proxy on."""
        assert self._mirror is not None
        return self._mirror

    @property
    def requests(self) -> dict[str, str]:
        """The device's requests: name -> help text. Empty while they were never known."""
        return self.mirror.requests or {}

    @property
    def state(self) -> str:
        """`synced`, `syncing` while it is connected and asked what it has, or `unsynced`."""
        state = self.mirror.connection.state
        if state is State.SYNCED:
            return self.SYNCED
        return self.SYNCING if state in (State.NEGOTIATING, State.SYNCING) else self.UNSYNCED

    def device_ready(self) -> None:
        """Override: the device is in step for the first time."""

    def sensor_wanted(self, sensor: str, is_wanted: bool) -> None:
        """Override: clients of the proxy sample a sensor from now on, called as at the device, or do no more."""

    def send_request(self, name: str, *arguments: object, **options: Any) -> "Deferred[ReplyResult]":
        """Send the device a request, as `Mirror.send_request` does."""
        return self.mirror.send_request(name, *arguments, **options)

    def send_request_of(
        self, client: "ServerKatCPProtocol", name: str, *arguments: object, **options: Any
    ) -> "Deferred[ReplyResult]":
        """Send the device what a client of the proxy asks of it. Override it where it matters who asks."""
        return self.send_request(name, *arguments, **options)

    # What the proxy calls.

    def add_proxy(self, proxy: "ProxyKatCP") -> None:
        """Belong to a proxy: show the device's state there, and its sensors once they are known."""
        self._proxy = proxy
        if self._mirror is None:
            assert self._address is not None
            self._mirror = Mirror(self.name, self._address, reactor=proxy.reactor)
        proxy.add_sensor(self._state_sensor)
        self.mirror.add_listener(self)
        self.sensors_changed([sensor.description for sensor in self.mirror.sensors.values()], [])
        self.requests_changed(self.requests)
        self.state_changed()

    def start(self) -> None:
        """Connect, if the connection is the proxy's own."""
        if self._is_owner:
            self.mirror.start()

    def stop(self) -> "Deferred[None]":
        """Close the connection, if it is the proxy's own."""
        return self.mirror.stop() if self._is_owner else succeed(None)

    def leave_proxy(self) -> "Deferred[None]":
        """Belong to it no more: all that it shows of the device goes."""
        self.mirror.remove_listener(self)
        self._hide([self._state_sensor, *self.sensors.values()])
        self.sensors.clear()
        self._announced = {}
        return self.stop()

    def forwardable(self) -> list[str]:
        """Return the requests that clients may have forwarded."""
        return [request for request in self.requests if request not in SAMPLING_REQUESTS]

    async def forward(self, client: "ServerKatCPProtocol", msg: Message, name: str) -> Message:
        """Have the device carry out a client's request, `name` as it is called there. Informs go to the client
        as they come. Raises FailReply where the device cannot be asked.
        """
        if name in SAMPLING_REQUESTS:
            raise FailReply(f"use ?sensor-sampling {self.name}.<sensor>, which every client has for itself")
        if self._under_way[client] >= _MOST_UNDER_WAY:
            raise FailReply(f"{_MOST_UNDER_WAY} of your requests to {self.name} have no reply yet")
        self._under_way[client] += 1
        try:
            _, reply = await self.send_request_of(
                client,
                name,
                *msg.arguments,
                timeout=self.REQUEST_TIMEOUT_S + self.mirror.timeout_hints.get(name, 0.0),
                on_inform=lambda inform: client.send_reply_inform(msg, *inform.arguments),
                keep_informs=False,
            )
        except RemoteError as error:
            raise FailReply(str(error)) from None
        finally:
            self._under_way[client] -= 1
            if not self._under_way[client]:
                del self._under_way[client]
        return Message.reply_to_request(msg, *reply.arguments)

    # MirrorListener.

    def state_changed(self) -> None:
        """Show it; and tell the proxy when the device is ready, or cannot be had."""
        self._state_sensor.set(time.time(), Status.NOMINAL, self.state)
        state = self.mirror.connection.state
        if state is State.SYNCED:
            self._failures = 0
            if not self.is_ready:
                self.is_ready = True
                self._guard(self.device_ready)
                self._guard(self.proxy.device_ready, self)
        elif state is State.SLEEPING and not self.is_ready:
            self._failures += 1
            if self._failures == self.proxy.MAX_RECONNECTS:
                self._guard(self.proxy.devices_scan_failed)

    def requests_changed(self, requests: dict[str, str]) -> None:
        """Tell the proxy's clients that they may ask for something else, if that is so."""
        if requests != self._announced:
            self._announced = requests
            self.proxy.mass_inform(Message.inform("interface-changed", "request-list"))

    def sensors_changed(self, added: list[SensorDescription], removed: list[str]) -> None:
        """Show what the device has."""
        self._hide([self.sensors.pop(name) for name in removed])
        fresh = {about.name: ProxiedSensor(self, about) for about in added}
        for name, sensor in fresh.items():
            known = self.mirror.sensors[name].reading
            if known is not None:
                sensor.set(*known)
        self.sensors.update(fresh)
        taken = [sensor.name for sensor in fresh.values() if sensor.name in self.proxy.sensors]
        if taken:
            self._log.warn("! {name}: there are other sensors called {taken}", name=self.name, taken=taken)
        self.proxy.add_sensors(sensor for sensor in fresh.values() if sensor.name not in self.proxy.sensors)

    def reading(self, sensor: str, reading: Reading) -> None:
        """Show it."""
        shown = self.sensors.get(sensor)
        if shown is not None:  # else it has just left the proxy
            self._guard(shown.set, *reading)

    def unreachable(self) -> None:
        """Show that no reading is current."""
        for sensor in self.sensors.values():
            timestamp, _, value = sensor.reading
            self._guard(sensor.set, timestamp, Status.UNREACHABLE, value)

    def inform(self, msg: Message) -> None:
        """Hand an inform to the method that is named after it, if there is one."""
        method = getattr(self, inform_method(msg.name), None)
        if method is not None:
            method(msg)

    def _hide(self, sensors: Iterable[Sensor]) -> None:
        # Another may stand under that name by now, which is not ours to remove.
        self.proxy.remove_sensors([own for own in sensors if self.proxy.sensors.get(own.name) is own])

    def _guard(self, call: Callable[..., object], *arguments: object) -> None:
        """Call what others have written, whose failures are none of the mirror's."""
        try:
            call(*arguments)
        except Exception:
            self._log.failure("! {name}: {call!r} failed", name=self.name, call=call)
