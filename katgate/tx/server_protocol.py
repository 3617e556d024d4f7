"""ServerKatCPProtocol: the server's side of one connection. It calls a request's handler and sends the reply.

It knows no sensors and no standard requests (`device_protocol.py` does).
"""

from collections import deque
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, Final

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure

from katgate.errors import AsyncReply, FailReply, InvalidReply
from katgate.katcp.message import Message, MessageType
from katgate.tx.deferreds import Once, deferred_of
from katgate.tx.handlers import Handler, dynamic_handler, handlers_of, method_name
from katgate.tx.protocol import KatCP
from katgate.tx.request import Request

if TYPE_CHECKING:
    from katgate.tx.server import KatCPServer

__all__ = ["Answer", "ServerKatCPProtocol"]

#: What a plain handler gives: the reply, or an awaitable of it.
Answer = Message | Awaitable[Message]

#: Requests of one client that are under way at once; as many as aiokatcp allows.
MAX_PENDING: Final = 100

#: How long a client that does not read may take to read why it is cut off, in seconds.
_LAST_WORD_S: Final = 2.0


class ServerKatCPProtocol(KatCP):
    """One client of a server. Subclass it, and add `request_<name>` methods (`_` for `-`).

    A **typed** handler takes the request first, called `req`, then its arguments by annotation; what it
    returns follows `ok`. A bad argument is answered `fail` with a sentence that names it.

        async def request_track(self, req: Request, az: float, el: float = 45.0) -> float:
            \"\"\"Go to a position: `?track azimuth [elevation]`, in degrees.\"\"\"
            req.inform("on my way")
            return await self.factory.dish.track(az, el)

    Annotations are int, float, bool, str, bytes, enumerations, `Literal`, any of these or None, and
    `Annotated[float, Float(min=0, max=90)]`; `*rest: str` takes all that are left.

    A **plain** handler takes the Message and returns the reply Message, as in katcp.tx:

        def request_foo(self, msg):
            \"\"\"Say fine.\"\"\"
            self.send_message(Message.inform("foo", "fine"))
            return Message.reply("foo", "ok", "1")

    Either may be `async def` or return a Deferred; other requests are served meanwhile, and it goes on when
    its client leaves. It raises FailReply("why") or InvalidReply("why") for these replies, or AsyncReply if
    it calls `send_reply` itself later. Anything else that it raises is logged and answered `fail`.
    Its docstring is its `?help`.

    Of requests that carry no message id those of one name are answered in order (a client could not tell
    their replies apart). While `max_pending` requests are under way, no more are read.
    """

    factory: "KatCPServer"
    max_pending = MAX_PENDING

    def __init__(self) -> None:
        super().__init__()
        self._handlers = handlers_of(type(self))
        self._handling: Message | None = None
        self._pending = 0
        #: Requests without an id that wait for an earlier one of their name; no entry: none is under way.
        self._queues: dict[str, deque[Message]] = {}
        self._gone: Once[None] = Once()

    def when_gone(self) -> "Deferred[None]":
        """Return a Deferred that fires with None once the client is gone."""
        return self._gone.wait()

    # What handlers call.

    def send_message(self, msg: Message) -> None:
        """Write a message. An inform of the name of the request that is being handled belongs to it, and
        goes out with its id. (Code after an `await` says so itself, with `send_reply_inform`.)
        """
        handling = self._handling
        if (
            handling is not None
            and handling.mid is not None
            and msg.mtype is MessageType.INFORM
            and msg.name == handling.name
            and msg.mid is None
        ):
            # A copy: the message may be on its way to other clients too, to whom the id means nothing.
            msg = Message(msg.mtype, msg.name, msg.arguments, handling.mid)
        super().send_message(msg)

    def send_reply(self, request: Message, *arguments: object) -> None:
        """Reply to `request`: `send_reply(msg, "ok", 3)`."""
        super().send_message(Message.reply_to_request(request, *arguments))

    def send_reply_inform(self, request: Message, *arguments: object) -> None:
        """Send an inform that belongs to `request`."""
        super().send_message(Message.reply_inform(request, *arguments))

    def disconnect(self, why: str, within_s: float) -> None:
        """Tell the client why, and close when that is out; cut after so many seconds if it does not take it."""
        self.close(Message.inform("disconnect", why))
        cut = self.factory.reactor.callLater(within_s, self.abort)
        self.when_gone().addCallback(lambda _: cut.cancel() if cut.active() else None)

    def too_slow(self) -> None:
        """Drop what waits for a client that does not read, and tell it so in case it reads on."""
        self.forget_backlog()
        self.disconnect("you read too slowly", _LAST_WORD_S)

    def make_request(self, msg: Message) -> Request:
        """Return what a typed handler is given for a Message."""
        return Request(self, msg)

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handlers by the names of their requests, for `?help`."""
        return self._handlers

    def handler_of(self, name: str) -> Handler | None:
        """Return the handler of a request, or None. Also one that this object alone has."""
        handler = self._handlers.get(name)
        if handler is None:
            method = getattr(self, method_name(name), None)
            handler = dynamic_handler(method) if method is not None else None
        return handler

    # From the wire.

    def handle_request(self, msg: Message) -> None:
        """Call the handler and send its reply. No exception of a handler is lost or ends the connection."""
        if msg.mid is None and self._queues and msg.name in self._queues:
            self._queues[msg.name].append(msg)
            self._more_pending()
            return
        self._handle(msg)

    def handle_reply(self, msg: Message) -> None:
        """Tell the client that nobody asked (KATCP guidelines, section on unexpected messages)."""
        self._log_to_client(f"unexpected reply: {msg.name}")

    def handle_unparsable(self, error: ValueError) -> None:
        """Tell the client that a line was no KATCP; the connection lives on."""
        self._log_to_client(f"a line could not be parsed: {error}")

    def _handle(self, msg: Message) -> None:
        handler = self.handler_of(msg.name)
        if handler is None:
            self.send_reply(msg, "invalid", f"Unknown request {msg.name}")
            return
        self._handling = msg
        try:
            result = handler.call(self, msg)
            waiting = deferred_of(result)
            if waiting is None:
                self._handling = None
                super().send_message(handler.reply(msg, result))
        except Exception:
            self._handling = None
            self._reply_to_failure(Failure(), msg)
        else:
            self._handling = None
            if waiting is not None:
                self._reply_later(waiting, handler, msg)

    def _reply_later(self, waiting: "Deferred[Any]", handler: Handler, msg: Message) -> None:
        if msg.mid is None:
            self._queues.setdefault(msg.name, deque())
        self._more_pending()
        self.factory.own(waiting)
        waiting.addCallback(
            lambda result: super(ServerKatCPProtocol, self).send_message(handler.reply(msg, result))
        )
        waiting.addErrback(self._reply_to_failure, msg)
        waiting.addBoth(lambda _: self._replied(msg))

    def _replied(self, msg: Message) -> None:
        queue = self._queues.get(msg.name) if msg.mid is None else None
        if queue is not None:
            del self._queues[msg.name]
            self._run_queue(msg.name, queue)
        self._fewer_pending()

    def _run_queue(self, name: str, queue: deque[Message]) -> None:
        while queue:
            msg = queue.popleft()
            if self.factory.is_stopping:
                self._reply_to_failure(Failure(CancelledError()), msg)
            else:
                self._handle(msg)
            self._pending -= 1
            if name in self._queues:  # this one takes its time too: the rest waits for it
                self._queues[name] = queue
                return

    def _more_pending(self) -> None:
        self._pending += 1
        if self._pending >= self.max_pending:
            self.hold()

    def _fewer_pending(self) -> None:
        self._pending -= 1
        if self._pending < self.max_pending:
            self.release()

    def _reply_to_failure(self, failure: Failure, request: Message) -> None:
        error = failure.value
        if isinstance(error, AsyncReply):
            return
        if isinstance(error, FailReply | InvalidReply):
            code = "fail" if isinstance(error, FailReply) else "invalid"
            self.send_reply(request, code, str(error).encode("utf-8", "backslashreplace"))
            return
        if isinstance(error, CancelledError):
            self.send_reply(request, "fail", f"?{request.name} was ended: {self.factory.why_ended}")
            return
        # The traceback is for us; the client learns that it was not its fault.
        self.log.failure("! {peer} ?{name} failed", failure, peer=self.peer, name=request.name)
        self.send_reply(request, "fail", f"?{request.name} failed inside the device; its log tells more")

    def _log_to_client(self, text: str) -> None:
        if self.factory.is_logged("error"):
            self.send_message(self.factory.log_inform("error", text))

    # Twisted's side.

    def connectionMade(self) -> None:
        """Join the server's clients."""
        super().connectionMade()
        self.factory.clients[self.peer] = self

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Leave the server's clients. Requests under way go on; those that wait for one are dropped."""
        if self.factory.clients.get(self.peer) is self:
            del self.factory.clients[self.peer]
        for queue in self._queues.values():
            queue.clear()
        super().connectionLost(reason)
        self._gone.fire(None)
