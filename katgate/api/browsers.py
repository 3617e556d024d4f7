"""Browsers: who is here, for administrators; and throwing one out."""

from typing import Any, Final

from klein import Klein
from twisted.logger import Logger

from katgate.api import wire_answers
from katgate.api.routes import API, add_route
from katgate.api.visitors import Visitors
from katgate.api.wire_browsers import BrowserListJson, browser_json
from katgate.authority.audit import Audit
from katgate.authority.role import Role
from katgate.errors import BadRequest

__all__ = ["BrowsersApi"]

#: Ids have no more digits.
_LONGEST_ID: Final = 18


class BrowsersApi:
    """`GET /browsers` and `DELETE /browsers/{id}`."""

    log = Logger()

    def __init__(self, visitors: Visitors, audit: Audit) -> None:
        self._visitors = visitors
        self._audit = audit

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        add_route(app, "GET", f"{API}/browsers", self.browsers, role=Role.ADMIN)
        add_route(
            app,
            "DELETE",
            f"{API}/browsers/<name:number>",
            self.throw_out,
            role=Role.ADMIN,
            problems=["not-found"],
        )

    def browsers(self, request: Any) -> BrowserListJson:
        """List the browsers, the oldest first."""
        return BrowserListJson([browser_json(visit) for visit in self._visitors])

    def throw_out(self, request: Any, number: str) -> wire_answers.Nothing:
        """End a browser's connection: a socket is told not to come back (4501); EventSource does so by itself.

        Raises BadRequest for what is no id, and UnknownBrowser.
        """
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_ID):
            raise BadRequest(f"the id of a browser is a number, not {number[:100]!r}")
        visit = self._visitors[int(number)]
        self.log.info(
            "= browser {number} at {address} is thrown out", number=number, address=visit.visitor.address
        )
        with self._audit.doing("browser", request.caller, request=f"throw out {visit.visitor.address}"):
            visit.visitor.dismiss()
        return wire_answers.Nothing()
