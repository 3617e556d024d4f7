"""REST: starting and stopping the device servers that run inside katgate."""

from collections.abc import Callable
from typing import Any, Final

from klein import Klein
from twisted.internet.defer import Deferred

from katgate.api import wire
from katgate.api.routes import API, add_route
from katgate.authority.audit import Audit
from katgate.authority.leases import Leases
from katgate.authority.role import Role
from katgate.devices.fleet import Fleet
from katgate.devices.hosted_device import HostedDevice
from katgate.errors import NotHosted

__all__ = ["HostingApi"]

_ACTS: Final[dict[str, Callable[[HostedDevice], "Deferred[None]"]]] = {
    "start": HostedDevice.start_server,
    "stop": HostedDevice.stop_server,
    "restart": HostedDevice.restart_server,
}


class HostingApi:
    """`POST /devices/{device}/hosting/{start,stop,restart}`: each answers the device as it is then.

    A server that does not start is no problem of the one who asked: the device's `error` says what is wrong with it.
    """

    def __init__(self, fleet: Fleet, audit: Audit, leases: Leases) -> None:
        self._fleet = fleet
        self._audit = audit
        self._leases = leases

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        at = f"{API}/devices/<name:device>/hosting"
        for what, act in _ACTS.items():
            about = f"{what.capitalize()} a device server that runs inside katgate."
            doing, problems = self._doing(what, act), ["unknown-device", "not-hosted", "leased"]
            add_route(app, "POST", f"{at}/{what}", doing, role=Role.ADMIN, problems=problems, about=about)

    def _doing(self, what: str, act: Callable[[HostedDevice], "Deferred[None]"]) -> Callable[..., Any]:
        async def do(request: Any, device: str) -> wire.DeviceJson:
            hosted = self._fleet.seen_by(request.caller)[device]
            if not isinstance(hosted, HostedDevice):
                raise NotHosted(device)
            with self._audit.doing("hosting", request.caller, device=device, request=what):
                # Whoever commands the device alone does not want it to be taken away.
                self._leases.check(device, request.caller.name)
                await act(hosted)
            return wire.device_json(hosted.view())

        return do
