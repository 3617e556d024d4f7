"""Request: what a typed handler is given, to send informs and to know who asks."""

from typing import TYPE_CHECKING

from katgate.errors import AsyncReply
from katgate.katcp.message import Message

if TYPE_CHECKING:
    from katgate.tx.server_protocol import ServerKatCPProtocol

__all__ = ["Replied", "Request"]


class Replied(AsyncReply):
    """Raised for a handler that has sent its reply itself, and is over."""


class Request:
    """One request under way: its `msg`, and the `client` it came from."""

    __slots__ = ("client", "is_replied", "msg")

    def __init__(self, client: "ServerKatCPProtocol", msg: Message) -> None:
        self.client = client
        self.msg = msg
        #: Whether the reply is out; what the handler then returns is no second one.
        self.is_replied = False

    @property
    def name(self) -> str:
        """The request's name."""
        return self.msg.name

    def inform(self, *arguments: object) -> None:
        """Send an inform that belongs to this request: `req.inform("half", "there")`."""
        self.client.send_reply_inform(self.msg, *arguments)

    def reply(self, *arguments: object) -> None:
        """Send the reply now: `req.reply("ok", 3)`; what the handler then returns is not sent."""
        self.is_replied = True
        self.client.send_reply(self.msg, *arguments)

    def make_reply(self, *arguments: object) -> Message:
        """Return the reply for the handler to return: `return req.make_reply("ok", 3)`."""
        return Message.reply_to_request(self.msg, *arguments)
