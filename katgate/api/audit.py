"""REST: the audit log, for admins."""

from typing import Any, Final

from klein import Klein

from katgate.api.parameters import IntegerParameter, Parameter, PatternParameter
from katgate.api.query import Query
from katgate.api.routes import API, add_route
from katgate.api.wire_access import AuditJson
from katgate.authority.audit import Audit
from katgate.authority.audit_ring import Wanted
from katgate.authority.outcomes import OUTCOMES
from katgate.authority.role import Role
from katgate.errors import BadRequest
from katgate.katcp.pattern import Pattern

__all__ = ["AuditApi"]

#: A number that no record reaches.
_HIGHEST: Final = 10**15

_LIMIT: Final = IntegerParameter("limit", "How many at most.", default=100, least=1, most=1000)
_BEFORE: Final = IntegerParameter(
    "before",
    "Go on before this number: the `next` of the page before.",
    default=_HIGHEST,
    least=1,
    most=_HIGHEST,
)
_PARAMETERS: Final = (
    _LIMIT,
    _BEFORE,
    PatternParameter("device", "A name, glob or `/regex/` of devices.", example="m0*"),
    PatternParameter("user", "A name, glob or `/regex/` of those who did it.", example="ludwig"),
    Parameter("outcome", "What became of it.", words=OUTCOMES),
)


class AuditApi:
    """`GET /audit`."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def add_routes(self, app: Klein) -> None:
        """Answer this address."""
        add_route(app, "GET", f"{API}/audit", self.records, _PARAMETERS, role=Role.ADMIN)

    def records(self, request: Any, query: Query) -> AuditJson:
        """List records, newest first; `device` and `user` are names or patterns. `next` is the number to go on
        `before`.
        """
        limit, before = query.integer(_LIMIT), query.integer(_BEFORE)
        outcome = query.one("outcome")
        if outcome is not None and outcome not in OUTCOMES:
            raise BadRequest(f"there is no outcome {outcome!r}; there are {', '.join(OUTCOMES)}")
        wanted = Wanted(_pattern(query.one("device")), _pattern(query.one("user")), outcome)
        # One more, to see whether there are any.
        found = self._audit.ring.newest(limit + 1, before, wanted)
        shown = found[:limit]
        return AuditJson(shown, shown[-1].number if len(found) > limit else None, self._audit.unwritten)


def _pattern(text: str | None) -> Pattern | None:
    return None if text is None else Pattern(text)
