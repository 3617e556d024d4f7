"""HostedServer: one device server that runs inside this process. It may fail as it likes; others run on."""

from collections.abc import Callable
from typing import Any, Final

from twisted.internet.defer import maybeDeferred
from twisted.internet.endpoints import TCP4ServerEndpoint, TCP6ServerEndpoint
from twisted.internet.error import CannotListenError
from twisted.logger import Logger
from twisted.python.failure import Failure

from katgate.devices.loading import RAISED, MakeServer, words_of
from katgate.errors import HostingError
from katgate.tx.guests import GuestReactor, hosted_by
from katgate.tx.inside import InsideEndpoint
from katgate.tx.server import KatCPServer

__all__ = ["HostedServer"]

#: What a server that has no port of its own is constructed with, and is shown to be at.
_INSIDE: Final = ("127.0.0.1", 0)
_INTERNAL: Final = "internal"

#: How long a server's `stop` may take, in seconds, before it is left to itself. The usual takes up to 6 s if all its
#: clients and services are slow to end.
_STOPPING_S: Final = 10.0


class HostedServer:
    """Makes a device server, starts it, and stops it; each start makes it anew from its class.

    `listen` is the IP address and port where others find it, None if nobody shall; `endpoint` is where this process
    does, whatever becomes of the port. The server is given a reactor that it cannot stop, and what it does at its end
    (`?halt`, `production`) ends it alone: then `ended` is called with how, for `stop` to be called. `changed` is
    called when `trouble` or `address` is another.

    What a server does while it runs is done in this process: a handler that blocks holds up everybody.
    """

    log = Logger()

    def __init__(
        self,
        name: str,
        make: MakeServer,
        listen: tuple[str, int] | None,
        *,
        reactor: Any,
        ended: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self.name = name
        self._failed_service = ""
        self._last_address = _INTERNAL
        #: Where it listened first after it was made, so that ?restart comes back there; 0 before.
        self._port = 0
        self._make = make
        self._listen = listen
        self._real_reactor = reactor
        self._ended = ended
        self._changed = changed
        self._server: KatCPServer | None = None
        self.endpoint = InsideEndpoint(
            reactor, self._port_endpoint, client_name="katgate", server_name=f"hosted {name}"
        )
        self.reactor = GuestReactor(reactor, self._stopped_reactor)

    @property
    def address(self) -> str:
        """As shown to people: where it listens, or did last, or `internal`."""
        at = self.endpoint.port
        if at is not None:
            self._last_address = f"[{at.host}]:{at.port}" if ":" in at.host else f"{at.host}:{at.port}"
        elif self.is_running:
            self._last_address = _INTERNAL
        return self._last_address

    @property
    def trouble(self) -> str | None:
        """What is wrong with it although it runs, in words."""
        error = self.endpoint.port_error if self.is_running else None
        troubles = [_why_no_port(error)] if error is not None else []
        if self._failed_service:
            troubles.append(f"a service of it failed: {self._failed_service}")
        return "; ".join(troubles) or None

    @property
    def is_running(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self._server is not None

    def start(self) -> None:
        """Make it and let it listen. Raises HostingError, which says what its code has done."""
        self._failed_service = ""
        self._port = 0
        try:
            with hosted_by(self):
                server = self._made()
                server.endpoint = self.endpoint
                server.start()
            if not server.is_listening:
                raise HostingError("its `start` does not call that of KatCPServer, so it does not listen")
        except RAISED as error:
            self._let_go_of_failed()
            if not isinstance(error, HostingError) or error.__cause__ is not None:
                self.log.failure("! {name}: its code raised an error", name=self.name)
            raise HostingError(f"it cannot be started: {words_of(error)}") from None
        self._note_port()

    async def stop(self) -> None:
        """Stop it, as well as it can be."""
        server, self._server = self._server, None
        self._failed_service = ""
        # To stop twice, as after ?halt, is more than many can.
        if server is not None and not server.has_ended:
            try:
                await maybeDeferred(server.stop).addTimeout(_STOPPING_S, self._real_reactor)
            except RAISED:
                self.log.failure("! {name}: its `stop` failed; it is stopped without", name=self.name)
            if not server.has_ended:
                await KatCPServer.stop(server)
        await self.endpoint.close()

    # Host.

    def halted(self, server: KatCPServer) -> None:
        """It was halted; or another was that it had made, which is its own business."""
        if server is self._server:
            self._ended("it was halted")

    def service_failed(self, failure: Failure) -> None:
        """Show it: the server runs on without that service."""
        self._failed_service = words_of(failure)
        self._changed()

    def _stopped_reactor(self) -> None:
        self.log.warn("! {name}: it called reactor.stop(), which ends it alone", name=self.name)
        if self._server is not None:
            self._ended("it stopped the reactor, which ended it alone")

    # Details.

    def _made(self) -> KatCPServer:
        host, port = self._listen or _INSIDE
        server = self._make(port, host)
        if not isinstance(server, KatCPServer):
            raise HostingError(f"what was made is no KatCPServer, but {server!r:.100}")
        self._server = server  # there is something to let go of, if it fails from here on
        if server.is_listening:
            raise HostingError("its constructor calls `start`, which is called for it")
        return server

    def _let_go_of_failed(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            KatCPServer.stop(server)  # its own may be what has failed
        self.endpoint.close()

    def _port_endpoint(self) -> TCP4ServerEndpoint | TCP6ServerEndpoint | None:
        if self._listen is None:
            return None
        host, port = self._listen
        kind = TCP6ServerEndpoint if ":" in host else TCP4ServerEndpoint
        return kind(self._real_reactor, self._port or port, interface=host)

    def _note_port(self) -> None:
        at, error = self.endpoint.port, self.endpoint.port_error
        if at is not None:
            self._port = at.port
        elif error is not None:
            self.log.warn("! {name}: {trouble}", name=self.name, trouble=_why_no_port(error))
        self.log.info("= {name}: hosted, {address}", name=self.name, address=self.address)
        self._changed()


def _why_no_port(error: CannotListenError) -> str:
    at = f"{error.interface} port {error.port}"
    return f"it has no port of its own: {at}: {error.socketError}; katgate reaches it inside"
