"""What katgate shows of devices, sensors, requests and informs, as msgspec types: the nouns of the web API.

`wire_in.py` has what browsers and programs say, `wire_socket.py` what is said on the WebSocket alone; together they
are the API's contract. Bytes of the KATCP wire become text here and nowhere else, by `katcp/json_values.py`.
"""

from itertools import islice
from typing import Annotated, Any, Final, overload

from msgspec import UNSET, Meta, Struct, UnsetType

from katgate.api.references import any_of
from katgate.authority.leases import Lease
from katgate.devices.device import DeviceView
from katgate.devices.informs import ReceivedInform
from katgate.devices.requests import RequestResult
from katgate.errors import without_traceback
from katgate.hub.known import KnownSensor
from katgate.katcp.json_values import Base64, JsonValue, json_text, json_value
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, Status
from katgate.tx.connection import State

#: What a device can make its description of: a hello of 16 MB must not be in every list of devices.
_LONGEST_ERROR: Final = 2000
_LONGEST_WORD: Final = 200
_MOST_VERSIONS: Final = 100


class Omitted(Struct, frozen=True):
    """Stands for so many bytes that are too long for a message (`fitting.py`)."""

    omitted: int


#: A word of a device's message, or what stands for those that are too long. Of two kinds of objects msgspec takes
#: no union, so the schema is said by hand.
Word = Annotated[
    Any, Meta(extra={"holds": "Word"}, extra_json_schema=any_of({"type": "string"}, Base64, Omitted))
]


class ReadingJson(Struct):
    """A reading. Times are UNIX seconds; `received` is when katgate got it."""

    timestamp: float
    status: Status
    value: JsonValue
    received: float | UnsetType | None = UNSET


class SensorJson(Struct, omit_defaults=True):
    """A sensor; `device` where sensors of several devices stand together; `reading`, and the strategy by which the
    device samples it (null while that is away), where they are asked for.
    """

    name: str
    description: str
    units: str
    type: str
    params: list[JsonValue]
    device: str | UnsetType = UNSET
    reading: ReadingJson | UnsetType | None = UNSET
    sampling: str | UnsetType | None = UNSET


class ProtocolJson(Struct):
    """The KATCP version that a device speaks."""

    major: int
    minor: int
    flags: str


class LeaseJson(Struct):
    """Who alone commands a device. Times are UNIX seconds."""

    holder: str
    since: float
    expires: float
    comment: str


class LeaseOf(Struct):
    """The lease of a device; null: whoever may command it."""

    lease: LeaseJson | None


class DeviceJson(Struct):
    """A device as it is now. `statuses` says how many of its sensors have each status, of those that any has; one
    without a reading counts as unknown.
    """

    name: str
    address: str
    state: State
    since: float
    protocol: ProtocolJson | None
    versions: dict[str, list[str]]
    sensors: int
    statuses: dict[Status, int]
    requests: int
    reconnects: int
    error: str | None
    hosted: bool
    lease: LeaseJson | None


class ReloadJson(Struct):
    """What reading the configuration again has changed: names of devices. `needs_restart` has options that count
    from the next start on.
    """

    added: list[str]
    removed: list[str]
    changed: list[str]
    needs_restart: list[str]


class RequestJson(Struct):
    """A request that a device knows, from its `?help`."""

    name: str
    description: str
    timeout_hint: float | None
    dangerous: bool
    allowed: bool


class ResultJson(Struct):
    """A request that the device answered `ok`. So many informs as `omitted` says are not repeated here."""

    device: str
    request: str
    ok: bool
    arguments: list[Word]
    informs: list[list[str | Base64]]
    duration: float
    omitted: int | UnsetType = UNSET


class InformJson(Struct):
    """An asynchronous inform that was received."""

    seq: int
    received: float
    name: str
    arguments: list[str | Base64]


def reading_json(reading: Reading, received: float | None) -> ReadingJson:
    """Return a reading as JSON has it."""
    return ReadingJson(reading.timestamp, reading.status, json_value(reading.value), received)


def sensor_json(known: KnownSensor, *, with_device: bool) -> SensorJson:
    """Return a sensor as JSON has it, without its reading."""
    about = known.description
    shown = SensorJson(
        about.name, about.description, about.units, about.type, [json_value(p) for p in about.params]
    )
    if with_device:
        shown.device = known.device
    return shown


def sensor_now_json(known: KnownSensor, sampling: str | None, *, with_device: bool) -> SensorJson:
    """Return a sensor with its reading, and how it is sampled."""
    shown = sensor_json(known, with_device=with_device)
    shown.reading = None if known.reading is None else reading_json(known.reading, known.received)
    shown.sampling = sampling
    return shown


def sensor_in_short(known: KnownSensor) -> SensorJson:
    """Return a sensor whose description is too long for a message, without that; REST has all of it."""
    about = known.description
    return SensorJson(about.name, "", about.units[:100], about.type[:100], [], device=known.device)


def device_json(view: DeviceView) -> DeviceJson:
    """Return a device as JSON has it."""
    flags = view.protocol
    protocol = None
    if flags is not None:
        protocol = ProtocolJson(flags.major, flags.minor, "".join(sorted(flags.flags)))
    return DeviceJson(
        name=view.name,
        address=view.address,
        state=view.state,
        since=view.since,
        protocol=protocol,
        versions={
            name[:_LONGEST_WORD]: [word[:_LONGEST_WORD] for word in [*words, "", ""][:2]]
            for name, words in islice(view.versions.items(), _MOST_VERSIONS)
        },
        sensors=view.sensors,
        statuses=view.statuses,
        requests=view.requests,
        reconnects=view.reconnects,
        error=None if view.error is None else without_traceback(view.error)[:_LONGEST_ERROR],
        hosted=view.is_hosted,
        lease=lease_json(view.lease),
    )


@overload
def lease_json(lease: Lease) -> LeaseJson: ...
@overload
def lease_json(lease: None) -> None: ...
@overload
def lease_json(lease: Lease | None) -> LeaseJson | None: ...
def lease_json(lease: Lease | None) -> LeaseJson | None:
    """Return a lease as JSON has it."""
    return None if lease is None else LeaseJson(lease.holder, lease.since, lease.expires, lease.comment)


def inform_words(msg: Message) -> list[str | Base64]:
    """Return `[name, argument, ...]`."""
    return [msg.name, *(json_text(raw) for raw in msg.arguments)]


def inform_json(inform: ReceivedInform) -> InformJson:
    """Return a received inform as JSON has it."""
    name, *arguments = inform_words(inform.message)
    return InformJson(inform.number, inform.received, str(name), arguments)


def result_json(device: str, result: RequestResult) -> ResultJson:
    """Return a request's result as JSON has it."""
    return ResultJson(
        device=device,
        request=result.request,
        ok=True,
        arguments=[json_text(raw) for raw in result.arguments],
        informs=[inform_words(msg) for msg in result.informs],
        duration=result.duration_s,
    )
