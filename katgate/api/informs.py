"""REST: the recent asynchronous informs of a device."""

from typing import Any, Final

from klein import Klein

from katgate.api import wire
from katgate.api.routes import API, Query, add_route
from katgate.devices.fleet import Fleet
from katgate.devices.inform_filter import InformFilter

__all__ = ["InformsApi"]

_DEFAULT_LIMIT: Final = 100
_MOST: Final = 1000
#: A number that no device reaches: a thousand informs a second for thirty thousand years.
_HIGHEST: Final = 10**15

_PARAMETERS: Final = ("name", "level", "after", "limit")


class InformsApi:
    """`GET /devices/{device}/informs`."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def add_routes(self, app: Klein) -> None:
        """Answer this address."""
        add_route(app, "GET", f"{API}/devices/<name:device>/informs", self.informs, _PARAMETERS)

    def informs(self, request: Any, device: str, query: Query) -> dict[str, Any]:
        """List informs, oldest first; with `level` the #log informs of that level and those above. `next` is the
        number to go on `after`: also for what is yet to come.
        """
        after = query.integer("after", 0, 0, _HIGHEST)
        limit = query.integer("limit", _DEFAULT_LIMIT, 1, _MOST)
        wanted = InformFilter.of(query.all("name"), query.one("level"))
        informs = self._fleet.seen_by(request.caller)[device].informs.after(after, wanted, limit)
        last = informs[-1].number if informs else after
        return {"informs": [wire.inform_json(inform) for inform in informs], "next": last}
