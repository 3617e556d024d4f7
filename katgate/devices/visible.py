"""VisibleDevices: the devices that somebody may see. What is hidden looks to them as if it were not there."""

from collections.abc import Iterator
from typing import Protocol

from katgate.devices.device import Device
from katgate.errors import UnknownDevice
from katgate.katcp.patterns import Patterns

__all__ = ["VisibleDevices"]


class _Devices(Protocol):
    def __getitem__(self, name: str) -> Device: ...

    def __iter__(self) -> Iterator[Device]: ...


class VisibleDevices:
    """All but the hidden ones. Iterating gives them by name."""

    def __init__(self, devices: _Devices, hidden: Patterns) -> None:
        self._devices = devices
        self._hidden = hidden

    def __getitem__(self, name: str) -> Device:
        """Return a device. Raises UnknownDevice, for a hidden one, too."""
        if self._hidden.match(name):
            raise UnknownDevice(name)
        return self._devices[name]

    def __iter__(self) -> Iterator[Device]:
        return (device for device in self._devices if not self._hidden.match(device.name))

    def __len__(self) -> int:
        return sum(1 for _ in self)
