"""REST: the command lease of a device."""

from typing import Any

from klein import Klein

from katgate.api import wire, wire_in
from katgate.api.routes import API, add_route
from katgate.authority.authority import Authority
from katgate.authority.role import Role
from katgate.devices.fleet import Fleet

__all__ = ["LeasesApi"]


class LeasesApi:
    """`GET`, `POST` and `DELETE /devices/{device}/lease`. Whoever watches the devices is told of changes."""

    def __init__(self, fleet: Fleet, authority: Authority) -> None:
        self._fleet = fleet
        self._authority = authority

    def add_routes(self, app: Klein) -> None:
        """Answer this address."""
        at = f"{API}/devices/<name:device>/lease"
        unknown, leased = ["unknown-device"], ["unknown-device", "leased"]
        add_route(app, "GET", at, self.show, problems=unknown)
        add_route(app, "POST", at, self.take, role=Role.OPERATOR, body=wire_in.LeaseBody, problems=leased)
        add_route(app, "DELETE", at, self.end, role=Role.OPERATOR, problems=leased)

    def show(self, request: Any, device: str) -> wire.LeaseOf:
        """Say who holds the command lease of a device."""
        self._check_seen(request, device)
        return wire.LeaseOf(wire.lease_json(self._authority.leases.of(device)))

    def take(self, request: Any, device: str, body: wire_in.LeaseBody) -> wire.LeaseJson:
        """Take the command lease of a device, or renew one's own. Another may hold it."""
        self._check_seen(request, device)
        lease = self._authority.take_lease(request.caller, device, body.seconds, body.comment)
        return wire.lease_json(lease)

    def end(self, request: Any, device: str) -> wire.LeaseOf:
        """Release one's own command lease of a device, or, as an admin, break anybody's. Where there is none, that
        is well.
        """
        self._check_seen(request, device)
        self._authority.end_lease(request.caller, device)
        return wire.LeaseOf(None)

    def _check_seen(self, request: Any, device: str) -> None:
        self._fleet.seen_by(request.caller)[device]
