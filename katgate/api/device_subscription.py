"""What one browser wants to know of the devices: how each is now, whenever that is another."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from katgate.api import wire, wire_socket
from katgate.api.fitting import device_pages
from katgate.api.nobody import never, nobody
from katgate.devices.device import Device
from katgate.devices.fleet import Fleet
from katgate.devices.visible import VisibleDevices
from katgate.katcp.patterns import NOTHING, Patterns

__all__ = ["DEVICES_SUB", "DeviceSubscription"]

#: The `sub` of `devices.subscribe`; the hub's streams count from 1.
DEVICES_SUB: Final = 0


class DeviceSubscription:
    """One browser's. `send` is called with the params of a notification, `may_send` asked before; what is hidden from
    the browser is said with `begin`.
    """

    def __init__(
        self, fleet: Fleet, *, send: Callable[[wire_socket.Devices], None], may_send: Callable[[], bool]
    ) -> None:
        self._fleet = fleet
        self._send = send
        self._may_send = may_send
        self._unwatch: Callable[[], None] | None = None
        self._hidden = NOTHING
        self._changed: dict[str, Device] = {}
        self._removed: dict[str, None] = {}

    def __len__(self) -> int:
        """How many devices wait to be told."""
        return len(self._changed) + len(self._removed)

    @property
    def is_live(self) -> bool:
        """Whether the browser wants to know."""
        return self._unwatch is not None

    def begin(self, hidden: Patterns) -> list[wire_socket.Devices]:
        """Return all devices as they are now, some for each message; then tell of those that change."""
        self._hidden = hidden
        if self._unwatch is None:
            self._unwatch = self._fleet.watch(self._take)
        return list(_shown(VisibleDevices(self._fleet, hidden)))

    def tell(self) -> None:
        """Say how the changed devices are now; a browser that is slow gets only the newest."""
        if not len(self) or not self._may_send():
            return
        devices, self._changed = list(self._changed.values()), {}
        removed, self._removed = list(self._removed), {}
        first, *more = _shown(devices)
        for page in (replace(first, removed=removed), *more):
            self._send(page)

    def end(self) -> None:
        """Tell no more."""
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        self._changed.clear()
        self._removed.clear()

    def close(self) -> None:
        """End, and refer to nobody."""
        self.end()
        self._send, self._may_send = nobody, never

    def _take(self, changed: Sequence[Device], removed: Sequence[str]) -> None:
        for name in removed:
            self._changed.pop(name, None)
            if not self._hidden.match(name):
                self._removed[name] = None
        for device in changed:
            if self._hidden.match(device.name):
                continue
            self._removed.pop(device.name, None)
            self._changed[device.name] = device
        self.tell()


def _shown(devices: Iterable[Device]) -> list[wire_socket.Devices]:
    pages = device_pages(wire.device_json(device.view()) for device in devices)
    return [wire_socket.Devices(DEVICES_SUB, page) for page in pages]
