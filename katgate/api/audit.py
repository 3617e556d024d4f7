"""REST: the audit log, for admins."""

from typing import Any, Final

from klein import Klein

from katgate.api.routes import API, Query, add_route
from katgate.api.wire_access import AuditJson
from katgate.authority.audit import Audit
from katgate.authority.audit_ring import Wanted
from katgate.authority.outcomes import OUTCOMES
from katgate.authority.role import Role
from katgate.errors import BadRequest
from katgate.katcp.pattern import Pattern

__all__ = ["AuditApi"]

_DEFAULT_LIMIT: Final = 100
_MOST: Final = 1000
#: A number that no record reaches.
_HIGHEST: Final = 10**15

_PARAMETERS: Final = ("limit", "before", "device", "user", "outcome")


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
        limit = query.integer("limit", _DEFAULT_LIMIT, 1, _MOST)
        before = query.integer("before", _HIGHEST, 1, _HIGHEST)
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
