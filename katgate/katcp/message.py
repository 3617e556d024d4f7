"""Message: one KATCP line as a value. Bytes to messages and back, over katcp-codec.

It knows nothing of connections. Every other room speaks in these.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Self

import katcp_codec
from katcp_codec import MessageType
from katcp_codec import _lib as codec

from katgate.errors import MessageError, shortened
from katgate.katcp.values import encode

__all__ = ["MAX_LINE_LENGTH", "Message", "MessageType", "Parser", "inform_line"]

#: Longest line taken, in bytes; a longer one is skipped to its end. aiokatcp's limit: ROACH `?read`
#: replies are megabytes, a bulk ?sensor-sampling of 10,000 sensors is 250 kB.
MAX_LINE_LENGTH: Final = 16 * 1024 * 1024

#: What an argument cannot hold as it is, and the space, which is counted.
_ESCAPED: Final = b" \\\0\n\r\t\x1b"
_MAX_MID: Final = 2**31 - 1
_NAME: Final = re.compile(r"[A-Za-z][-A-Za-z0-9]*\Z")

#: By the codec's own number.
_TYPES: Final = (None, MessageType.REQUEST, MessageType.REPLY, MessageType.INFORM)

_PREFIX = {MessageType.REQUEST: "?", MessageType.REPLY: "!", MessageType.INFORM: "#"}
_NAME_OF_TYPE = {MessageType.REQUEST: "request", MessageType.REPLY: "reply", MessageType.INFORM: "inform"}


#: Up to so many bytes what is not UTF-8 is told byte by byte in a text for people.
_MOST_TOLD: Final = 100_000

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
        raw = self.arguments[index]
        # Telling each bad byte of megabytes takes seconds, and nobody reads it.
        return raw.decode("utf-8", "backslashreplace" if len(raw) <= _MOST_TOLD else "replace")

    def __bytes__(self) -> bytes:
        """Return the line as sent, with its end. Raises MessageError for an illegal name or id."""
        arguments, mid = self.arguments, self.mid
        head = _head(self.mtype, self.name) if len(self.name) <= _MOST_KEPT else b""
        if head and (mid is None or 0 < mid <= _MAX_MID):
            line = _plain_line(head if mid is None else b"%b[%d]" % (head, mid), arguments)
            if line is not None:
                return line
        try:
            return bytes(katcp_codec.Message(self.mtype, self.name.encode("utf-8"), mid, arguments))
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
        name = shortened(self.name, _MOST_BYTES_SHOWN)
        return f"<Message {_PREFIX[self.mtype]}{name}{mid}{arguments}>"

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


#: Names longer than this are not kept ready: they come from a peer who means no good.
_MOST_KEPT: Final = 64


@lru_cache(1024)
def _head(mtype: MessageType, name: str) -> bytes:
    """Return `?name`, empty if it is not legal."""
    return (_PREFIX[mtype] + name).encode("ascii") if _NAME.match(name) else b""


def _plain_line(head: bytes, arguments: list[bytes]) -> bytes | None:
    """Return the line, or None if something in it must be escaped, which is rare.

    That is seen in a third of the time that the codec takes for the line.
    """
    words = b" ".join(arguments)
    is_plain = len(words.translate(None, _ESCAPED)) + max(len(arguments) - 1, 0) == len(words)
    if not is_plain or b"" in arguments:
        return None
    return b"%b %b\n" % (head, words) if arguments else head + b"\n"


def inform_line(name: str, arguments: list[bytes]) -> bytes:
    """Return `bytes(Message.inform(name, *arguments))`, for what is sent a hundred thousand times a second."""
    return _plain_line(_head(MessageType.INFORM, name), arguments) or bytes(Message.inform(name, *arguments))


def _of_codec(parsed: codec.Message) -> Message:
    # Not by __init__: what was parsed needs no checking, and this is done for every reading.
    message = Message.__new__(Message)
    message.mtype = _TYPES[int(parsed.mtype)]  # type: ignore[assignment]
    message.name = parsed.name.decode("ascii")
    message.mid = parsed.mid
    message.arguments = parsed.arguments
    return message


class Parser:
    """Bytes in any chunks to messages. A line that cannot be parsed is an error in the list, not an exception."""

    def __init__(self, max_line_length: int = MAX_LINE_LENGTH) -> None:
        # Not katcp_codec.Parser, which makes and checks a dataclass around each message: 1.2 us each.
        self._codec = codec.Parser(max_line_length)
        self._max_line_length = max_line_length

    def append(self, chunk: bytes) -> list[Message | ValueError]:
        """Return what was completed by `chunk`, in order: messages, and a ValueError for each bad line."""
        return [
            parsed if isinstance(parsed, ValueError) else _of_codec(parsed)
            for parsed in self._codec.append(chunk)
        ]

    @property
    def is_skipping(self) -> bool:
        """Whether the line now coming in is over the limit, and is skipped to its end."""
        return self._codec.buffer_size >= self._max_line_length
