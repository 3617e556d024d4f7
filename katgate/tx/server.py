"""KatCPServer: listens, knows its clients, and stops without cutting anybody off in the middle of a word.

It knows no sensors and no standard requests: a device of one's own is a DeviceServer (`device_server.py`).
"""

import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, cast

from twisted.internet.defer import CancelledError, Deferred, DeferredList, maybeDeferred
from twisted.internet.endpoints import TCP4ServerEndpoint, TCP6ServerEndpoint
from twisted.internet.interfaces import IListeningPort, IStreamServerEndpoint
from twisted.internet.protocol import ServerFactory
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from katgate.katcp.message import Message
from katgate.tx.deferreds import Once, global_reactor
from katgate.tx.guests import present_host
from katgate.tx.handlers import handlers_of
from katgate.tx.server_protocol import ServerKatCPProtocol

__all__ = ["LOG_LEVELS", "KatCPServer"]

#: From the least talkative to the most; a level stands for itself and all before it.
LOG_LEVELS: Final = ("off", "fatal", "error", "warn", "info", "debug", "trace", "all")

#: How long requests and services may take to end once they are cancelled, in seconds.
_ENDING_S: Final = 2.0

#: Connections that may wait to be accepted; a restart brings all clients back at once.
_BACKLOG: Final = 128


