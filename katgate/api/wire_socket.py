"""What katgate says on the WebSocket, besides the nouns of `wire.py`: answers, notifications, and their contents."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from msgspec import Meta, Raw, Struct

from katgate.api.references import any_of, reference
from katgate.api.wire import Omitted, Word
from katgate.katcp.json_values import Base64

#: What is encoded already, by what it is for who reads it (`web/wire_types.py`).
_Device = Annotated[Raw, Meta(extra={"holds": "DeviceJson"}, extra_json_schema=reference("DeviceJson"))]
_Sensor = Annotated[Raw, Meta(extra={"holds": "SensorJson"}, extra_json_schema=reference("SensorJson"))]
_INFORM_ROW: Final = {
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "number"}, {"type": "string"}],
    "items": any_of({"type": "string"}, Base64, Omitted),
    "minItems": 3,
}
_InformRow = Annotated[Raw, Meta(extra={"holds": "InformRow"}, extra_json_schema=_INFORM_ROW)]


class Notification(Struct, tag_field="jsonrpc", tag="2.0"):
    """What katgate says without being asked."""

    method: str
    params: Any


class Result(Struct, tag_field="jsonrpc", tag="2.0"):
    """The answer to a call."""

    id: str | int
    result: Any


class RpcError(Struct):
    """What went wrong, with the problem details as `data`."""

    code: int
    message: str
    data: Annotated[Any, Meta(extra_json_schema=reference("ProblemJson"))]


class ErrorAnswer(Struct, tag_field="jsonrpc", tag="2.0"):
    """The answer to a call that failed; `id` is null where none could be read."""

    id: str | int | None
    error: RpcError


class Hello(Struct):
    """The first message on a socket. Who has not logged in, whose `user` and `role` are null, may only `authenticate`
    and `ping`.
    """

    version: str
    epoch: str
    time: float
    user: str | None
    role: str | None
    limits: dict[str, int]
    capabilities: Sequence[str]


class Authenticated(Struct):
    """The result of `authenticate`."""

    user: str
    role: str


class Notice(Struct):
    """`notice`: what concerns the connection itself. Levels are info and warn."""

    level: str
    code: str
    detail: str


#: The last word to a browser that shall come back.
SHUTDOWN: Final = Notice("info", "shutdown", "katgate shuts down; come back in a while")

#: Before a socket is closed whose browser's login has ended.
SESSION_EXPIRED: Final = Notice("warn", "session-expired", "your login has ended; log in again")


class InformsSubscribed(Struct):
    """The result of `informs.subscribe`."""

    sub: int
    epoch: str
    seq: int
    resumed: bool


class Devices(Struct, omit_defaults=True):
    """`devices`: those that changed, and the names of those that were removed; in an answer, all there are."""

    sub: int
    devices: list[_Device]
    removed: list[str] = []


class Informs(Struct, omit_defaults=True):
    """`informs`: what devices said by themselves, `[device, time, name, argument, ...]` each, oldest first."""

    sub: int
    seq: int
    informs: list[_InformRow]
    dropped: int = 0


class Subscription(Struct, omit_defaults=True):
    """One of `subscriptions`: what was wished, and how it goes. `waiting` messages are due to this browser; so many
    names or patterns as `omitted` says are not shown.
    """

    sub: int
    method: str
    seq: int
    waiting: int
    device: str = ""
    sensors: list[str] | None = None
    names: list[str] | None = None
    level: str | None = None
    strategy: str = ""
    dropped: int = 0
    omitted: int = 0


class Subscriptions(Struct):
    """The result of `subscriptions`: all live ones of this connection."""

    subscriptions: list[Subscription]


class RequestInform(Struct):
    """`request.inform`: an inform of a request that is in flight, `[name, argument, ...]`; `id` is the call's."""

    id: str | int
    inform: list[Word]


class Subscribed(Struct, omit_defaults=True):
    """The result of `sensors.subscribe`. With `more`, further sensors follow as `sensors` before the snapshot."""

    sub: int
    epoch: str
    seq: int
    strategy: str
    sensors: list[_Sensor]
    resumed: bool
    more: bool = False
