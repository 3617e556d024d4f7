"""REST: the recent asynchronous informs of a device."""

from typing import Any, Final

from klein import Klein

from katgate.api import wire, wire_answers
from katgate.api.parameters import IntegerParameter, Parameter, PatternParameter
from katgate.api.query import Query
from katgate.api.routes import API, add_route
from katgate.devices.fleet import Fleet
from katgate.devices.inform_filter import LEVELS, InformFilter

__all__ = ["InformsApi"]

#: A number that no device reaches: a thousand informs a second for thirty thousand years.
_HIGHEST: Final = 10**15

_AFTER: Final = IntegerParameter(
    "after", "Go on after this number: the `next` of the page before.", most=_HIGHEST
)
_LIMIT: Final = IntegerParameter("limit", "How many at most.", default=100, least=1, most=1000)
_PARAMETERS: Final = (
    PatternParameter("name", "A name or glob of informs.", example="log", many=True),
    Parameter("level", "Only #log informs of this level and those above.", words=LEVELS),
    _AFTER,
    _LIMIT,
)


class InformsApi:
    """`GET /devices/{device}/informs`."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def add_routes(self, app: Klein) -> None:
        """Answer this address."""
        add_route(
            app,
            "GET",
            f"{API}/devices/<name:device>/informs",
            self.informs,
            _PARAMETERS,
            problems=["unknown-device"],
        )

    def informs(self, request: Any, device: str, query: Query) -> wire_answers.InformPage:
        """List informs, oldest first; with `level` the #log informs of that level and those above. `next` is the
        number to go on `after`: also for what is yet to come.
        """
        after = query.integer(_AFTER)
        limit = query.integer(_LIMIT)
        wanted = InformFilter.of(query.all("name"), query.one("level"))
        informs = self._fleet.seen_by(request.caller)[device].informs.after(after, wanted, limit)
        last = informs[-1].number if informs else after
        return wire_answers.InformPage([wire.inform_json(inform) for inform in informs], last)
