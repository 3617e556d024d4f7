"""P2: fan-out. One device, many browsers that all want everything; the server's CPU time for each update delivered.

Work: a device with 1,000 float sensors pushes 500, 5,000 and 20,000 updates a second, each reading with the present
time, evenly. 200 browsers have the same wish (`*`, strategy auto), so that 0.1, 1 and 4 million updates a second are
to be delivered. Target: at most 0.1 us at 4 M/s; 50 times less than the naive gateway; less than nats-server at
every rate.

katgate        the whole gateway: it joins what comes within 20 ms into one frame, encoded once
naive          aiokatcp's Client and SensorWatcher, and each update as JSON to all with `websockets`' broadcast
nats-server    its WebSocket listener; each update is one message of the size of katgate's rows, from a publisher
               on a plain socket at the same rate. It has no KATCP to read, no strategy to apply, no JSON to write

Limits: browsers on loopback that read as fast as they can, no TLS, no compression; they count updates in the raw
bytes and parse none. "% of asked" is how much of what was to be delivered was, give or take a flush of 20 ms. Who is
well below 100 has no core left, and only its CPU time for each update means something: so the naive gateway at 1 and
4 M/s. Well above 100 something else used the core while browsers joined, and the server was still catching up: that
flatters it, measure anew. "browsers' % of core" is what the browsers used of the other core, which they share with
the device: near 100 they are a limit too, as when the naive gateway sends them each update as a frame of its own;
CPU time for each update does not suffer from that. "lost" are browsers that were cut off.
"""

import sys
from argparse import Namespace
from functools import partial
from typing import Final

from tests.benchmarks.gateways import NewGateway, katgate, naive, nats, visited
from tests.benchmarks.nats_server import nats_server_version
from tests.benchmarks.pinned import become_driver
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("rate", "delivered/s", ",.0f", is_compared=False),
    Figure("share", "% of asked", ".1f", is_compared=False),
    Figure("cpu_us", "CPU us each", ".3f"),
    Figure("core", "% of core", ".0f", is_compared=False),
    Figure("browsers", "browsers' % of core", ".0f", is_compared=False),
    Figure("lost", "lost", ".0f", is_compared=False),
]

#: Updates a second of the device.
_RATES: Final = (500, 5_000, 20_000)


def _measure(new: NewGateway, rate: float, arguments: Namespace) -> dict[str, float]:
    with new(arguments.sensors, rate) as gateway:
        taken = visited(gateway, browsers=arguments.browsers, seconds=arguments.seconds, noting_every=0)
    delivered = taken["updates"] / taken["seconds"]
    return {
        "rate": delivered,
        "share": 100 * delivered / (rate * arguments.browsers),
        "cpu_us": 1e6 * taken["server_cpu_s"] / taken["updates"],
        "core": 100 * taken["server_cpu_s"] / taken["seconds"],
        "browsers": 100 * taken["cpu_s"] / taken["seconds"],
        "lost": taken["lost"],
    }


def _contestants() -> dict[str, NewGateway]:
    gateways: dict[str, NewGateway] = {"katgate": katgate, "naive": naive}
    version = nats_server_version()
    if version is None:
        print("nats-server is not installed, and is left out", file=sys.stderr)
        return gateways
    return gateways | {f"nats-server {version}": nats}


def _main() -> None:
    parser = options("Updates delivered from one device to many browsers with the same wish (P2).")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each time (default 3)")
    parser.add_argument("--browsers", type=int, default=200, help="default 200")
    parser.add_argument("--sensors", type=int, default=1000, help="default 1,000")
    arguments = parser.parse_args()
    become_driver()
    contestants = _contestants()
    cases = [
        Case(f"{rate:,}/s x {arguments.browsers}", who, partial(_measure, new, rate, arguments))
        for rate in _RATES
        for who, new in contestants.items()
    ]
    run(__doc__, cases, _FIGURES, peer="naive", arguments=arguments)


if __name__ == "__main__":
    _main()
