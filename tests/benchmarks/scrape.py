"""Scrapes: what /metrics costs those who follow readings, with the readings of many sensors among it.

Work: a device with 10,000 sensors pushes 2,000 updates a second, 20 browsers have one wish for all of them; one of
them notes when each reading came in. Besides, nobody scrapes; or a scraper does, again and again with a pause of a
second, with each sensor as a gauge (`[metrics] sensors`): 30,000 samples.

The page is written 3 ms at a time, and then others have as long: "p99 ms" and "max ms", of readings on their way to a
browser, show whether that is so. "scrape s" is how long one takes in all.

Limits: loopback; scraper, browsers and device share the other core.
"""

import http.client
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median
from time import monotonic
from typing import Final

from tests.benchmarks.gateways import EVERYTHING, Gateway, visited
from tests.benchmarks.pinned import DRIVER, MEASURED, Pinned, become_driver
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("p50_ms", "p50 ms", ".2f"),
    Figure("p99_ms", "p99 ms", ".2f"),
    Figure("max_ms", "max ms", ".2f"),
    Figure("core", "% of core", ".1f", is_compared=False),
    Figure("scrape_s", "scrape s", ".3f", is_compared=False),
    Figure("mb", "MB", ".2f", is_compared=False),
]

_RATE: Final = 2000.0
_BROWSERS: Final = 20
#: From the end of a scrape to the next, in seconds.
_PAUSE_S: Final = 1.0


class _Scraper(threading.Thread):
    """Scrapes until it is told to stop."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._is_over = threading.Event()
        self.took_s: list[float] = []
        self.page = b""

    def run(self) -> None:
        while not self._is_over.wait(_PAUSE_S):
            began = monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            connection.request("GET", "/metrics")
            self.page = connection.getresponse().read()
            connection.close()
            self.took_s.append(monotonic() - began)

    def stop(self) -> None:
        self._is_over.set()
        self.join()

    def number(self, name: str) -> float:
        """Return a metric without labels of the last page."""
        line = next(line for line in self.page.splitlines() if line.startswith(name.encode() + b" "))
        return float(line.split()[1])


@contextmanager
def _gateway(sensors: int) -> Iterator[Gateway]:
    with (
        Pinned(DRIVER, "plain_device", sensors, _RATE) as device,
        Pinned(MEASURED, "gateway_server", "--metrics", "cbf/*", f"cbf=127.0.0.1:{device.port()}") as gateway,
    ):
        yield Gateway(gateway.port(), "katgate", gateway.pid)


def _measure(is_scraped: bool, arguments: Namespace) -> dict[str, float]:
    with _gateway(arguments.sensors) as gateway:
        scraper = _Scraper(gateway.port)
        if is_scraped:
            scraper.start()
        taken = visited(
            gateway,
            browsers=_BROWSERS,
            seconds=arguments.seconds,
            noting_every=_BROWSERS,
            wishes=(EVERYTHING,),
        )
        figures = taken | {"core": 100 * taken["server_cpu_s"] / taken["seconds"]}
        if not is_scraped:
            return figures
        scraper.stop()
        assert arguments.sensors == scraper.number("katgate_sensors_exported")
        return figures | {
            "scrape_s": median(scraper.took_s),
            "mb": len(scraper.page) / 1e6,
        }


def _main() -> None:
    parser = options("What a scrape of /metrics costs those who follow readings.")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each time (default 8)")
    parser.add_argument("--sensors", type=int, default=10_000, help="default 10,000")
    arguments = parser.parse_args()
    become_driver()
    work = f"{arguments.sensors:,} gauges"
    cases = [
        Case(work, "nobody scrapes", partial(_measure, False, arguments)),
        Case(work, "a scrape a second", partial(_measure, True, arguments)),
    ]
    run(__doc__, cases, _FIGURES, peer="nobody scrapes", arguments=arguments)


if __name__ == "__main__":
    _main()
