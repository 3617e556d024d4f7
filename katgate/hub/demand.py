"""DemandWatchers: who wants to know which sensors of a device are wanted, to have only these sampled."""

from collections.abc import Callable, Iterable, Sequence

from katgate.hub.known import KnownSensor

__all__ = ["DemandWatchers", "Watcher"]

#: Called with the names of sensors.
Watcher = Callable[[Sequence[str]], None]


class DemandWatchers:
    """At most one watcher for a device; most devices have none, and cost nothing."""

    def __init__(self) -> None:
        self._watchers: dict[str, Watcher] = {}

    def watch(self, device: str, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` from now on. Returns what ends that."""
        self._watchers[device] = watcher

        def end() -> None:
            if self._watchers.get(device) is watcher:
                del self._watchers[device]

        return end

    def tell(self, device: str, sensors: Sequence[KnownSensor]) -> None:
        """Tell of sensors of a device that a stream has taken in or let go."""
        if sensors and device in self._watchers:
            self._watchers[device]([known.name for known in sensors])

    def tell_all(self, sensors: Iterable[KnownSensor]) -> None:
        """Tell of sensors of any devices."""
        if not self._watchers:
            return
        by_device: dict[str, list[KnownSensor]] = {}
        for known in sensors:
            by_device.setdefault(known.device, []).append(known)
        for device, its_sensors in by_device.items():
            self.tell(device, its_sensors)
