"""ServerKatCPProtocol: the server's side of one connection. It finds a request's handler and sends the reply.

It knows no sensors and no standard requests (`device_protocol.py` does).
"""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure

from katgate.errors import AsyncReply, FailReply, InvalidReply
from katgate.katcp.message import Message, MessageType
from katgate.tx.deferreds import Once
from katgate.tx.protocol import KatCP

if TYPE_CHECKING:
    from katgate.tx.server import KatCPServer

__all__ = ["ServerKatCPProtocol"]


class ServerKatCPProtocol(KatCP):
    """One client of a server. Subclass it, and add `request_<name>(self, msg)` methods (`_` for `-`).

    A handler returns the reply Message, or an awaitable of it (a Deferred, or what an `async def` gives);
    or raises FailReply, InvalidReply, or AsyncReply if it calls `send_reply` itself later. Its docstring
    is its `?help`.
    """

    factory: "KatCPServer"

    def __init__(self) -> None:
        super().__init__()
        self._handling: Message | None = None
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

    # From the wire.

    def handle_request(self, msg: Message) -> None:
        """Find the handler and send its reply. No exception of a handler is lost or ends the connection."""
        handler = self.handler_of(msg.name)
        if handler is None:
            self.send_reply(msg, "invalid", f"Unknown request {msg.name}")
            return
        self._handling = msg
        try:
            result = handler(msg)
            if inspect.iscoroutine(result):
                result = Deferred.fromCoroutine(result)
        except Exception:
            self._reply_to_failure(Failure(), msg)
            return
        finally:
            self._handling = None
        replied = result if isinstance(result, Deferred) else succeed(result)
        replied.addCallback(self._send_result, msg).addErrback(self._reply_to_failure, msg)

    def handle_reply(self, msg: Message) -> None:
        """Tell the client that nobody asked (KATCP guidelines, section on unexpected messages)."""
        self._log_to_client(f"unexpected reply: {msg.name}")

    def handle_unparsable(self, error: ValueError) -> None:
        """Tell the client that a line was no KATCP; the connection lives on."""
        self._log_to_client(f"a line could not be parsed: {error}")

    def handler_of(self, name: str) -> Callable[[Message], Any] | None:
        """Return the handler of a request, or None."""
        return getattr(self, "request_" + name.replace("-", "_"), None)

    @classmethod
    def help_texts(cls) -> dict[str, str]:
        """Return request name -> what `?help` says of it: its handler's docstring."""
        return {
            attribute.removeprefix("request_").replace("_", "-"): _help_text(getattr(cls, attribute))
            for attribute in dir(cls)
            if attribute.startswith("request_")
        }

    def _log_to_client(self, text: str) -> None:
        if self.factory.is_logged("error"):
            self.send_message(self.factory.log_inform("error", text))

    def _send_result(self, reply: object, request: Message) -> None:
        is_reply = isinstance(reply, Message) and reply.mtype is MessageType.REPLY
        if not (isinstance(reply, Message) and is_reply and reply.name == request.name):
            raise TypeError(f"the handler of ?{request.name} must return its reply Message, not {reply!r}")
        reply.mid = request.mid
        self.send_message(reply)

    def _reply_to_failure(self, failure: Failure, request: Message) -> None:
        error = failure.value
        if isinstance(error, AsyncReply):
            return
        if isinstance(error, FailReply | InvalidReply):
            self.send_reply(request, "fail" if isinstance(error, FailReply) else "invalid", str(error))
            return
        # The traceback is for us; the client learns that it was not its fault.
        self.log.failure("! {peer} ?{name} failed", failure, peer=self.peer, name=request.name)
        self.send_reply(request, "fail", f"?{request.name} failed inside the device; its log tells more")

    # Twisted's side.

    def connectionMade(self) -> None:
        """Join the server's clients."""
        super().connectionMade()
        self.factory.clients[self.peer] = self

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Leave the server's clients."""
        if self.factory.clients.get(self.peer) is self:
            del self.factory.clients[self.peer]
        super().connectionLost(reason)
        self._gone.fire(None)


def _help_text(handler: Callable[..., object]) -> str:
    return inspect.cleandoc(handler.__doc__ or "")
