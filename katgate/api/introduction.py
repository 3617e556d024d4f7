"""Introduction: who a socket's browser is. The request that opened it has said so, or it does itself, soon."""

from typing import Final

from katgate.api.access import demand
from katgate.api.outlet import BrowserSocket
from katgate.api.surroundings import Surroundings
from katgate.authority.caller import Caller
from katgate.authority.role import Role
from katgate.errors import BadRequest, TooManyRequests, Unauthorized
from katgate.hub.deadlines import Timer
from katgate.katcp.patterns import Patterns

__all__ = ["Introduction"]

#: How long a browser may take to say who it is, in seconds.
_LOGIN_S: Final = 10.0


class Introduction:
    """`caller` is who it is; None: it has not said. Call `begin` once it can be spoken to."""

    def __init__(self, caller: Caller | None, socket: BrowserSocket, around: Surroundings) -> None:
        self.caller = caller
        self._socket = socket
        self._around = around
        self._deadline: Timer | None = None

    @property
    def user(self) -> str | None:
        """Its name, for the hello."""
        return self.caller.name if self.caller is not None else None

    @property
    def role(self) -> Role | None:
        """Its role, for the hello."""
        return self.caller.role if self.caller is not None else None

    def demand(self) -> Caller:
        """Return who it is. Raises Unauthorized."""
        return demand(self.caller, Role.VIEWER)

    @property
    def hidden(self) -> Patterns:
        """The devices that it does not see."""
        return self._around.fleet.hidden_from(self.demand())

    def begin(self) -> None:
        """Wait for it to say who it is, if it has not; whoever does not has their socket closed."""
        if self.caller is None:
            self._deadline = self._around.clock.callLater(_LOGIN_S, self._nobody)

    def authenticate(self, token: str) -> Caller:
        """Return who it says that it is, from now on. A login may be renewed; but who somebody is stays the same on a
        socket, as what it has subscribed to was chosen by it. Raises BadRequest, and what `identify` does.
        """
        try:
            caller = self._around.identify(token, self._socket.address)
        except (Unauthorized, TooManyRequests) as error:
            self._around.audit.login_failed(error, self._socket.address)
            raise
        was = self.caller
        if was is not None and (caller.name, caller.role) != (was.name, was.role):
            raise BadRequest(
                f"this socket is {was.name}'s, who is {was.role}; open another to be {caller.name}"
            )
        if was is None:
            self._around.audit.login(caller)
            self._socket.let_in()
        self.caller = caller
        self.end()
        return caller

    def end(self) -> None:
        """Wait no more."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _nobody(self) -> None:
        self._deadline = None
        self._socket.close_unknown()
