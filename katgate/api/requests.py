"""Requests: what a device can be asked, and asking it. REST here; the WebSocket asks through `ask` too."""

from collections.abc import Callable
from typing import Any

from klein import Klein

from katgate.api import wire, wire_in
from katgate.api.routes import API, add_route, read_body
from katgate.devices.fleet import Fleet
from katgate.errors import BadRequest, ConfirmRequired
from katgate.katcp.message import Message

__all__ = ["RequestsApi"]


class RequestsApi:
    """`GET /devices/{device}/requests` and `POST /devices/{device}/requests/{request}`."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        add_route(app, "GET", f"{API}/devices/<name:device>/requests", self.requests)
        add_route(app, "POST", f"{API}/devices/<name:device>/requests/<name:name>", self.post)

    def requests(self, request: Any, device: str) -> dict[str, list[wire.RequestJson]]:
        """List what the device says in its `?help`."""
        return {
            "requests": [
                wire.RequestJson(
                    known.name,
                    known.description,
                    known.timeout_hint_s,
                    dangerous=known.is_dangerous,
                    allowed=True,
                )
                for known in self._fleet[device].requests.known()
            ]
        }

    async def post(self, request: Any, device: str, name: str) -> wire.ResultJson:
        """Ask the device, and answer what it says."""
        return await self.ask(device, name, read_body(request, wire_in.RequestBody))

    async def ask(
        self,
        device: str,
        name: str,
        body: wire_in.RequestBody,
        on_inform: Callable[[Message], None] | None = None,
    ) -> wire.ResultJson:
        """Send a request to a device; raises what `DeviceRequests.send` does, ConfirmRequired and BadRequest."""
        requests = self._fleet[device].requests
        if requests.is_dangerous(name) and body.confirm != name:
            raise ConfirmRequired(name)
        try:
            arguments = wire_in.katcp_arguments(body.arguments)
        except ValueError as error:
            raise BadRequest(f"an argument cannot be sent: {error}") from None
        result = await requests.send(name, arguments, timeout_s=body.timeout, on_inform=on_inform)
        return wire.result_json(device, result)
