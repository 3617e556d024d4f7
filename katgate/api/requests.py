"""Requests: what a device can be asked, and asking it. REST here; the WebSocket asks through `ask` too."""

from collections.abc import Callable
from typing import Any, Final

from klein import Klein

from katgate.api import wire, wire_answers, wire_in
from katgate.api.routes import API, add_route
from katgate.authority.authority import Authority
from katgate.authority.caller import Caller
from katgate.devices.fleet import Fleet
from katgate.errors import BadRequest
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

    def __init__(self, fleet: Fleet, authority: Authority) -> None:
        self._fleet = fleet
        self._authority = authority

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        add_route(app, "GET", f"{API}/devices/<name:device>/requests", self.requests, problems=_UNKNOWN)
        add_route(
            app,
            "POST",
            f"{API}/devices/<name:device>/requests/<name:request_>",
            self.post,
            body=wire_in.RequestBody,
            problems=_PROBLEMS,
        )

    def requests(self, request: Any, device: str) -> wire_answers.RequestList:
        """List what the device says in its `?help`, and what of it the one who asks may send."""
        caller = request.caller
        return wire_answers.RequestList(
            [
                wire.RequestJson(
                    known.name,
                    known.description,
                    known.timeout_hint_s,
                    dangerous=known.is_dangerous
                    or self._authority.rules.is_dangerous(caller, device, known.name),
                    allowed=self._authority.may(caller, device, known.name),
                )
                for known in self._fleet.seen_by(caller)[device].requests.known()
            ]
        )

    async def post(
        self, request: Any, device: str, request_: str, body: wire_in.RequestBody
    ) -> wire.ResultJson:
        """Send a request to the device, and answer what it says. The body may be left out."""
        return await self.ask(request.caller, device, request_, body)

    async def ask(
        self,
        caller: Caller,
        device: str,
        name: str,
        body: wire_in.RequestBody,
        on_inform: Callable[[Message], None] | None = None,
    ) -> wire.ResultJson:
        """Send a request to a device. Raises what `Authority.carry_out` and `DeviceRequests.send` do."""
        requests = self._fleet.seen_by(caller)[device].requests
        try:
            arguments = wire_in.katcp_arguments(body.arguments)
        except ValueError as error:
            raise BadRequest(f"an argument cannot be sent: {error}") from None
        result = await self._authority.carry_out(
            caller,
            device,
            name,
            arguments,
            lambda: requests.send(name, arguments, timeout_s=body.timeout, on_inform=on_inform),
            is_dangerous=requests.is_dangerous(name),
            confirm=body.confirm,
        )
        return wire.result_json(device, result)
