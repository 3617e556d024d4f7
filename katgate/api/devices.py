"""REST: the devices, and the root of the API."""

from typing import Any

from klein import Klein

import katgate
from katgate.api import wire, wire_answers
from katgate.api.routes import API, add_route
from katgate.devices.fleet import Fleet
from katgate.hub.hub import Hub

__all__ = ["DevicesApi"]


class DevicesApi:
    """`GET /api/v1`, `/devices`, `/devices/{device}`."""

    def __init__(self, fleet: Fleet, hub: Hub, epoch: str) -> None:
        self._fleet = fleet
        self._hub = hub
        self._epoch = epoch

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        add_route(app, "GET", API, self.root)
        add_route(app, "GET", f"{API}/devices", self.devices)
        add_route(app, "GET", f"{API}/devices/<name:device>", self.device, problems=["unknown-device"])

    def root(self, request: Any) -> wire_answers.Root:
        """Say who answers, what is there, and who asks."""
        return wire_answers.Root(
            name="katgate",
            version=katgate.__version__,
            epoch=self._epoch,
            counts=wire_answers.Counts(
                devices=len(self._fleet),
                sensors=sum(self._hub.count(device.name) for device in self._fleet),
            ),
            role="admin",
        )

    def devices(self, request: Any) -> wire_answers.DeviceList:
        """List the devices."""
        return wire_answers.DeviceList([wire.device_json(device.view()) for device in self._fleet])

    def device(self, request: Any, device: str) -> wire.DeviceJson:
        """Show one device."""
        return wire.device_json(self._fleet[device].view())
