"""Message: one KATCP line as a value. Bytes to messages and back, over katcp-codec.

It knows nothing of connections. Every other room speaks in these.
"""

from collections.abc import Iterable
from typing import Final, Self

import katcp_codec
from katcp_codec import MessageType

from katgate.errors import MessageError
from katgate.katcp.values import encode

__all__ = ["MAX_LINE_LENGTH", "Message", "MessageType", "Parser"]

#: Longest line taken, in bytes; a longer one is skipped to its end. aiokatcp's limit: ROACH `?read`
#: replies are megabytes, a bulk ?sensor-sampling of 10,000 sensors is 250 kB.
MAX_LINE_LENGTH: Final = 16 * 1024 * 1024

_PREFIX = {MessageType.REQUEST: "?", MessageType.REPLY: "!", MessageType.INFORM: "#"}
_NAME_OF_TYPE = {MessageType.REQUEST: "request", MessageType.REPLY: "reply", MessageType.INFORM: "inform"}


#: How much of a message its repr shows: it stands in logs, where 16 MB would not help.
_MOST_SHOWN: Final = 10
_MOST_BYTES_SHOWN: Final = 200


def _shortened(argument: bytes) -> bytes:
    return argument if len(argument) <= _MOST_BYTES_SHOWN else argument[:_MOST_BYTES_SHOWN] + b"..."


class Message:
    """A request, reply or inform.

    `name` is text, `mid` the message id (1 to 2^31-1) or None, `arguments` a list of bytes.
    Arguments that are not bytes are written as `kattypes.encode` does: text as UTF-8, numbers as
    decimals, booleans as 1 or 0.

    `str(message)` is the line without its end, for people; `bytes(message)` the line as sent.
    """

    __slots__ = ("arguments", "mid", "mtype", "name")

    REQUEST: Final = MessageType.REQUEST
    REPLY: Final = MessageType.REPLY
    INFORM: Final = MessageType.INFORM
    OK: Final = "ok"
    FAIL: Final = "fail"
    INVALID: Final = "invalid"

    def __init__(
        self, mtype: MessageType, name: str, arguments: Iterable[object] = (), mid: int | None = None
    ) -> None:
        self.mtype = mtype
        self.name = name
        self.mid = mid
        self.arguments: list[bytes] = [a if type(a) is bytes else encode(a) for a in arguments]

    @classmethod
    def request(cls, name: str, *arguments: object, mid: int | None = None) -> Self:
        """Return `?name arguments...`."""
        return cls(MessageType.REQUEST, name, arguments, mid)

    @classmethod
    def reply(cls, name: str, *arguments: object, mid: int | None = None) -> Self:
        """Return `!name arguments...`; the first argument is the return code."""
        return cls(MessageType.REPLY, name, arguments, mid)

    @classmethod
    def inform(cls, name: str, *arguments: object, mid: int | None = None) -> Self:
        """Return `#name arguments...`."""
        return cls(MessageType.INFORM, name, arguments, mid)

    @classmethod
    def reply_to_request(cls, request: "Message", *arguments: object) -> Self:
        """Return the reply to `request`: its name, its id, and `arguments`."""
        return cls(MessageType.REPLY, request.name, arguments, request.mid)

    @classmethod
    def reply_inform(cls, request: "Message", *arguments: object) -> Self:
        """Return an inform that belongs to `request`: its name, its id, and `arguments`."""
        return cls(MessageType.INFORM, request.name, arguments, request.mid)

    @property
    def is_ok(self) -> bool:
        """Whether this is a reply that says `ok`."""
        return self.mtype is MessageType.REPLY and bool(self.arguments) and self.arguments[0] == b"ok"

    def reply_ok(self) -> bool:
        """`is_ok`, under the name it has in katcp."""
        return self.is_ok

    def text(self, index: int) -> str:
        """Return one argument for people to read; empty if there is none, `\\xff` for what is not UTF-8."""
        if index >= len(self.arguments):
            return ""
        return self.arguments[index].decode("utf-8", "backslashreplace")

    def __bytes__(self) -> bytes:
        """Return the line as sent, with its end. Raises MessageError for an illegal name or id."""
        try:
            return bytes(katcp_codec.Message(self.mtype, self.name.encode("utf-8"), self.mid, self.arguments))
        except (ValueError, OverflowError) as error:
            raise MessageError(
                f"a {_NAME_OF_TYPE[self.mtype]} called {self.name!r} cannot be sent: {error}"
            ) from None

    def __str__(self) -> str:
        return bytes(self).decode("utf-8", "backslashreplace").rstrip("\n")

    def __repr__(self) -> str:
        mid = "" if self.mid is None else f"[{self.mid}]"
        arguments = "".join(f" {_shortened(a)!r}" for a in self.arguments[:_MOST_SHOWN])
        if len(self.arguments) > _MOST_SHOWN:
            arguments += f" and {len(self.arguments) - _MOST_SHOWN} more"
        return f"<Message {_PREFIX[self.mtype]}{self.name}{mid}{arguments}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return (self.mtype, self.name, self.mid, self.arguments) == (
            other.mtype,
            other.name,
            other.mid,
            other.arguments,
        )

    __hash__ = None  # type: ignore[assignment]  # mutable


class Parser:
    """Bytes in any chunks to messages. A line that cannot be parsed is an error in the list, not an exception."""

    def __init__(self, max_line_length: int = MAX_LINE_LENGTH) -> None:
        self._codec = katcp_codec.Parser(max_line_length)
        self._max_line_length = max_line_length

    def append(self, chunk: bytes) -> list[Message | ValueError]:
        """Return what was completed by `chunk`, in order: messages, and a ValueError for each bad line."""
        return [
            parsed
            if isinstance(parsed, ValueError)
            else Message(parsed.mtype, parsed.name.decode("ascii"), parsed.arguments, parsed.mid)
            for parsed in self._codec.append(chunk)
        ]

    @property
    def is_skipping(self) -> bool:
        """Whether the line now coming in is over the limit, and is skipped to its end."""
        return self._codec.buffer_size >= self._max_line_length
