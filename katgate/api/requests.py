"""Requests: what a device can be asked, and asking it. REST here; the WebSocket asks through `ask` too."""

from collections.abc import Callable
from typing import Any, Final

from klein import Klein

from katgate.api import wire, wire_answers, wire_in
from katgate.api.routes import API, add_route
from katgate.authority.role import Role
from katgate.devices.fleet import Fleet
from katgate.errors import BadRequest, ConfirmRequired
from katgate.katcp.message import Message

__all__ = ["RequestsApi"]

_UNKNOWN: Final = ("unknown-device", "device-disconnected")
#: What a request may come to, besides `ok`.
_PROBLEMS: Final = (
    *_UNKNOWN,
    "unknown-request",
    "reserved-request",
    "confirm-required",
    "leased",
    "too-many-requests",
    "device-timeout",
    "device-invalid",
    "device-failed",
)


class RequestsApi:
    """`GET /devices/{device}/requests` and `POST /devices/{device}/requests/{request}`."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        add_route(app, "GET", f"{API}/devices/<name:device>/requests", self.requests, problems=_UNKNOWN)
        add_route(
            app,
            "POST",
            f"{API}/devices/<name:device>/requests/<name:request_>",
            self.post,
            role=Role.OPERATOR,
            body=wire_in.RequestBody,
            problems=_PROBLEMS,
        )

    def requests(self, request: Any, device: str) -> wire_answers.RequestList:
        """List what the device says in its `?help`."""
        return wire_answers.RequestList(
            [
                wire.RequestJson(
                    known.name,
                    known.description,
                    known.timeout_hint_s,
                    dangerous=known.is_dangerous,
                    allowed=True,
                )
                for known in self._fleet[device].requests.known()
            ]
        )

    async def post(
        self, request: Any, device: str, request_: str, body: wire_in.RequestBody
    ) -> wire.ResultJson:
        """Send a request to the device, and answer what it says. The body may be left out."""
        return await self.ask(device, request_, body)

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
