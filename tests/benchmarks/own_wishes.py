"""P3: many wishes. One device with 10,000 float sensors, and 1,000 browsers that each want other 100 of them.

Work: the device pushes 10,000 updates a second, every sensor in turn, each reading with the present time, evenly.
Each browser names its own 100 sensors (a random sample, the same in each run), so no frame can be shared: 100,000
updates a second are to be delivered, to each browser 2 within the 20 ms in which katgate joins what comes. Target:
kept up with on one core, and p99 of latency less than 100 ms.

event   each changed value is sent on: here all are
auto    each reading is

Limits: no peer. Loopback, no TLS, no compression; the device and all browsers share the other core, and "browsers' %
of core" is what the browsers used of it. All of them note what they are sent, and read it when the measurement is
over. "% of asked" is well below 100, and latency grows, if katgate cannot keep up: the device then waits, and leaves
out what it could not say in time. Latency is arrival less the reading's timestamp, on one clock. Gaps in the numbers
of frames and conflated readings are counted from the snapshot on: both 0 for browsers that keep up. "to join" is
until all are connected and have their snapshots, while updates go on.
"""

from argparse import Namespace
from functools import partial
from random import Random
from typing import Any, Final

from tests.benchmarks.gateways import katgate, visited
from tests.benchmarks.pinned import become_driver
from tests.benchmarks.plain_device import sensor_names
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("rate", "delivered/s", ",.0f", is_compared=False),
    Figure("share", "% of asked", ".1f", is_compared=False),
    Figure("cpu_us", "CPU us each", ".2f", is_compared=False),
    Figure("core", "% of core", ".0f", is_compared=False),
    Figure("browsers", "browsers' % of core", ".0f", is_compared=False),
    Figure("p50_ms", "p50 ms", ".1f", is_compared=False),
    Figure("p99_ms", "p99 ms", ".1f", is_compared=False),
    Figure("gaps", "gaps", ".0f", is_compared=False),
    Figure("conflated", "conflated", ".0f", is_compared=False),
    Figure("joined_s", "s to join", ".1f", is_compared=False),
]

_STRATEGIES: Final = ("event", "auto")

#: Sensors in a wish.
_WISHED: Final = 100
#: How long what has waited while all joined may take to go out, in seconds.
_SETTLE_S: Final = 4.0


def _wishes(arguments: Namespace, strategy: str) -> list[dict[str, Any]]:
    random = Random(3)
    names = sensor_names(arguments.sensors)
    return [
        {"device": "cbf", "sensors": random.sample(names, _WISHED), "strategy": strategy}
        for _ in range(arguments.browsers)
    ]


def _measure(strategy: str, arguments: Namespace) -> dict[str, float]:
    with katgate(arguments.sensors, arguments.rate) as gateway:
        taken = visited(
            gateway,
            browsers=arguments.browsers,
            seconds=arguments.seconds,
            noting_every=1,
            wishes=_wishes(arguments, strategy),
            settle_s=_SETTLE_S,
        )
    if taken["lost"]:
        raise RuntimeError(f"{taken['lost']} of {arguments.browsers} browsers were cut off")
    asked = arguments.browsers * _WISHED * arguments.rate / arguments.sensors
    rate = taken["updates"] / taken["seconds"]
    return taken | {
        "rate": rate,
        "share": 100 * rate / asked,
        "cpu_us": 1e6 * taken["server_cpu_s"] / taken["updates"],
        "core": 100 * taken["server_cpu_s"] / taken["seconds"],
        "browsers": 100 * taken["cpu_s"] / taken["seconds"],
    }


def _main() -> None:
    parser = options("Updates delivered to browsers that each want other sensors (P3).")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each time (default 5)")
    parser.add_argument("--browsers", type=int, default=1000, help="default 1,000")
    parser.add_argument("--sensors", type=int, default=10_000, help="default 10,000")
    parser.add_argument("--rate", type=float, default=10_000, help="updates a second in (default 10,000)")
    arguments = parser.parse_args()
    become_driver()
    cases = [Case(its, "katgate", partial(_measure, its, arguments)) for its in _STRATEGIES]
    run(__doc__, cases, _FIGURES, peer="", arguments=arguments)


if __name__ == "__main__":
    _main()
