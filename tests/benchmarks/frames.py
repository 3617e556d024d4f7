"""WebSocket frames, as far as browsers that count need them: made, walked over without a look inside, and read."""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

__all__ = ["BINARY", "CLOSE", "PING", "PONG", "TEXT", "FrameWalk", "Marker", "masked_frame", "messages"]

TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10

#: What stands for a close without a code (RFC 6455).
_NO_CODE: Final = 1005

_FIN: Final = 0x80
_MASKED: Final = 0x80
#: A mask of zeros is a mask, and saves the work.
_MASK: Final = bytes(4)


def masked_frame(opcode: int, payload: bytes) -> bytes:
    """Return a frame as browsers send it."""
    size = len(payload)
    if size < 126:
        length = bytes([_MASKED | size])
    elif size < 1 << 16:
        length = struct.pack("!BH", _MASKED | 126, size)
    else:
        length = struct.pack("!BQ", _MASKED | 127, size)
    return bytes([_FIN | opcode]) + length + _MASK + payload


def _header(buffer: bytes | bytearray, at: int, end: int) -> tuple[int, int, int] | None:
    """Return opcode, where the payload begins, and its size; None if the header is not all there."""
    if at + 2 > end:
        return None
    opcode, size = buffer[at] & 0x0F, buffer[at + 1]
    at += 2
    if size < 126:
        return opcode, at, size
    wide = 2 if size == 126 else 8
    if at + wide > end:
        return None
    return opcode, at + wide, int.from_bytes(buffer[at : at + wide])


class FrameWalk:
    """Goes from header to header of what a server sends, and leaves out what is between them."""

    def __init__(self) -> None:
        self.count = 0
        #: Payloads of the pings that are to be answered.
        self.pings: list[bytes] = []
        #: Why the server closes, once it does.
        self.close_code: int | None = None
        self._ahead = 0

    def walk(self, buffer: bytearray, end: int) -> int:
        """Walk over what has come in. Returns how many bytes at the end are to be put before what comes next:
        a piece of a header, or of a ping or close.
        """
        at = self._ahead
        while at < end:
            header = _header(buffer, at, end)
            if header is None:
                break
            opcode, payload, size = header
            if opcode >= CLOSE:
                if payload + size > end:
                    break
                self._control(opcode, bytes(buffer[payload : payload + size]))
            self.count += opcode <= BINARY
            at = payload + size
        self._ahead = max(0, at - end)
        return max(0, end - at)

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.pings.append(payload)
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2]) or _NO_CODE


class Marker:
    """Counts how often something stands in a stream that comes in pieces."""

    def __init__(self, what: bytes) -> None:
        self.count = 0
        self._what = what
        self._tail = b""

    def look(self, buffer: bytearray, start: int, end: int) -> None:
        """Count it in what has come in."""
        reach = len(self._what) - 1
        seam = self._tail + buffer[start : min(end, start + reach)]
        self.count += buffer.count(self._what, start, end) + seam.count(self._what)
        self._tail = bytes(buffer[end - reach : end] if end - start >= reach else seam[-reach:])


def messages(pieces: Sequence[tuple[float, bytes]]) -> Iterator[tuple[float, bytes]]:
    """Yield each message of a stream of frames, and when the piece with its end came in.

    `pieces` are (time, bytes) as they came in, from the beginning of a frame.
    """
    stream = b"".join(piece for _, piece in pieces)
    ends = list(accumulate(len(piece) for _, piece in pieces))
    at = 0
    while header := _header(stream, at, len(stream)):
        opcode, payload, size = header
        at = payload + size
        if at > len(stream):
            return
        if opcode <= BINARY:
            yield pieces[bisect_right(ends, at - 1)][0], stream[payload:at]
