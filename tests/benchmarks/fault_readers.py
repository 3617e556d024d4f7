"""Browsers that do not read as they should: one that stops, one that reads a byte a second, one that vanishes.

Each asks for everything, 50 at once. One that vanishes is there, kernel and all, but a filter on its socket drops
what comes in (classic BPF, as of tcpdump; it needs no rights): nothing is acknowledged any more, nothing refused, no
FIN goes out. To the server that is what a browser looks like whose network is gone.
"""

import ctypes
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from threading import Event
from typing import Any, Final

from tests.benchmarks.faulty_browser import EVERYTHING, FaultyBrowser, Tally, join

__all__ = ["one_byte_a_second", "stops", "vanishes"]

_BROWSERS: Final = 50
#: What the kernel takes for one that does not read, in bytes: little, or it would hide the fault for long.
_RECEIVE_BUFFER: Final = 4096

#: Linux's number, which Python's socket module does not have.
_SO_ATTACH_FILTER: Final = 26
#: BPF: return 0, which is to keep no byte of any packet.
_DROP: Final = struct.pack("HBBI", 0x06, 0, 0, 0)

#: Those who have vanished stay away until this process ends: a socket that is closed would say so.
_VANISHED: Final[list[FaultyBrowser]] = []


def stops(port: int, tally: Tally, end: Event) -> None:
    """Ask for everything, and read nothing."""
    browsers = _crowd(port, tally)
    end.wait()
    _leave(browsers, tally)


def one_byte_a_second(port: int, tally: Tally, end: Event) -> None:
    """Ask for everything, and read one byte of it each second."""
    browsers = _crowd(port, tally)
    while not end.wait(1):
        for browser in browsers:
            if browser.is_open:
                browser.take(1)
    _leave(browsers, tally)


def vanishes(port: int, tally: Tally, end: Event) -> None:
    """Ask for everything, or every second one for nothing, read the first of it, and be gone.

    Those who asked for nothing are sent pings alone, which a server has to miss the answers to. The tally is told no
    end: they never hear of it.
    """
    browsers = _crowd(port, tally, [EVERYTHING, None])
    for browser in browsers:
        with suppress(TimeoutError):
            browser.take()
        _drop_all(browser.socket)
    _VANISHED.extend(browsers)
    end.wait()


def _crowd(port: int, tally: Tally, wishes: Sequence[Any] = (EVERYTHING,)) -> list[FaultyBrowser]:
    """Return browsers that have asked for these wishes in turn; None: for nothing."""
    browsers = []
    for _, wish in zip(range(_BROWSERS), cycle(wishes), strict=False):
        browser = join(port, tally, receive_buffer=_RECEIVE_BUFFER)
        if browser is not None:
            browsers.append(browser)
            with suppress(OSError):  # it is cut off already; its end will tell
                if wish is not None:
                    browser.call("sensors.subscribe", wish)
    return browsers


def _leave(browsers: list[FaultyBrowser], tally: Tally) -> None:
    for browser in browsers:
        browser.end(tally)


def _drop_all(its: socket.socket) -> None:
    """Let the kernel drop whatever comes in for a socket."""
    program = ctypes.create_string_buffer(_DROP)
    its.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program)))
