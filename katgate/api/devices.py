"""REST: the devices, and the root of the API."""

from typing import Any

from klein import Klein

import katgate
from katgate.api import wire, wire_answers
from katgate.api.routes import API, add_route
from katgate.api.wire_access import CountsJson, RootJson
from katgate.authority.caller import Caller
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
        add_route(app, "GET", API, self.root, role=None)
        add_route(app, "GET", f"{API}/devices", self.devices)
        add_route(app, "GET", f"{API}/devices/<name:device>", self.device, problems=["unknown-device"])

    def root(self, request: Any) -> RootJson:
        """Say who answers and who asks, and, to those who are known, what is there."""
        caller: Caller | None = request.caller
        if caller is None:
            return RootJson("katgate", login=True, user=None, role=None)
        seen = self._fleet.seen_by(caller)
        return RootJson(
            "katgate",
            login=caller.how != "open",
            user=caller.name,
            role=caller.role,
            version=katgate.__version__,
            epoch=self._epoch,
            counts=CountsJson(len(seen), sum(self._hub.count(device.name) for device in seen)),
            expires=caller.expires,
        )

    def devices(self, request: Any) -> wire_answers.DeviceList:
        """List the devices."""
        seen = self._fleet.seen_by(request.caller)
        return wire_answers.DeviceList([wire.device_json(device.view()) for device in seen])

    def device(self, request: Any, device: str) -> wire.DeviceJson:
        """Show one device."""
        return wire.device_json(self._fleet.seen_by(request.caller)[device].view())