class KatCPServer(ServerFactory):
    """Listens, and knows its clients: `clients` is peer address -> protocol.

    `port` 0 takes any free one; `host` "" listens on all interfaces of IPv4, "::" on all. Or give an
    `endpoint` of Twisted's. `production` says whether `?halt` also stops the reactor, and with it the
    process; in a program that hosts it (`guests.py`) it never does.

        server = KatCPServer(7147)
        print(server.start().getHost().port)
        ...
        await server.stop()
    """

    noisy = False
    production = False
    protocol: Callable[..., Any] = ServerKatCPProtocol
    _log: Any = Logger()

    def __init__(
        self,
        port: int = 0,
        host: str = "",
        *,
        endpoint: IStreamServerEndpoint | None = None,
        reactor: Any = None,
    ) -> None:
        if not isinstance(port, int):
            raise TypeError(f"{port!r} is not a port; the port comes first, and then the host")
        self.port = port
        self.host = host
        # Not `_host`, which subclasses may well call theirs.
        self._hosted_by = present_host()
        if reactor is None:
            reactor = global_reactor() if self._hosted_by is None else self._hosted_by.reactor
        self.reactor: Any = reactor
        self.clients: dict[str, ServerKatCPProtocol] = {}
        self.log_level = "warn"
        #: Why requests under way were ended, in words for their clients.
        self.why_ended = "the device is shutting down"
        #: Where it listens, if not at `host` and `port`.
        self.endpoint = endpoint
        #: Whether `start` has done.
        self._listens_at_once = False
        self._listening: IListeningPort | None = None
        self._stopping: Once[None] | None = None
        self._is_halted = False
        self._comes_back = False
        self._has_ended = False
        self._attempt: Deferred[IListeningPort] | None = None
        #: Under way, and cancelled when the server stops; a restart leaves the services alone.
        self._requests: dict[Deferred[Any], None] = {}
        self._services: dict[Deferred[Any], None] = {}

    def start(self) -> IListeningPort:
        """Listen. Returns the listening port, whose `getHost().port` is the one taken.

        Raises twisted.internet.error.CannotListenError if it cannot be had, and TypeError for a handler
        with an annotation that has no KATCP type. An endpoint that takes its time needs `listen`.
        """
        found: list[Any] = []
        listening = self.listen().addBoth(found.append)
        if not found:
            listening.cancel()
            raise RuntimeError("this endpoint does not listen at once; use listen(), and await it")
        if isinstance(found[0], Failure):
            found[0].raiseException()
        self._listens_at_once = True
        return cast(IListeningPort, found[0])

    def listen(self) -> "Deferred[IListeningPort]":
        """Listen, as `start` does. Returns a Deferred of the listening port."""
        self.check()
        self._is_halted = self._comes_back = self._has_ended = False
        self._attempt = attempt = maybeDeferred(self._where().listen, self)
        return attempt.addCallbacks(self._listens, self._does_not_listen)

    def check(self) -> None:
        """Raise TypeError or ValueError for what cannot be served; called before listening."""
        if isinstance(self.protocol, type):
            handlers_of(self.protocol)
        for attribute in dir(type(self)):
            if attribute.startswith("request_"):
                raise TypeError(
                    f"{type(self).__name__}.{attribute}: requests are methods of the protocol class, of which each "
                    "client has an object; the server is its `factory`"
                )

    def stop(self) -> "Deferred[None]":
        """End what is under way, tell the clients, let them go, and stop listening. The Deferred fires when
        all that is done.

        Called again meanwhile it waits for the same end; a restart that is under way ends there.
        """
        self._comes_back = False
        return self._shut_down()

    def halt(self) -> None:
        """Stop as `?halt` does; in production the reactor too, when the clients have had their reply."""
        if not self._is_halted:
            self._is_halted = True
            # Which may be overridden: by a coroutine, or one that fails. Halted it is all the same.
            maybeDeferred(self.stop).addErrback(
                lambda failure: self._log.failure("! the server could not stop as it should", failure)
            ).addCallback(lambda _: self._end_program())

    def restart(self) -> None:
        """Stop, and start again on the same port; a server that is stopped meanwhile stays so."""
        if self._is_halted:
            return
        self._comes_back = True
        self._shut_down().addCallback(lambda _: self._start_again()).addErrback(
            lambda failure: self._log.failure("! the server could not restart", failure)
        )

    @property
    def is_listening(self) -> bool:
        """Whether clients may come."""
        return self._listening is not None

    @property
    def has_ended(self) -> bool:
        """Whether it has stopped since it listened last, and not to come back: nothing of it is left."""
        return self._has_ended

    @property
    def is_stopping(self) -> bool:
        """Whether it is letting its clients go: nothing new is begun."""
        return self._stopping is not None

    def add_service(self, service: Coroutine[Any, Any, object]) -> "Deferred[Any]":
        """Run a coroutine that ends with the server: it is cancelled when that stops, and awaited; `?restart`
        leaves it alone. One that fails is logged.

            async def watch_the_weather(self): ...

            server.add_service(server.watch_the_weather())

        Returns a Deferred, whose `cancel` ends it sooner.
        """
        running = Deferred.fromCoroutine(service)
        _note(self._services, running)
        return running.addErrback(self._service_failed)

    def own(self, request: "Deferred[Any]") -> None:
        """Cancel that Deferred, of a request under way, when the server stops or restarts."""
        _note(self._requests, request)

    def mass_inform(self, msg: Message, *, but: ServerKatCPProtocol | None = None) -> None:
        """Send an inform to all clients, save `but`."""
        for client in list(self.clients.values()):
            if client is not but:
                client.send_message(msg)

    def is_logged(self, level: str) -> bool:
        """Return whether `#log` informs of that level go out, as `?log-level` was set."""
        return LOG_LEVELS.index(level) <= LOG_LEVELS.index(self.log_level)

    def log_inform(
        self, level: str, text: str, name: str = "katgate", timestamp: float | None = None
    ) -> Message:
        """Return `#log level timestamp name text`; `timestamp` in UNIX seconds, now if None."""
        at = time.time() if timestamp is None else timestamp
        return Message.inform("log", level, f"{at:.6f}", name, text.encode("utf-8", "backslashreplace"))

    def _where(self) -> IStreamServerEndpoint:
        if self.endpoint is not None:
            return self.endpoint
        kind = TCP6ServerEndpoint if ":" in self.host else TCP4ServerEndpoint
        return kind(self.reactor, self.port, _BACKLOG, self.host)

    def _listens(self, listening: IListeningPort) -> IListeningPort:
        self._attempt = None
        self._listening = listening
        # A restart must come back where its clients look for it.
        self.port = getattr(listening.getHost(), "port", self.port)
        return listening

    def _does_not_listen(self, why: Failure) -> Failure:
        self._attempt = None
        return why

    def _shut_down(self) -> "Deferred[None]":
        if self._stopping is None:
            self._stopping = stopping = Once[None]()
            ending = Deferred.fromCoroutine(self._let_go())
            ending.addErrback(lambda failure: self._log.failure("! a defect of ours while stopping", failure))
            ending.addCallback(lambda _: self._stopped(stopping))
            return stopping.wait()
        return self._stopping.wait()

    async def _let_go(self) -> None:
        if self._attempt is not None:
            self._attempt.cancel()
        # The port first: a client that comes back at once must not be taken by who is about to go.
        if self._listening is not None:
            listening, self._listening = self._listening, None
            await maybeDeferred(listening.stopListening)
        # A turn later: who asked for this has its reply by then.
        await deferLater(self.reactor, 0)
        gone = [client.when_gone() for client in self.clients.values()]
        requests = self._cancel(self._requests)
        for client in list(self.clients.values()):
            client.disconnect(self.why_ended)
        await DeferredList(gone, consumeErrors=True)
        await self._all_of(requests)
        if not self._comes_back:  # which a stop may have changed meanwhile
            await self._all_of(self._cancel(self._services))

    def _cancel(self, under_way: "dict[Deferred[Any], None]") -> "list[Deferred[None]]":
        """Cancel all of these; return what fires when they have ended."""
        each = list(under_way)
        ended = [_end_of(deferred) for deferred in each]
        for deferred in each:
            try:
                deferred.cancel()
            except Exception:
                self._log.failure("! what was to be cancelled with the server raised an error")
        return ended

    async def _all_of(self, ended: "list[Deferred[None]]") -> None:
        # Cancelling the list at the timeout fails those of it that have not ended.
        outcomes = await DeferredList(ended, consumeErrors=True).addTimeout(_ENDING_S, self.reactor)
        left = [outcome for is_ended, outcome in outcomes if not is_ended]
        if left:
            self._log.warn("! {count} requests or services do not end, and are left", count=len(left))

    def _stopped(self, stopping: "Once[None]") -> None:
        self._stopping = None
        self._has_ended = not self._comes_back
        stopping.fire(None)

    def _start_again(self) -> object:
        if not self._comes_back or self._listening is not None or self._attempt is not None:
            return None
        # By `start`, which may be overridden, where that will do.
        return self.start() if self.endpoint is None or self._listens_at_once else self.listen()

    def _service_failed(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            self._log.failure("! a service of the server failed", failure)
            if self._hosted_by is not None:
                self._hosted_by.service_failed(failure)

    def _end_program(self) -> None:
        if self._hosted_by is not None:
            self._hosted_by.halted(self)
        elif self.production:
            self.reactor.stop()


def _note(under_way: "dict[Deferred[Any], None]", deferred: "Deferred[Any]") -> None:
    """Keep a Deferred among those under way, until it fires."""
    under_way[deferred] = None

    def forget(result: Any) -> Any:
        under_way.pop(deferred, None)
        return result

    deferred.addBoth(forget)


def _end_of(deferred: "Deferred[Any]") -> "Deferred[None]":
    """Return a Deferred that fires when that one has, whatever its result."""
    ended: Deferred[None] = Deferred()

    def tell(result: Any) -> Any:
        if not ended.called:
            ended.callback(None)
        return result

    deferred.addBoth(tell)
    return ended
