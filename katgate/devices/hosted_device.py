"""HostedDevice: a device whose server runs inside this process. It can be started and stopped from here."""

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.defer import TimeoutError as WaitedEnough

from katgate.devices.device import Device, DeviceView
from katgate.devices.hosting import HostedServer
from katgate.devices.loading import MakeServer
from katgate.devices.options import DeviceOptions
from katgate.errors import HostingError
from katgate.hub.hub import Hub

__all__ = ["HostedDevice"]

#: How long what a server said last may be on its way inside this process, in seconds.
_LAST_WORDS_S: Final = 2.0


class HostedDevice(Device):
    """A device by name, and its server. While that runs it is connected as any device is, by a way inside.

    It is `closed` while the server does not run, with an error that says why, and what to do. The rest of the
    arguments are `Device`'s.
    """

    def __init__(
        self,
        name: str,
        make: MakeServer,
        listen: tuple[str, int] | None,
        hub: Hub,
        options: DeviceOptions,
        *,
        reactor: Any,
        **others: Any,
    ) -> None:
        self._server = HostedServer(
            name, make, listen, reactor=reactor, ended=self._end, changed=self._note_server
        )
        #: One at a time: a start waits for the stop before it.
        self._turns = DeferredLock()
        self._is_gone = False
        self._loop = reactor
        super().__init__(
            name,
            self._server.address,
            self._server.endpoint,
            hub,
            options,
            reactor=reactor,
            is_hosted=True,
            **others,
        )

    def start(self) -> None:
        """Start the server, and connect; as soon as the reactor runs, where a module cannot run it by mistake."""
        self._loop.callWhenRunning(lambda: self._in_turn(self._start))

    def stop(self) -> "Deferred[None]":
        """Close for good, and stop the server."""
        self._is_gone = True
        closed = super().stop()
        return self._in_turn(self._stop_server).addCallback(lambda _: closed)

    def start_server(self) -> "Deferred[None]":
        """Start the server if it does not run: made anew from its class. What goes wrong is in the view."""
        return self._in_turn(self._start)

    def stop_server(self) -> "Deferred[None]":
        """Stop the server if it runs, and be closed."""
        return self._in_turn(self._stop, "it was stopped")

    def restart_server(self) -> "Deferred[None]":
        """Stop the server, and start it anew."""
        return self._in_turn(self._restart)

    def view(self) -> DeviceView:
        """Return what others may know."""
        view = super().view()
        errors = [text for text in (view.error, self._server.trouble) if text]
        return replace(view, address=self._server.address, error="; ".join(errors) or None)

    # In turn.

    async def _start(self) -> None:
        if self._server.is_running or self._is_gone:
            return
        try:
            self._server.start()
        except HostingError as error:
            self._show(str(error))
            self.log.warn("! {name}: {error}", name=self.name, error=str(error))
            return
        self._connection.error = None
        self._mirror.start()

    async def _stop(self, how: str) -> None:
        if not self._server.is_running:
            return
        # The server first: who waits for a reply of it then hears why there is none.
        await self._server.stop()
        await self._hear_last_words()
        await self._mirror.stop()  # and not `Device.stop`, which is for good
        self.log.info("= {name}: {how}", name=self.name, how=how)
        self._show(f"{how}; POST /api/v1/devices/{self.name}/hosting/start starts it anew")

    async def _hear_last_words(self) -> None:
        # Its replies, that to ?halt among them, are on their way until this end too has seen the connection close.
        protocol = self._connection.protocol
        if protocol is not None:
            with suppress(WaitedEnough):
                await protocol.when_lost().addTimeout(_LAST_WORDS_S, self._loop)

    async def _restart(self) -> None:
        await self._stop("it is being restarted")
        await self._start()

    async def _stop_server(self) -> None:
        await self._server.stop()

    def _in_turn(self, step: Any, *arguments: object) -> "Deferred[None]":
        return self._turns.run(lambda: Deferred.fromCoroutine(step(*arguments)))

    # What the server tells.

    def _end(self, how: str) -> None:
        self._in_turn(self._stop, how).addErrback(
            lambda failure: self.log.failure("! {name}: a defect of ours", failure, name=self.name)
        )

    def _note_server(self) -> None:
        self._changed(self)

    def _show(self, error: str) -> None:
        self._connection.error = error
        self._changed(self)
