"""ServerKatCPProtocol: the server's side of one connection. It calls a request's handler and sends the reply.

It knows no sensors and no standard requests (`device_protocol.py` does).
"""

import itertools
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
from katgate.tx.request import Replied, Request

if TYPE_CHECKING:
    from katgate.tx.server import KatCPServer

__all__ = ["Answer", "ServerKatCPProtocol"]

#: What a plain handler gives: the reply, or an awaitable of it.
Answer = Message | Awaitable[Message]

#: Requests of one client that are under way at once; as many as aiokatcp allows.
MAX_PENDING: Final = 100

#: How long a client may take to go after `#disconnect`, in seconds, before it is cut.
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
        #: The request whose handler runs at this moment, and whether it has sent the reply itself.
        self._handling: Message | None = None
        self._is_answered = False
        #: Requests under way, and those that wait for one.
        self._pending = 0
        #: How many queues are being worked off; nothing that came later may be handled meanwhile.
        self._running = 0
        #: Requests without an id that wait for an earlier one of their name; no entry: none is under way.
        self._queues: dict[str, deque[Message]] = {}
        #: Requests whose handlers raised AsyncReply, by name: the replies are to have their ids.
        self._answered_later: dict[str, deque[Message]] = {}
        self._gone: Once[None] = Once()

    def when_gone(self) -> "Deferred[None]":
        """Return a Deferred that fires with None once the client is gone."""
        return self._gone.wait()

    # What handlers call.

    def send_message(self, msg: Message) -> None:
        """Write a message. A reply or inform of the name of the request that is being handled belongs to it, and
        goes out with its id; a reply later on has that of the oldest request of its name that was to be
        answered later (AsyncReply). Informs after an `await` say whose they are, with `send_reply_inform`.
        """
        if msg.mid is None:
            mid = self._mid_for(msg)
            if mid is not None:
                # A copy: the message may be on its way to other clients too, to whom the id means nothing.
                msg = Message(msg.mtype, msg.name, msg.arguments, mid)
        super().send_message(msg)

    def send_reply(self, request: Message, *arguments: object) -> None:
        """Reply to `request`: `send_reply(msg, "ok", 3)`."""
        if self._handling is request:
            self._is_answered = True
        if self._answered_later:
            self._forget_answered_later(request)
        super().send_message(Message.reply_to_request(request, *arguments))

    def send_reply_inform(self, request: Message, *arguments: object) -> None:
        """Send an inform that belongs to `request`."""
        super().send_message(Message.reply_inform(request, *arguments))

    def disconnect(self, why: str) -> None:
        """Tell the client why, and close when that is out; cut if it does not take it within two seconds."""
        self.close(Message.inform("disconnect", why))
        cut = self.factory.reactor.callLater(_LAST_WORD_S, self.abort)
        self.when_gone().addCallback(lambda _: cut.cancel() if cut.active() else None)

    def too_slow(self) -> None:
        """Drop what waits for a client that does not read, and tell it so in case it reads on."""
        self.forget_backlog()
        self.disconnect("you read too slowly")

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
            handler = dynamic_handler(method) if callable(method) else None
        return handler

    # From the wire.

    def handle_request(self, msg: Message) -> None:
        """Call the handler and send its reply. No exception of a handler is lost or ends the connection."""
        if msg.mid is None and self._queues and msg.name in self._queues:
            self._queues[msg.name].append(msg)
            self._pending += 1
            self._hold_or_release()
            return
        self._handle(msg)

    def handle_reply(self, msg: Message) -> None:
        """Tell the client that nobody asked (KATCP guidelines, section on unexpected messages)."""
        self._log_to_client(f"unexpected reply: {msg.name}")

    def handle_unparsable(self, error: ValueError) -> None:
        """Tell the client that a line was no KATCP; the connection lives on."""
        self._log_to_client(f"a line could not be parsed: {error}")

    def _mid_for(self, msg: Message) -> int | None:
        handling = self._handling
        if handling is not None and msg.name == handling.name:
            self._is_answered = self._is_answered or msg.mtype is MessageType.REPLY
            return handling.mid
        later = self._answered_later.get(msg.name) if msg.mtype is MessageType.REPLY else None
        if not later:
            return None
        request = later[0]
        self._forget_answered_later(request)
        return request.mid

    def _forget_answered_later(self, request: Message) -> None:
        later = self._answered_later.get(request.name)
        if later is not None and request in later:
            later.remove(request)
            if not later:
                del self._answered_later[request.name]

    def _handle(self, msg: Message) -> None:
        if self.factory.is_stopping:
            self._reply_to_failure(Failure(CancelledError()), msg)
            return
        handler = self.handler_of(msg.name)
        if handler is None:
            self.send_reply(msg, "invalid", f"Unknown request {msg.name}")
            return
        outer, self._handling, self._is_answered = self._handling, msg, False
        try:
            result = handler.call(self, msg)
            waiting = deferred_of(result)
            if waiting is None:
                super().send_message(handler.reply(msg, result))
        except (Exception, SystemExit):  # sys.exit() in a handler would end the connection, and nothing else
            waiting = None
            self._reply_to_failure(Failure(), msg)
        finally:
            self._handling = outer
        if waiting is not None:
            self._reply_later(waiting, handler, msg)

    def _reply_later(self, waiting: "Deferred[Any]", handler: Handler, msg: Message) -> None:
        if msg.mid is None:
            self._queues.setdefault(msg.name, deque())
        self._pending += 1
        self.factory.own(waiting)
        waiting.addCallback(
            lambda result: super(ServerKatCPProtocol, self).send_message(handler.reply(msg, result))
        )
        waiting.addErrback(self._reply_to_failure, msg)
        waiting.addBoth(lambda _: self._replied(msg))
        self._hold_or_release()

    def _replied(self, msg: Message) -> None:
        queue = self._queues.pop(msg.name, None) if msg.mid is None else None
        self._running += 1
        while queue:
            self._handle(queue.popleft())
            self._pending -= 1
            if msg.name in self._queues:  # this one takes its time too: the rest waits for it
                self._queues[msg.name] = queue
                break
        self._running -= 1
        self._pending -= 1
        self._hold_or_release()

    def _hold_or_release(self) -> None:
        """Read on if less is under way than may be, the client takes its replies, and nothing that came before
        is about to be handled.
        """
        if self._pending >= self.max_pending or self._is_paused:
            self.hold()
        elif not self._running:
            self.release()

    def pauseProducing(self) -> None:
        """The client does not take its replies: do not read more requests, whose replies would pile up."""
        super().pauseProducing()
        self._hold_or_release()

    def resumeProducing(self) -> None:
        """It takes them again."""
        super().resumeProducing()
        self._hold_or_release()

    def _reply_to_failure(self, failure: Failure, request: Message) -> None:
        error = failure.value
        if isinstance(error, AsyncReply):
            is_answered = self._handling is request and self._is_answered
            if request.mid is not None and not is_answered and not isinstance(error, Replied):
                self._answered_later.setdefault(request.name, deque(maxlen=self.max_pending)).append(request)
            return
        if isinstance(error, FailReply | InvalidReply):
            code = "fail" if isinstance(error, FailReply) else "invalid"
            self.send_reply(request, code, str(error).encode("utf-8", "backslashreplace"))
            return
        if isinstance(error, CancelledError) and self.factory.is_stopping:
            self.send_reply(request, "fail", f"?{request.name} was ended: {self.factory.why_ended}")
            return
        # The traceback is for us; the client learns that it was not its fault.
        self._log.failure("! {peer}: ?{name} failed", failure, peer=self.peer, name=request.name)
        self.send_reply(request, "fail", f"?{request.name} failed inside the device; its log tells more")

    def _log_to_client(self, text: str) -> None:
        if self.factory.is_logged("error"):
            self.send_message(self.factory.log_inform("error", text))

    # Twisted's side.

    def connectionMade(self) -> None:
        """Join the server's clients."""
        super().connectionMade()
        if self.peer in self.factory.clients:  # of a UNIX socket all have one address
            numbers = itertools.count(2)
            self._peer = next(
                name for n in numbers if (name := f"{self.peer}#{n}") not in self.factory.clients
            )
        self.factory.clients[self.peer] = self

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Leave the server's clients. Requests under way go on; those that wait for one are dropped."""
        if self.factory.clients.get(self.peer) is self:
            del self.factory.clients[self.peer]
        for queue in self._queues.values():
            queue.clear()
        super().connectionLost(reason)
        self._gone.fire(None)
