"""REST: sensors and their readings."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from klein import Klein

from katgate.api import wire, wire_answers
from katgate.api.parameters import IntegerParameter, Parameter, PatternParameter
from katgate.api.query import Query
from katgate.api.routes import API, add_route
from katgate.devices.device import Device
from katgate.devices.fleet import Fleet
from katgate.errors import BadRequest, UnknownSensor
from katgate.hub.hub import Hub
from katgate.hub.known import KnownSensor
from katgate.katcp.pattern import Pattern
from katgate.katcp.patterns import Patterns
from katgate.katcp.reading import Status
from katgate.katcp.sampling import NOT_SAMPLED

__all__ = ["SensorsApi"]

_LIMIT: Final = IntegerParameter("limit", "How many at most.", default=1000, least=1, most=10_000)
_PARAMETERS: Final = (
    PatternParameter(
        "match", "A name, a glob (`*.temp`) or a `/regex/` (RE2).", example="*temperature", many=True
    ),
    Parameter("status", "Only those whose reading has it.", words=tuple(Status), many=True),
    _LIMIT,
    Parameter("after", "Go on after this one: the `next` of the page before."),
)
_DEVICE: Final = PatternParameter(
    "device", "Only those of devices that this name, glob or `/regex/` means.", example="m0*"
)

#: A device whose lists are not known yet.
_AWAY: Final = ("unknown-device", "device-disconnected")


class SensorsApi:
    """`GET /devices/{device}/sensors`, `/devices/{device}/sensors/{sensor}` and `/sensors`."""

    def __init__(self, fleet: Fleet, hub: Hub) -> None:
        self._fleet = fleet
        self._hub = hub

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        add_route(
            app, "GET", f"{API}/devices/<name:device>/sensors", self.of_device, _PARAMETERS, problems=_AWAY
        )
        add_route(
            app,
            "GET",
            f"{API}/devices/<name:device>/sensors/<name:sensor>",
            self.one,
            problems=["unknown-sensor", *_AWAY],
        )
        add_route(app, "GET", f"{API}/sensors", self.of_all, (*_PARAMETERS, _DEVICE))

    def of_device(self, request: Any, device: str, query: Query) -> wire_answers.SensorPage:
        """List the sensors of a device, by name. `next` is the name to go on `after`."""
        after = query.one("after") or ""
        owner = self._fleet.seen_by(request.caller)[device]
        is_meant = _meant(query)
        if not owner.has_lists:
            raise owner.not_connected()
        sensors = self._hub.sensors_of(device)
        named = ((known.name, known) for known in sensors if known.name > after and is_meant(known))
        return self._page(query, named, with_device=False)

    def of_all(self, request: Any, query: Query) -> wire_answers.SensorPage:
        """List the sensors of all devices, by device and name. `next` is `device/sensor` to go on `after`."""
        of_device = query.one("device")
        devices = None if of_device is None else Pattern(of_device)
        after_device, _, after_sensor = (query.one("after") or "").partition("/")
        is_meant = _meant(query)
        named = (
            (f"{known.device}/{known.name}", known)
            for device in self._fleet.seen_by(request.caller)
            if devices is None or devices.matches(device.name)
            for known in self._hub.sensors_of(device.name)
            if (known.device, known.name) > (after_device, after_sensor) and is_meant(known)
        )
        return self._page(query, named, with_device=True)

    def one(
        self, request: Any, device: str, sensor: str
    ) -> wire.SensorJson | Coroutine[Any, Any, wire.SensorJson]:
        """Show one sensor with its reading. The device is asked for the value of one that it does not sample: who
        looks at one sensor wants to know how it is now. (A list shows what is known.)
        """
        owner = self._fleet.seen_by(request.caller)[device]
        known = self._hub.find(device, sensor)
        if known is None:
            raise UnknownSensor(device, sensor) if owner.has_lists else owner.not_connected()
        sampling = owner.sampling(sensor)
        if sampling == NOT_SAMPLED.text and owner.is_outdated(known):
            return self._refreshed(owner, known)
        return wire.sensor_now_json(known, sampling, with_device=False)

    async def _refreshed(self, owner: Device, known: KnownSensor) -> wire.SensorJson:
        await owner.refresh(known)
        return wire.sensor_now_json(known, owner.sampling(known.name), with_device=False)

    def _page(
        self, query: Query, sensors: Iterable[tuple[str, KnownSensor]], *, with_device: bool
    ) -> wire_answers.SensorPage:
        limit = query.integer(_LIMIT)
        shown: list[wire.SensorJson] = []
        last = None
        for place, known in sensors:
            if len(shown) == limit:
                return wire_answers.SensorPage(shown, last)
            sampling = self._fleet[known.device].sampling(known.name)
            shown.append(wire.sensor_now_json(known, sampling, with_device=with_device))
            last = place
        return wire_answers.SensorPage(shown, None)


def _meant(query: Query) -> Callable[[KnownSensor], bool]:
    """Return what says whether the parameters `match` and `status` mean a sensor. Raises BadRequest, PatternError."""
    patterns = Patterns.of(query.all("match"))
    statuses = set(query.all("status"))
    wrong = statuses - {status.value for status in Status}
    if wrong:
        raise BadRequest(f"{min(wrong)!r} is not a status: {', '.join(Status)}")
    return lambda known: (
        (not patterns or patterns.match(known.name)) and (not statuses or known.status in statuses)
    )
