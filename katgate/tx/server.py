"""KatCPServer: listens, knows its clients, and stops without cutting anybody off in the middle of a word.

It knows no sensors and no standard requests: a device of one's own is a DeviceServer (`device_server.py`).
"""

import time
from collections.abc import Callable
from typing import Any, Final, cast

from twisted.internet.defer import Deferred, DeferredList, maybeDeferred
from twisted.internet.interfaces import IDelayedCall, IListeningPort
from twisted.internet.protocol import ServerFactory
from twisted.logger import Logger

from katgate.katcp.message import Message
from katgate.tx.deferreds import Once, global_reactor
from katgate.tx.server_protocol import ServerKatCPProtocol

__all__ = ["LOG_LEVELS", "KatCPServer"]

#: From the least talkative to the most; a level stands for itself and all before it.
LOG_LEVELS: Final = ("off", "fatal", "error", "warn", "info", "debug", "trace", "all")

#: How long a client may take to go after `#disconnect`, in seconds, before it is cut.
_GOODBYE_S: Final = 2.0


class KatCPServer(ServerFactory):
    """Listens, and knows its clients: `clients` is peer address -> protocol.

    `port` 0 takes any free one; `host` "" listens on all interfaces. `production` says whether `?halt`
    also stops the reactor, and with it the process.
    """

    log = Logger()
    noisy = False
    production = False
    protocol: Callable[..., Any] = ServerKatCPProtocol

    def __init__(self, port: int = 0, host: str = "", *, reactor: Any = None) -> None:
        self.port = port
        self.host = host
        self.reactor: Any = global_reactor() if reactor is None else reactor
        self.clients: dict[str, ServerKatCPProtocol] = {}
        self.log_level = "warn"
        self._listening: IListeningPort | None = None
        self._stopping: Once[None] | None = None
        self._is_halted = False
        self._comes_back = False

    def start(self) -> IListeningPort:
        """Listen. Returns the listening port, whose `getHost().port` is the one taken.

        Raises twisted.internet.error.CannotListenError if it cannot be had.
        """
        self._is_halted = self._comes_back = False
        self._listening = self.reactor.listenTCP(self.port, self, interface=self.host)
        # A restart must come back where its clients look for it.
        self.port = cast(Any, self._listening.getHost()).port
        return self._listening

    def stop(self) -> "Deferred[None]":
        """Tell the clients, let them go, and stop listening. The Deferred fires when all that is done.

        Called again meanwhile it waits for the same end; a restart that is under way ends there.
        """
        self._comes_back = False
        return self._shut_down()

    def halt(self) -> None:
        """Stop as `?halt` does; in production the reactor too, when the clients have had their reply."""
        if not self._is_halted:
            self._is_halted = True
            self.stop().addCallback(lambda _: self.reactor.stop() if self.production else None)

    def restart(self) -> None:
        """Stop, and start again on the same port; a server that is stopped meanwhile stays so."""
        if self._is_halted:
            return
        self._comes_back = True
        self._shut_down().addCallback(lambda _: self._start_again()).addErrback(
            lambda failure: self.log.failure("! the server could not restart", failure)
        )

    def mass_inform(self, msg: Message, *, but: ServerKatCPProtocol | None = None) -> None:
        """Send an inform to all clients, save `but`."""
        for client in list(self.clients.values()):
            if client is not but:
                client.send_message(msg)

    def is_logged(self, level: str) -> bool:
        """Return whether `#log` informs of that level go out, as `?log-level` was set."""
        return LOG_LEVELS.index(level) <= LOG_LEVELS.index(self.log_level)

    def log_inform(self, level: str, text: str, name: str = "katgate") -> Message:
        """Return `#log level timestamp name text`."""
        return Message.inform("log", level, f"{time.time():.6f}", name, text)

    def _shut_down(self) -> "Deferred[None]":
        if self._stopping is not None:
            return self._stopping.wait()
        stopping: Once[None] = Once()
        self._stopping = stopping
        waiting: list[Deferred[Any]] = []
        if self._listening is not None:
            waiting.append(maybeDeferred(self._listening.stopListening))
            self._listening = None
        for client in list(self.clients.values()):
            waiting.append(client.when_gone())
            client.send_message(Message.inform("disconnect", "the device is shutting down"))
            client.close()
        cut = self.reactor.callLater(_GOODBYE_S, self._cut_all)
        stopped = stopping.wait()
        DeferredList(waiting, consumeErrors=True).addCallback(lambda _: self._stopped(stopping, cut))
        return stopped

    def _stopped(self, stopping: "Once[None]", cut: IDelayedCall) -> None:
        if cut.active():
            cut.cancel()
        self._stopping = None
        stopping.fire(None)

    def _start_again(self) -> None:
        if self._comes_back and self._listening is None:
            self.start()

    def _cut_all(self) -> None:
        for client in list(self.clients.values()):
            client.abort()
