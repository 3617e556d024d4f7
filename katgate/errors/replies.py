"""What a device server's handlers raise: this is the reply."""

from katgate.errors.base import KatgateError

__all__ = ["AsyncReply", "FailReply", "HandlerReply", "InvalidReply"]


class HandlerReply(KatgateError):
    """Raised by a request handler of a device server: this is the reply."""


class FailReply(HandlerReply):
    """The handler could not do it: `!name fail <text>`."""


class InvalidReply(HandlerReply):
    """The handler does not accept the request as it stands: `!name invalid <text>`."""


class AsyncReply(HandlerReply):
    """The handler replies by itself, later, with `send_reply`."""
