"""ClientKatCPProtocol: the client's side of one connection to a device.

It negotiates the protocol version, matches replies to requests, and calls `inform_<name>` for informs that
nobody asked for. It does not reconnect (`client_factory.py` does) and knows no sensors (`mirror.py` does).
"""

import socket
from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure

from katgate.errors import (
    DeviceLost,
    DeviceNotConnected,
    NegotiationError,
    RequestTimeout,
    TooManyInforms,
    shortened,
)
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message
from katgate.tx.deferreds import Once, global_reactor
from katgate.tx.negotiation import Negotiation
from katgate.tx.pending import PendingRequest, PendingRequests, ReplyResult
from katgate.tx.protocol import KatCP, is_tcp

__all__ = ["ClientKatCPProtocol"]

#: How long a device may take to say which protocol it speaks, in seconds. Real ones say it at once.
NEGOTIATION_TIMEOUT_S = 5.0

#: How long a request may take unless its sender says otherwise; KATCP expects less than 5 s of most
#: (rev 5.1, request-timeout-hint), real devices take a little longer.
REQUEST_TIMEOUT_S = 10.0

#: What is kept of the informs of all requests under way, in bytes: a list of 100,000 sensors is 60 MB with what is
#: around it.
MAX_INFORMS = 256 * 1024 * 1024

#: How long a device's system may leave unacknowledged what it was sent, in seconds, where no watchdog says so.
UNACKNOWLEDGED_S = 25.0
#: More cannot be said to Linux.
_LONGEST_MS = 2**31 - 1


