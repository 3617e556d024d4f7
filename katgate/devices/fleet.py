"""Fleet: all devices by name. The door that the api knocks on."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.authority.caller import Caller
from katgate.authority.rules import Rules
from katgate.devices.device import Device
from katgate.devices.informs import InformLog
from katgate.devices.visible import VisibleDevices
from katgate.errors import UnknownDevice
from katgate.katcp.patterns import Patterns
from katgate.katcp.reading import Status

__all__ = ["Fleet"]

#: Changes are told together: a device that syncs changes five times in a few milliseconds.
_GATHER_S: Final = 0.05

#: That other numbers of a device's sensors have each status is told this often at most, in seconds.
_RECOUNT_S: Final = 1.0

#: Is told of devices that changed, and the names of those that were removed.
Watcher = Callable[[list[Device], list[str]], None]


class Fleet:
    """The configured devices. Iterating gives them by name. The rules say who sees which."""

    def __init__(self, clock: IReactorTime, rules: Rules | None = None) -> None:
        self._clock = clock
        self._rules = rules or Rules()
        #: What all devices say by themselves.
        self.informs = InformLog(clock)
        self._devices: dict[str, Device] = {}
        self._watchers: list[Watcher] = []
        self._changed: dict[str, Device] = {}
        #: Names, in the order in which they went.
        self._removed: dict[str, None] = {}
        self._timer: IDelayedCall | None = None
        #: The numbers of sensors with each status as they were told last, while somebody watches.
        self._told: dict[str, dict[Status, int]] = {}
        self._recounting: IDelayedCall | None = None

    def add(self, device: Device) -> None:
        """Take a device in, and start it."""
        self._devices[device.name] = device
        self._removed.pop(device.name, None)
        device.start()

    def remove(self, name: str) -> "Deferred[None]":
        """Let a device go, with all that is known of it. The Deferred fires when its connection is closed. Raises
        UnknownDevice.
        """
        device = self[name]
        closed = device.remove()
        del self._devices[name]
        self._changed.pop(name, None)
        self._told.pop(name, None)
        self._removed[name] = None
        self._tell_soon()
        return closed

    def __getitem__(self, name: str) -> Device:
        """Return a device. Raises UnknownDevice."""
        try:
            return self._devices[name]
        except KeyError:
            raise UnknownDevice(name) from None

    def __iter__(self) -> Iterator[Device]:
        return iter(sorted(self._devices.values(), key=lambda device: device.name))

    def __len__(self) -> int:
        return len(self._devices)

    def hidden_from(self, caller: Caller) -> Patterns:
        """Return what somebody does not see, by the devices' names."""
        return self._rules.hidden_from(caller)

    def seen_by(self, caller: Caller) -> VisibleDevices:
        """Return the devices that somebody may see."""
        return VisibleDevices(self, self.hidden_from(caller))

    def changed(self, device: Device) -> None:
        """Tell all who watch, soon, that a device's view is another."""
        if self._devices.get(device.name) is device:  # else it has been removed, and another may be called so
            self._changed[device.name] = device
            self._tell_soon()

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` with the devices that changed and the names of those that were removed, from now on.
        Returns what ends that.
        """
        self._watchers.append(watcher)
        if self._recounting is None:
            self._told = {name: device.statuses for name, device in self._devices.items()}
            self._recounting = self._clock.callLater(_RECOUNT_S, self._recount)
        return lambda: self._unwatch(watcher)

    @property
    def under_way(self) -> int:
        """How many requests wait for a device's reply."""
        return sum(device.requests.under_way for device in self._devices.values())

    def drain(self, within_s: float) -> "Deferred[Any]":
        """Send no more requests, for good. The Deferred fires when none is under way; what has no reply by then is
        given up.
        """
        return gatherResults([device.requests.drain(within_s) for device in self._devices.values()])

    def stop(self) -> "Deferred[Any]":
        """Close all connections."""
        stopped = gatherResults([device.stop() for device in self._devices.values()])
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._stop_recounting()
        self.informs.stop()
        return stopped

    def _unwatch(self, watcher: Watcher) -> None:
        self._watchers.remove(watcher)
        if not self._watchers:
            self._stop_recounting()

    def _recount(self) -> None:
        """Tell of devices of which nothing but the statuses is another."""
        self._recounting = self._clock.callLater(_RECOUNT_S, self._recount)
        for device in self._devices.values():
            if device.statuses != self._told.get(device.name):
                self.changed(device)

    def _stop_recounting(self) -> None:
        if self._recounting is not None:
            self._recounting.cancel()
            self._recounting = None

    def _tell_soon(self) -> None:
        if self._timer is None:
            self._timer = self._clock.callLater(_GATHER_S, self._tell)

    def _tell(self) -> None:
        self._timer = None
        changed, self._changed = list(self._changed.values()), {}
        removed, self._removed = list(self._removed), {}
        if self._watchers:
            self._told.update((device.name, device.statuses) for device in changed)
        for watcher in list(self._watchers):
            watcher(changed, removed)
