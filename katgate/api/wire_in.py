"""What browsers and programs say, as msgspec types: bodies of REST, calls of the WebSocket and their parameters."""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from katgate.katcp.json_values import Base64, JsonValue

#: In seconds; how much a device may be waited for its options say.
Timeout = Annotated[float, Meta(gt=0, examples=[30])]


class RequestBody(Struct, forbid_unknown_fields=True):
    """The body of a `POST` of a request; all optional."""

    arguments: list[JsonValue] = []
    timeout: Timeout | None = None
    confirm: str | None = None


class LeaseBody(Struct, forbid_unknown_fields=True):
    """The body of a `POST` of a lease; all optional."""

    seconds: Annotated[float, Meta(ge=1, le=86400)] = 3600
    comment: Annotated[str, Meta(max_length=200)] = ""


#: An id comes back with every inform of a request, so it is no place for a novel.
LONGEST_ID: Final = 128
CallId = Annotated[str, Meta(max_length=LONGEST_ID)]


class Call(Struct, forbid_unknown_fields=True):
    """A JSON-RPC call. `params` is decoded by its method."""

    jsonrpc: Literal["2.0"]
    method: str
    params: Raw | UnsetType = UNSET
    id: CallId | int | UnsetType = UNSET


class Since(Struct, forbid_unknown_fields=True):
    """Where a browser was when it lost its connection."""

    epoch: str
    seq: int


class Authenticate(Struct, forbid_unknown_fields=True):
    """`authenticate`."""

    token: str


class NoParams(Struct, forbid_unknown_fields=True):
    """A method that takes no parameters."""


class SubscribeSensors(Struct, forbid_unknown_fields=True):
    """`sensors.subscribe`. With `since` it goes on from there, if what came after is still known."""

    device: str
    sensors: list[str]
    strategy: str = "event"
    since: Since | None = None


class SubscribeInforms(Struct, forbid_unknown_fields=True):
    """`informs.subscribe`: globs over devices and informs, all informs if none is named; with `level` the #log ones
    of that level and those above.
    """

    device: str
    names: list[str] = []
    level: str | None = None
    since: Since | None = None


class Unsubscribe(Struct, forbid_unknown_fields=True):
    """`unsubscribe`."""

    sub: int


class SendRequest(Struct, forbid_unknown_fields=True):
    """`request`."""

    device: str
    request: str
    arguments: list[JsonValue] = []
    timeout: Timeout | None = None
    confirm: str | None = None


def katcp_arguments(values: Iterable[JsonValue]) -> list[bytes]:
    """Return JSON arguments as the KATCP wire has them. Raises ValueError for text that UTF-8 cannot hold."""
    return [_katcp_argument(value) for value in values]


def _katcp_argument(value: JsonValue) -> bytes:
    if isinstance(value, bool):
        return b"1" if value else b"0"
    if isinstance(value, Base64):
        return value.base64
    return (value if isinstance(value, str) else repr(value)).encode("utf-8")
