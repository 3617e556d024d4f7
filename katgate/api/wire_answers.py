"""What REST answers around the nouns of `wire.py`: lists, pages, the root, and what went wrong."""

from msgspec import UNSET, Struct, UnsetType

from katgate.api.wire import DeviceJson, InformJson, RequestJson, SensorJson

__all__ = ["DeviceList", "Health", "InformPage", "Nothing", "ProblemJson", "RequestList", "SensorPage"]


class Nothing(Struct):
    """It is done, and there is nothing more to say."""


class DeviceList(Struct):
    """All devices."""

    devices: list[DeviceJson]


class SensorPage(Struct):
    """Some sensors, in order. `next` is what to go on `after`; null: these are the last."""

    sensors: list[SensorJson]
    next: str | None


class RequestList(Struct):
    """All requests that a device lists."""

    requests: list[RequestJson]


class InformPage(Struct):
    """Some informs, oldest first. `next` is the number to go on `after`, also for what is yet to come."""

    informs: list[InformJson]
    next: int


class Health(Struct):
    """`ok`, or what is the matter."""

    status: str


class ProblemJson(Struct):
    """What went wrong (RFC 9457). `code` is for programs, `detail` is a sentence that says what to do.

    `reply` holds the device's own words and `return_code` the code of its reply; `elapsed` the seconds that were
    waited for it; `limit` the bytes that a body may have; `holder` who holds the command lease; `sent`
    whether a request that katgate gave up at its end had been sent; `reference` is what to look for in katgate's log.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    reply: str | UnsetType = UNSET
    return_code: str | UnsetType = UNSET
    elapsed: float | UnsetType = UNSET
    limit: int | UnsetType = UNSET
    holder: str | UnsetType = UNSET
    sent: bool | UnsetType = UNSET
    reference: str | UnsetType = UNSET
