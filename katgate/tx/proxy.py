"""ProxyKatCP: many devices seen as one.

?device-list                    which devices
?<device>-<request> ...         a request to one of them
<device>.<sensor>               its sensors, sampled like the proxy's own
<device>-state                  unsynced, syncing or synced
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IListeningPort

from katgate.errors import FailReply
from katgate.katcp.message import Message
from katgate.tx.device_handler import DeviceHandler
from katgate.tx.device_protocol import DeviceProtocol
from katgate.tx.device_server import DeviceServer
from katgate.tx.handlers import Handler
from katgate.tx.request import Request
from katgate.tx.server_protocol import Answer

__all__ = ["ProxyKatCP", "ProxyProtocol"]

#: What the names of requests are made of, and so those of devices, which begin them.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")


class ProxyProtocol(DeviceProtocol):
    """One client of a proxy. Its own requests go before those of a device."""

    factory: "ProxyKatCP"

    def request_device_list(self, req: Request) -> int:
        """List the devices behind this proxy: `?device-list`.

        Informs: `#device-list name type`, one for each device.
        """
        for name, device in sorted(self.factory.devices.items()):
            req.inform(name, device.TYPE)
        return len(self.factory.devices)

    def request_halt(self, msg: Message) -> Answer:
        """Stop the proxy: `?halt`, or one of its devices, which then is its no longer: `?halt device`."""
        if not msg.arguments:
            return super().request_halt(msg)
        name = msg.text(0)
        device = self.factory.devices.get(name)
        if device is None:
            raise FailReply(f"Unknown device {name}")
        return self._halt_device(device, msg)

    async def _halt_device(self, device: DeviceHandler, msg: Message) -> Message:
        reply = await device.forward(self, Message.request("halt", mid=msg.mid), "halt")
        if not reply.is_ok:
            return reply
        if self.factory.devices.get(device.name) is device:
            self.factory.unregister_device(device.name)
        return Message.reply_to_request(msg, "ok", device.name)

    def handlers(self) -> Mapping[str, Handler]:
        """Return the proxy's own requests, and those of the devices."""
        forwarded = {
            f"{device.name}-{request}": _forwarding(device, request)
            # The longer name last: of two devices that know a request it is the one that is meant.
            for device in sorted(self.factory.devices.values(), key=lambda device: len(device.name))
            for request in device.forwardable()
        }
        return {**forwarded, **super().handlers()}

    def handler_of(self, name: str) -> Handler | None:
        """Return the handler of a request: the proxy's own, or what forwards it."""
        own = super().handler_of(name)
        if own is not None:
            return own
        found = self.factory.device_for(name)
        return _forwarding(*found) if found is not None else None


class ProxyKatCP(DeviceServer):
    """A device server that stands for others.

        class Array(ProxyKatCP):
            def setup_devices(self):
                self.add_device(DeviceHandler("m000", "10.8.0.1", 7147))
                self.add_device(DeviceHandler("m001", "10.8.1.1", 7147))

            def devices_scan_complete(self):
                self.log.info("the array is complete")

        Array(7200).start()

    `devices` is name -> DeviceHandler. Sensors and requests of its own are set up as in any DeviceServer.
    """

    protocol: Callable[..., Any] = ProxyProtocol

    #: After so many failed attempts at a device that was never ready `devices_scan_failed` is called.
    MAX_RECONNECTS = 10

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.devices: dict[str, DeviceHandler] = {}
        self._is_complete = True  # until it is known which there are
        super().__init__(*arguments, **options)
        self.setup_devices()
        self._is_complete = False
        self._look_whether_complete()

    def setup_devices(self) -> None:
        """Override: call `add_device` for each device."""

    def devices_scan_complete(self) -> None:
        """Override: all devices have been ready. Called once."""

    def devices_scan_failed(self) -> None:
        """Override: a device that was never ready cannot be had. It is tried on all the same."""

    def add_device(self, device: DeviceHandler) -> None:
        """Take a device in; connect to it if the proxy is started. Raises ValueError if there is one of that
        name, and for a name that no request can begin with.
        """
        if not _NAME.match(device.name):
            raise ValueError(
                f"a device cannot be called {device.name!r}: letters, digits and dashes, a letter first"
            )
        if device.name in self.devices:
            raise ValueError(f"there is a device called {device.name!r} already")
        self.devices[device.name] = device
        device.add_proxy(self)
        if self.is_listening:
            device.start()

    def unregister_device(self, name: str) -> "Deferred[None]":
        """Let a device go, with all that is shown of it. Raises KeyError."""
        device = self.devices.pop(name)
        gone = device.leave_proxy()
        self.mass_inform(Message.inform("interface-changed", "request-list"))
        self._look_whether_complete()
        return gone

    def device_ready(self, device: DeviceHandler) -> None:
        """A device is in step for the first time. What overrides this must call it."""
        self._look_whether_complete()

    def _look_whether_complete(self) -> None:
        devices = self.devices.values()
        if not self._is_complete and devices and all(device.is_ready for device in devices):
            self._is_complete = True
            self.devices_scan_complete()

    def device_for(self, request: str) -> tuple[DeviceHandler, str] | None:
        """Return whose request that is, and what it is called there, or None.

        Names of devices may have dashes: of `a-b` and `a` the one that knows the request is meant, and the
        longer name if both do.
        """
        owners = [
            (device, request.removeprefix(name + "-"))
            for name, device in self.devices.items()
            if request.startswith(name + "-") and _NAME.match(request[len(name) + 1 :])
        ]
        owners.sort(key=lambda owner: (owner[1] in owner[0].requests, len(owner[0].name)))
        return owners[-1] if owners else None

    def listen(self) -> "Deferred[IListeningPort]":
        """Listen, and connect to the devices."""
        return super().listen().addCallback(self._connect)

    def stop(self) -> "Deferred[None]":
        """Stop as any server does, and let the devices go."""
        # The clients first, who need not be told that all is unreachable.
        return super().stop().addCallback(lambda _: self._let_devices_go())

    def _let_devices_go(self) -> "Deferred[None]":
        # Unless it has been started again meanwhile.
        devices = [] if self.is_listening else list(self.devices.values())
        return gatherResults([device.stop() for device in devices]).addCallback(lambda _: None)

    def _connect(self, listening: IListeningPort) -> IListeningPort:
        for device in self.devices.values():
            device.start()
        return listening


def _forwarding(device: DeviceHandler, request: str) -> Handler:
    return Handler(
        call=lambda client, msg: device.forward(client, msg, request),
        reply=lambda _msg, reply: reply,
        help=device.requests.get(request, ""),
        timeout_hint_s=device.mirror.timeout_hints.get(request),
    )
