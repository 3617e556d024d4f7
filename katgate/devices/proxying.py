"""KatcpProxy: katgate as one KATCP device that stands for all of its devices, over the connections it has already.

    ?device-list                    which devices
    ?<device>-<request> ...         a request to one of them
    <device>.<sensor>               its sensors, each client's strategies being the proxy's own business

KATCP has no logins: who reaches its port may do what its role may, a viewer by default. What is asked for goes by the
same Authority as what browsers ask for, and into the audit log.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.interfaces import IListeningPort

import katgate
from katgate.devices.device import Device
from katgate.devices.doorkeeper import Doorkeeper
from katgate.errors import (
    ConfirmRequired,
    DeviceAnswered,
    FailReply,
    LocalError,
    RemoteError,
    UnknownRequest,
)
from katgate.katcp.message import Message
from katgate.katcp.pattern import is_regex
from katgate.tx.device_handler import DeviceHandler, ProxiedSensor
from katgate.tx.pending import ReplyResult
from katgate.tx.proxy import ProxyKatCP, ProxyProtocol
from katgate.tx.server_protocol import Answer, ServerKatCPProtocol

__all__ = ["KatcpProxy", "ProxiedDevice"]

#: How long a device may take to say what a sensor reads that is not sampled, in seconds; a client expects requests to
#: take less than 5 s.
_VALUE_TIMEOUT_S: Final = 4.0


class ProxiedDevice(DeviceHandler):
    """One of katgate's devices behind the proxy. What is asked of it goes the way that browsers' requests go, and
    under the same limits.
    """

    def __init__(self, device: Device, doorkeeper: Doorkeeper) -> None:
        super().__init__(device.name, mirror=device.mirror)
        self._device = device
        self._doorkeeper = doorkeeper
        #: What ends our wanting a sensor that clients sample.
        self._unwant: dict[str, Callable[[], None]] = {}

    def sensor_wanted(self, sensor: str, is_wanted: bool) -> None:
        """Pass it on: a sensor may be sampled on demand."""
        if is_wanted:
            self._unwant[sensor] = self._device.want([sensor])
        elif sensor in self._unwant:
            self._unwant.pop(sensor)()

    def forwardable(self) -> list[str]:
        """Return the requests that clients may have forwarded: the others are not in `?help`."""
        return [request for request in super().forwardable() if self._doorkeeper.may(self.name, request)]

    def send_request_of(
        self, client: ServerKatCPProtocol, name: str, *arguments: object, **options: Any
    ) -> "Deferred[ReplyResult]":
        """Have the device asked, and give what it answers, whatever that is. Fails with FailReply where it cannot be
        asked, or may not.
        """
        options["timeout_s"] = min(options.pop("timeout"), self._device.requests.longest_timeout_s)
        return Deferred.fromCoroutine(
            self._ask(client.peer, name, cast(Sequence[bytes], arguments), **options)
        )

    async def _ask(self, peer: str, name: str, arguments: Sequence[bytes], **options: Any) -> ReplyResult:
        requests = self._device.requests
        try:
            result = await self._doorkeeper.carry_out(
                peer,
                self.name,
                name,
                arguments,
                lambda: requests.send(name, arguments, **options),
                is_dangerous=requests.is_dangerous(name),
            )
        except ConfirmRequired:
            raise FailReply(
                f"?{name} is dangerous, and KATCP cannot say that it is meant: ask for it over the web, or set "
                "dangerous = true under [katcp] in the configuration"
            ) from None
        except DeviceAnswered as error:
            return [], cast(Message, error.reply)
        except UnknownRequest as error:
            return [], Message.reply(name, "invalid", error.words or f"Unknown request {name}")
        except (LocalError, RemoteError) as error:
            raise FailReply(str(error)) from None
        return result.informs, Message.reply(name, "ok", *result.arguments)

    async def read(self, sensor: ProxiedSensor) -> None:
        """Ask the device what a sensor reads, if it is not sampled; else it is known. Raises FailReply."""
        mirrored = self.mirror.sensors.get(sensor.basename)
        if mirrored is None or mirrored.is_sampled or not self.mirror.is_synced:
            return
        try:
            await self.mirror.ask_value(sensor.basename).addTimeout(_VALUE_TIMEOUT_S, self.proxy.reactor)
        except RemoteError as error:
            raise FailReply(str(error)) from None
        except TimeoutError:
            raise FailReply(f"{self.name} has not said within {_VALUE_TIMEOUT_S:g} s what it reads") from None


class KatcpProxyProtocol(ProxyProtocol):
    """One KATCP client of katgate."""

    factory: "KatcpProxy"

    def request_halt(self, msg: Message) -> Answer:
        """Is refused: katgate is not stopped from here. `?<device>-halt` stops a device."""
        raise FailReply("katgate is not halted over KATCP; to halt one of its devices, ask ?<device>-halt")

    def request_restart(self, msg: Message) -> Answer:
        """Is refused: katgate is not restarted from here. `?<device>-restart` restarts a device."""
        raise FailReply(
            "katgate is not restarted over KATCP; to restart one of its devices, ask ?<device>-restart"
        )

    def request_sensor_value(self, msg: Message) -> Answer:
        """Read sensors: `?sensor-value [name or /regex/]`. One by its name is read anew if it is not sampled.

        Informs: `#sensor-value timestamp 1 name status value`, one for each sensor.
        """
        sensor = self.factory.sensors.get(msg.text(0)) if msg.arguments else None
        if not isinstance(sensor, ProxiedSensor) or is_regex(msg.text(0)):
            return super().request_sensor_value(msg)
        return self._read_anew(msg, sensor)

    async def _read_anew(self, msg: Message, sensor: ProxiedSensor) -> Message:
        device = sensor.device
        assert isinstance(device, ProxiedDevice)
        await device.read(sensor)
        return self._send_values(msg, [sensor], [sensor.reading])


class KatcpProxy(ProxyKatCP):
    """Serves KATCP clients at a port. Its devices are katgate's, as they come (`add`) and go (`remove`), save those
    that its clients may not see.
    """

    VERSION = "katgate-proxy-1.0"
    BUILD_STATE = f"katgate-proxy-{katgate.__version__}"
    protocol = KatcpProxyProtocol

    def __init__(self, port: int, host: str, doorkeeper: Doorkeeper, *, reactor: Any) -> None:
        self._doorkeeper = doorkeeper
        #: All of katgate's, those too that are not shown.
        self._known: dict[str, Device] = {}
        super().__init__(port, host, reactor=reactor)

    def start(self) -> IListeningPort:
        """Listen. Raises CannotListenError."""
        listening = super().start()
        self._log.info(
            "= KATCP proxy at {host} port {port}; its clients are {role}s",
            host=self.host,
            port=self.port,
            role=self._doorkeeper.role,
        )
        return listening

    def add(self, device: Device) -> None:
        """Show a device, if it may be seen; one whose name no KATCP request can begin with is left out, as the log
        says.
        """
        self._known[device.name] = device
        if not self._doorkeeper.may_see(device.name):
            return
        try:
            self.add_device(ProxiedDevice(device, self._doorkeeper))
        except ValueError as error:
            self._log.warn("! {name}: the KATCP proxy leaves it out: {error}", name=device.name, error=error)

    def remove(self, name: str) -> None:
        """Show a device no more, if it is shown. Its connection stays."""
        self._known.pop(name, None)
        if name in self.devices:
            self.unregister_device(name)

    def rules_changed(self) -> None:
        """Show what may be seen now, and tell clients that they may ask for something else."""
        for name, device in list(self._known.items()):
            if name not in self.devices:
                self.add(device)
            elif not self._doorkeeper.may_see(name):
                self.unregister_device(name)
        self.mass_inform(Message.inform("interface-changed", "request-list"))
