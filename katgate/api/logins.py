"""REST: logging in on the page, and out again."""

from collections.abc import Callable
from typing import Annotated, Any

from klein import Klein
from msgspec import Meta, Struct

from katgate.api import wire_answers
from katgate.api.access import Access
from katgate.api.routes import API, add_route
from katgate.api.wire_access import LoginJson
from katgate.authority.audit import Audit
from katgate.errors import TooManyRequests, Unauthorized

__all__ = ["LoginsApi"]


class LoginBody(Struct, forbid_unknown_fields=True):
    """The body of `POST /login`."""

    token: Annotated[str, Meta(min_length=1, description="As katgate token has printed it, or a JWT.")]


class LoginsApi:
    """`POST /login` and `/logout`. `left` is called when somebody has logged out: their sockets end with it."""

    def __init__(self, access: Access, audit: Audit, left: Callable[[], None]) -> None:
        self._access = access
        self._audit = audit
        self._left = left

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        add_route(
            app,
            "POST",
            f"{API}/login",
            self.log_in,
            role=None,
            body=LoginBody,
            problems=["too-many-requests"],
        )
        add_route(app, "POST", f"{API}/logout", self.log_out, role=None)

    def log_in(self, request: Any, body: LoginBody) -> LoginJson:
        """Begin a session by a token; the answer brings its cookie. Raises Unauthorized."""
        identification = self._access.identification
        address = request.getClientAddress().host
        if not identification.has_logins:
            everybody = identification.everybody(address)
            return LoginJson(everybody.name, everybody.role, None)
        try:
            text, caller = identification.log_in(body.token, address)
        except (Unauthorized, TooManyRequests) as error:
            self._audit.login_failed(error, address)
            raise
        self._audit.login(caller)
        self._set_cookie(request, text, caller.expires)
        return LoginJson(caller.name, caller.role, caller.expires)

    def log_out(self, request: Any) -> wire_answers.Nothing:
        """End the session, and all that goes on by it."""
        if request.caller is not None and request.caller.session:
            self._access.identification.log_out(request.caller)
            self._audit.logout(request.caller)
            self._left()
        if self._access.identification.has_logins:
            self._set_cookie(request, "", 0.0)
        return wire_answers.Nothing()

    def _set_cookie(self, request: Any, text: str, expires: float | None) -> None:
        # A session has an end of its own; the browser may forget it earlier, when it is closed.
        ends = "; Max-Age=0" if expires == 0.0 else ""
        secure = "; Secure" if request.isSecure() else ""
        cookie = f"{self._access.cookie}={text}; Path=/; HttpOnly; SameSite=Strict{secure}{ends}"
        request.responseHeaders.addRawHeader(b"set-cookie", cookie.encode("ascii"))
