"""Plain Autobahn: sends all browsers that are connected the same updates, whether they take them or not.

`python -m tests.benchmarks.autobahn_server sensors rate` prints its port; `rate` is updates a second. What is due
within 20 ms goes out as one message of rows as long as katgate's.
"""

import sys
import time
from itertools import cycle, islice
from typing import Any, Final

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from twisted.internet.task import LoopingCall

from katgate.tx.deferreds import global_reactor
from tests.benchmarks.plain_device import sensor_names

_INTERVAL_S: Final = 0.02


class _Browser(WebSocketServerProtocol):
    factory: "_Broadcaster"

    def onOpen(self) -> None:
        self.factory.browsers.add(self)

    def onClose(self, *_: Any) -> None:
        self.factory.browsers.discard(self)


class _Broadcaster(WebSocketServerFactory):
    """What a browser does not take piles up without a bound: this is not to run for long."""

    def __init__(self, sensors: int, rate: float) -> None:
        super().__init__()
        self.browsers: set[_Browser] = set()
        self._names = cycle(sensor_names(sensors))
        self._rate = rate
        self._began = time.monotonic()
        self._done = 0

    def buildProtocol(self, addr: Any) -> Any:
        """Return a browser's connection."""
        browser = _Browser()
        browser.factory = self
        return browser

    def turn(self) -> None:
        """Send what is due."""
        due = int((time.monotonic() - self._began) * self._rate) - self._done
        if not due:
            return
        self._done += due
        now = time.time()
        rows = b",".join(
            b'["%b",%.6f,"nominal",20.001]' % (n.encode(), now) for n in islice(self._names, due)
        )
        message = b'{"readings":[%b]}' % rows
        for browser in self.browsers:
            browser.sendMessage(message)


def _main() -> None:
    reactor: Any = global_reactor()
    broadcaster = _Broadcaster(int(sys.argv[1]), float(sys.argv[2]))
    listening = reactor.listenTCP(0, broadcaster, backlog=2048, interface="127.0.0.1")
    print(listening.getHost().port, flush=True)
    LoopingCall(broadcaster.turn).start(_INTERVAL_S)
    reactor.run()


if __name__ == "__main__":
    _main()
