"""Browsers that flood: each says one kind of thing as fast as its socket takes it, and reads what it is answered.

One that is cut off comes back. There is one of each kind, in a thread of its own.
"""

import os
import re
import select
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import cycle
from threading import Event
from typing import Final

from tests.benchmarks.at_once import at_once
from tests.benchmarks.faulty_browser import EVERYTHING, FaultyBrowser, Tally, call, join
from tests.benchmarks.frames import BINARY, PING, TEXT, masked_frame

__all__ = ["floods"]

_MIB: Final = 1 << 20
#: How many small frames are said together.
_BATCH: Final = 100
#: How long one that is refused waits, and how often it is looked whether this is to end, in seconds.
_PAUSE_S: Final = 0.05

#: A kind of flood: what is said next.
Kind = Callable[[FaultyBrowser], Iterator[bytes]]


def floods(port: int, tally: Tally, end: Event) -> None:
    """Flood."""
    at_once([partial(_flood, port, kind) for kind in _KINDS], tally, end)


def _flood(port: int, kind: Kind, tally: Tally, end: Event) -> None:
    while not end.is_set():
        browser = join(port, tally)
        if browser is None:
            end.wait(_PAUSE_S)
            continue
        _pour(browser, kind(browser), end)
        browser.end(tally)


def _pour(browser: FaultyBrowser, pieces: Iterator[bytes], end: Event) -> None:
    browser.socket.setblocking(False)
    left = memoryview(b"")
    while browser.is_open and not end.is_set():
        left = left or memoryview(next(pieces))
        readable, writable, _ = select.select([browser.socket], [browser.socket], [], _PAUSE_S)
        if readable:
            browser.take()
        if writable:
            with suppress(ConnectionError):  # what it was told before that is still to be read
                left = left[browser.socket.send(left) :]


# The kinds.


def _pings(_: FaultyBrowser) -> Iterator[bytes]:
    yield from cycle([(masked_frame(PING, b"?" * 125) + call("ping", {"now": 1.5})) * _BATCH])


def _subscriptions(browser: FaultyBrowser) -> Iterator[bytes]:
    """Always other wishes; a wish that was heard of is ended."""
    for number in cycle(range(_MIB)):
        wish = EVERYTHING | {"sensors": ["*-01*"], "strategy": f"event-rate {number % 1000 / 1000} 10"}
        subs = [int(sub) for sub in re.findall(rb'"result":\{"sub":(\d+)', browser.last)]
        ends = [call("unsubscribe", {"sub": sub}, -sub) for sub in subs]
        yield b"".join([call("sensors.subscribe", wish, number), *ends])


def _wrong_calls(_: FaultyBrowser) -> Iterator[bytes]:
    wrong = [b"", b"{", b"[]", b'{"jsonrpc":"2.0","id":1}', b'{"jsonrpc":"2.0","id":1,"method":"?"}', b"\0"]
    batch = b"".join(masked_frame(opcode, its) for its in wrong for opcode in (TEXT, BINARY))
    yield from cycle([batch * (_BATCH // len(wrong))])


def _deep(_: FaultyBrowser) -> Iterator[bytes]:
    yield from cycle([masked_frame(TEXT, b"[" * (_MIB // 2)), masked_frame(TEXT, b'{"a":' * (_MIB // 8))])


def _not_utf8(_: FaultyBrowser) -> Iterator[bytes]:
    yield from cycle([masked_frame(TEXT, b"\xff" * 100)])


def _noise(_: FaultyBrowser) -> Iterator[bytes]:
    while True:
        yield os.urandom(_MIB)


def _half_masked(_: FaultyBrowser) -> Iterator[bytes]:
    """Messages in two pieces, of which the second has no mask."""
    masked = bytearray(masked_frame(TEXT, b'{"jsonrpc":"2.0",'))
    masked[0] &= 0x7F
    yield from cycle([bytes(masked) + b'\x80\x10"method":"ping"}'])


def _megabytes(_: FaultyBrowser) -> Iterator[bytes]:
    """As large as is allowed, and to be answered with the same."""
    frame = call("ping", "x" * (_MIB - 60))
    yield from cycle([frame])


def _too_large(_: FaultyBrowser) -> Iterator[bytes]:
    yield from cycle([masked_frame(TEXT, b" " * (_MIB + 1))])


def _vast_message(_: FaultyBrowser) -> Iterator[bytes]:
    yield from _vast(TEXT)


def _vast_ping(_: FaultyBrowser) -> Iterator[bytes]:
    """A ping is 125 bytes at most; who would keep this one until it is whole has much to keep."""
    yield from _vast(PING)


def _vast(opcode: int) -> Iterator[bytes]:
    yield struct.pack("!BBQ4x", 0x80 | opcode, 0x80 | 127, 1 << 62)
    yield from cycle([bytes(_MIB)])


def _fragments(browser: FaultyBrowser) -> Iterator[bytes]:
    """A message of two bytes at a time that has no end, and then one of no bytes at a time."""
    first, following, nothing = b"\x01\x82\0\0\0\0  ", b"\x00\x82\0\0\0\0  ", b"\x00\x80\0\0\0\0"
    yield first
    for _ in range(_MIB // 2 // _BATCH - 1):
        yield following * _BATCH
    yield from cycle([nothing * _BATCH])


_KINDS: Final[tuple[Kind, ...]] = (
    _pings,
    _subscriptions,
    _wrong_calls,
    _deep,
    _not_utf8,
    _noise,
    _half_masked,
    _megabytes,
    _too_large,
    _vast_message,
    _vast_ping,
    _fragments,
)
