"""A thousand browsers that come at once and go at once, again and again.

In turn: each asks for all sensors of a device, and all go when the last has got them; each asks for a WebSocket, and
none waits for it.
"""

import socket
from contextlib import suppress
from threading import Event
from typing import Final

from tests.benchmarks.browser import hand_shake
from tests.benchmarks.browsers import Browsers, Visit
from tests.benchmarks.dialects import DIALECTS
from tests.benchmarks.faulty_browser import Tally

__all__ = ["rush"]

_BROWSERS: Final = 1000
_WISH: Final = {"device": "cbf", "sensors": ["*"]}


def rush(port: int, tally: Tally, end: Event) -> None:
    """Come, and go."""
    while not end.is_set():
        _come_and_go(port, tally)
        _knock_and_run(port)


def _come_and_go(port: int, tally: Tally) -> None:
    browsers = Browsers(Visit(port, _BROWSERS, 0, [_WISH]))
    try:
        browsers.join()
    except OSError:  # they were refused or cut, or not served in time: all that is said is that not all were
        tally["refused"] += 1
    else:
        tally["joined"] += _BROWSERS
    browsers.leave()


def _knock_and_run(port: int) -> None:
    sockets = [socket.socket() for _ in range(_BROWSERS)]
    for its in sockets:
        its.setblocking(False)
        its.connect_ex(("127.0.0.1", port))
    for its in sockets:
        with suppress(OSError):
            its.send(hand_shake(port, DIALECTS["katgate"]))
        its.close()