class ClientKatCPProtocol(KatCP):
    """A device client. Subclass it, and add `inform_<name>(self, msg)` methods (`_` for `-`).

    `flags` is None until it is known which protocol the device speaks; see `when_negotiated`.
    """

    request_timeout_s = REQUEST_TIMEOUT_S
    negotiation_timeout_s = NEGOTIATION_TIMEOUT_S
    max_informs = MAX_INFORMS
    unacknowledged_s = UNACKNOWLEDGED_S

    def __init__(self, reactor: IReactorTime | None = None) -> None:
        super().__init__()
        self.reactor: IReactorTime = global_reactor() if reactor is None else reactor
        self.flags: ProtocolFlags | None = None
        #: When the device was last heard, on the reactor's clock: any bytes are a sign of life.
        self.heard_at = 0.0
        #: Why the device closes the connection, if it has said so.
        self.farewell = ""
        #: Whether the other side has closed it as one does; a process that is killed does that too.
        self.was_closed = False
        self._negotiated: Once[ClientKatCPProtocol] = Once()
        self._lost: Once[None] = Once()
        self._negotiation = Negotiation(self, self._take_flags, self._fail_negotiation)
        self._pending = PendingRequests()

    @property
    def versions(self) -> dict[str, list[str]]:
        """What the device said of its parts: component -> words (version, build)."""
        return self._negotiation.versions

    def when_negotiated(self) -> "Deferred[ClientKatCPProtocol]":
        """Return a Deferred of this protocol, fired once it is known what the device speaks.

        Fails with NegotiationError, or DeviceNotConnected if the connection goes first.
        """
        return self._negotiated.wait()

    def when_lost(self) -> "Deferred[None]":
        """Return a Deferred that fires with None once the connection is gone."""
        return self._lost.wait()

    # Requests.

    def send_request(
        self,
        name: str,
        *arguments: object,
        timeout: float | None = None,
        on_inform: Callable[[Message], None] | None = None,
        keep_informs: bool = True,
    ) -> "Deferred[ReplyResult]":
        """Send `?name arguments...`; the Deferred fires with `(informs, reply)`, whatever the reply says.

        `timeout` is in seconds, `request_timeout_s` if None. `on_inform` is called with each inform of this
        request as it comes in; with `keep_informs=False` they are not in the result. Cancelling the Deferred
        gives up waiting; the device is not told.

            informs, reply = await protocol.send_request("sensor-value", "wind-speed")

        Fails with DeviceNotConnected (nothing was sent), DeviceLost (the connection went before the reply),
        RequestTimeout, or TooManyInforms. Raises MessageError or TypeError for what cannot be sent.
        """
        message = Message.request(name, *arguments)
        bytes(message)  # an illegal name is the caller's error, now, not later
        pending = PendingRequest(
            message, Deferred(lambda _: self._give_up(pending)), on_inform, keeps_informs=keep_informs
        )
        if self.transport is None or self._is_closing:
            pending.result.errback(DeviceNotConnected())
            return pending.result
        pending.started = self.reactor.seconds()
        wait = self.request_timeout_s if timeout is None else timeout
        pending.timer = self.reactor.callLater(wait, self._timed_out, pending)
        if self._pending.add(pending, with_mid=self.flags is not None and self.flags.has_mids):
            self._write(pending)
        return pending.result

    @property
    def busy_since(self) -> float | None:
        """When the request was written that the device may be busy with; None if it has answered all."""
        return self._pending.busy_since(self.heard_at)

    def handle_reply(self, msg: Message) -> None:
        """Give a reply to the request it belongs to."""
        pending = self._pending.find(msg)
        if pending is None or pending.message.name != msg.name:
            self.complain("a reply that nobody waits for", msg)
            return
        following = self._pending.finish(pending)
        if following is not None:
            self._write(following)
        if not pending.is_abandoned:
            _stop_timer(pending)
            pending.result.callback((pending.informs, msg))

    def handle_inform(self, msg: Message) -> None:
        """Give an inform to the request it belongs to, else to `inform_<name>` or `unhandled_inform`."""
        pending = self._pending.find(msg)
        if pending is not None and pending.message.name == msg.name:
            self._pending.add_inform(pending, msg)
            if self._pending.informs_bytes > self.max_informs and not pending.is_abandoned:
                self._give_up(pending)
                pending.result.errback(TooManyInforms(msg.name, self.max_informs))
            return
        if msg.mid is not None:
            self._log.debug(
                "< {peer}: sent an inform to a request of the past: {msg!r}", peer=self.peer, msg=msg
            )
            return
        method = getattr(self, inform_method(msg.name), None)
        if method is not None:
            method(msg)
        else:
            self.unhandled_inform(msg)

    def unhandled_inform(self, msg: Message) -> None:
        """Take an inform that has no `inform_<name>` method."""
        super().handle_inform(msg)

    # The hello, and the farewell.

    def inform_version_connect(self, msg: Message) -> None:
        """Take note of a component; `katcp-protocol` ends the negotiation."""
        self._negotiation.take_component(msg)

    def inform_version(self, msg: Message) -> None:
        """Take note of the device's version, as v4 says it."""
        self._negotiation.take_version(msg.text(0))

    def inform_build_state(self, msg: Message) -> None:
        """Take note of the device's build, as v4 says it."""
        self._negotiation.take_build_state(msg.text(0))

    def inform_disconnect(self, msg: Message) -> None:
        """The device is about to close the connection, and says why."""
        self.farewell = shortened(msg.text(0))

    def inform_client_disconnected(self, msg: Message) -> None:
        """Another client has gone. C servers that throw out the oldest say no other word to it than this."""
        if msg.text(0) == "overloaded":
            self.farewell = "it has too many clients, and dropped this one (#client-disconnected overloaded)"
        self.unhandled_inform(msg)

    def _take_flags(self, flags: ProtocolFlags) -> None:
        self.flags = flags
        self._log.debug("= {peer}: speaks KATCP {flags}", peer=self.peer, flags=flags)
        self._negotiated.fire(self)

    def _fail_negotiation(self, why: str) -> None:
        self._negotiated.fire(Failure(NegotiationError(why)))
        self.abort()

    # Twisted's side.

    def connectionMade(self) -> None:
        """Wait for the device to say what it speaks."""
        super().connectionMade()
        self.heard_at = self.reactor.seconds()
        if is_tcp(self.transport) and hasattr(socket, "TCP_USER_TIMEOUT"):
            # While a request is on its way nothing is asked to keep the connection alive, and Linux would try
            # for a quarter of an hour. (For a client alone: a server would so cut who is slow to read.)
            handle: socket.socket = self.transport.getHandle()
            wait_ms = max(1, min(round(1000 * self.unacknowledged_s), _LONGEST_MS))  # 0 would be for ever
            handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, wait_ms)
        self._negotiation.start()

    def dataReceived(self, data: bytes) -> None:
        """Take note of a sign of life."""
        self.heard_at = self.reactor.seconds()
        if self.flags is None:
            self._negotiation.take_bytes(data)
        super().dataReceived(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Fail everything that waits: the connection was lost before the reply."""
        super().connectionLost(reason)
        self.was_closed = reason.check(ConnectionDone) is not None
        self._negotiation.stop()
        said = f"; it said: {self.farewell}" if self.farewell else ""
        why = f"it closed the connection ({reason.getErrorMessage().rstrip('.')}){said}"
        self._negotiated.fire(Failure(DeviceNotConnected(why=why)))
        self._lost.fire(None)
        for pending in self._pending.clear():
            if pending.is_abandoned:
                continue  # given up because of one that was told before it
            _stop_timer(pending)
            name = pending.message.name
            pending.result.errback(DeviceLost(request=name) if pending.is_sent else DeviceNotConnected())

    # Details.

    def _write(self, pending: PendingRequest) -> None:
        pending.sent_at = self.reactor.seconds()
        self.send_message(pending.message)

    def _timed_out(self, pending: PendingRequest) -> None:
        self._give_up(pending)
        elapsed = self.reactor.seconds() - pending.started
        pending.result.errback(RequestTimeout(pending.message.name, elapsed, behind=not pending.is_sent))

    def _give_up(self, pending: PendingRequest) -> None:
        _stop_timer(pending)
        self._pending.abandon(pending)


def inform_method(name: str) -> str:
    """Return the name of the method that takes an inform."""
    return "inform_" + name.replace("-", "_")


def _stop_timer(pending: PendingRequest) -> None:
    if pending.timer is not None and pending.timer.active():
        pending.timer.cancel()
    pending.timer = None
