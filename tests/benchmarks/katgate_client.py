"""katgate as a client: a Mirror over its Connection, with a listener that keeps each sensor's last reading; or
with katgate's own feed and hub behind it, as in the gateway, and no browser.

`python -m tests.benchmarks.katgate_client port sensors seconds [mirror|hub]`
"""

import time
from collections.abc import Callable
from typing import Any

from katgate.api.encoder import JsonEncoder
from katgate.devices.feed import Feed
from katgate.devices.informs import InformRing
from katgate.hub.hub import Hub
from katgate.katcp.reading import Reading
from katgate.tx.connection import Connection, State
from katgate.tx.deferreds import global_reactor
from katgate.tx.mirror import Mirror
from katgate.tx.mirrored import MirrorListener
from tests.benchmarks.marks import WARM_UP_S, ClientOptions, Mark, say


class LastReadings(MirrorListener):
    """A listener that keeps the last reading of each sensor."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.count = 0
        self.last: dict[str, Reading] = {}
        self._changed = changed

    def state_changed(self) -> None:
        self._changed()

    def reading(self, sensor: str, reading: Reading) -> None:
        self.last[sensor] = reading
        self.count += 1

    @property
    def known(self) -> int:
        return len(self.last)


class IntoHub(Feed):
    """katgate's feed into its hub, counted."""

    def __init__(self, changed: Callable[[], None], reactor: Any) -> None:
        self.count = 0
        self.hub = Hub(reactor, time.time, JsonEncoder())
        super().__init__(
            "cbf", self.hub, InformRing(), changed=changed, informed=lambda *_: None, wall_clock=time.time
        )

    def reading(self, sensor: str, reading: Reading) -> None:
        self.count += 1
        super().reading(sensor, reading)

    @property
    def known(self) -> int:
        return sum(known.reading is not None for known in self.hub.sensors_of("cbf"))


def new_mirror(listener: MirrorListener, port: int, reactor: Any) -> tuple[Mirror, Connection]:
    """Return a mirror of the device at that port of this machine, and its connection, not started."""
    mirror = Mirror("cbf", ("127.0.0.1", port), listener, reactor=reactor)
    return mirror, mirror.connection


class Measurement:
    """How long it takes to be in step, and what is taken in afterwards."""

    def __init__(self, options: ClientOptions, reactor: Any) -> None:
        self._options = options
        self._reactor = reactor
        is_hub = options.how == "hub"
        self._listener = IntoHub(self._look, reactor) if is_hub else LastReadings(self._look)
        self._mirror, self._connection = new_mirror(self._listener, options.port, reactor)
        self._is_synced = False

    def start(self) -> None:
        """Connect."""
        self._began = Mark.now(0)
        self._connection.start()

    def _look(self) -> None:
        if self._is_synced or self._connection.state is not State.SYNCED:
            return
        self._is_synced = True
        self._say()
        if self._options.seconds:
            self._reactor.callLater(WARM_UP_S, self._begin)

    def _begin(self) -> None:
        self._began = Mark.now(self._listener.count)
        self._reactor.callLater(self._options.seconds, self._say)

    def _say(self) -> None:
        end = Mark.now(self._listener.count)
        say(self._began, end, self._listener.known)


def _main() -> None:
    reactor = global_reactor()
    measurement = Measurement(ClientOptions.read(), reactor)
    reactor.callWhenRunning(measurement.start)
    reactor.run()


if __name__ == "__main__":
    _main()
