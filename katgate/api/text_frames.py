"""Text frames: a message as the bytes of one WebSocket frame, made once however many browsers it goes to."""

from struct import pack
from typing import Final

__all__ = ["TextFrames"]

#: A whole message in one frame: FIN, and the opcode for text.
_WHOLE_TEXT: Final = 0x81


class TextFrames:
    """Remembers the frame of the last message: a flush sends one message to all browsers of a stream in turn."""

    def __init__(self) -> None:
        self._payload = b""
        self._frame = b"\x81\x00"

    def of(self, payload: bytes) -> bytes:
        """Return the frame. Source: RFC 6455, section 5.2; what a server sends is not masked."""
        if payload is not self._payload:
            self._payload = payload
            self._frame = _header(len(payload)) + payload
        return self._frame


def _header(size: int) -> bytes:
    if size < 126:
        return pack(">BB", _WHOLE_TEXT, size)
    if size < 65536:
        return pack(">BBH", _WHOLE_TEXT, 126, size)
    return pack(">BBQ", _WHOLE_TEXT, 127, size)
