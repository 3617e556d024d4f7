"""Watching statuses. One device with 10,000 float sensors, each read five times a second, and what a wish costs.

Work: the device pushes 50,000 updates a second, every sensor in turn, evenly, all of them nominal. Ten browsers have
the same wish for everything: what that costs beyond the intake is the wish's, whatever goes out to the browsers.

nobody   no browser
status   a reading whose status is another: none are
event    each changed value is sent on: here all are

Limits: no peer. Loopback, no TLS, no compression; the device and the browsers share the other core. "x nobody" is how
many times more the gateway would take in with the same share of its core if nobody watched: 1 where a wish is free.
"""

from argparse import Namespace
from functools import partial
from typing import Final

from tests.benchmarks.gateways import EVERYTHING, katgate, visited
from tests.benchmarks.pinned import become_driver
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("core", "% of core", ".1f"),
    Figure("rate", "delivered/s", ",.0f", is_compared=False),
]

_WATCHED: Final = ("nobody", "status", "event")


def _measure(watched: str, arguments: Namespace) -> dict[str, float]:
    with katgate(arguments.sensors, arguments.rate) as gateway:
        taken = visited(
            gateway,
            browsers=0 if watched == "nobody" else arguments.browsers,
            seconds=arguments.seconds,
            noting_every=1,
            wishes=[] if watched == "nobody" else [{**EVERYTHING, "strategy": watched}],
        )
    return {
        "core": 100 * taken["server_cpu_s"] / taken["seconds"],
        "rate": taken["updates"] / taken["seconds"],
    }


def _main() -> None:
    parser = options("What it costs to watch the statuses of many sensors.")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each time (default 5)")
    parser.add_argument("--browsers", type=int, default=10, help="default 10")
    parser.add_argument("--sensors", type=int, default=10_000, help="default 10,000")
    parser.add_argument("--rate", type=float, default=50_000, help="updates a second in (default 50,000)")
    arguments = parser.parse_args()
    become_driver()
    cases = [Case("one wish", its, partial(_measure, its, arguments)) for its in _WATCHED]
    run(__doc__, cases, _FIGURES, peer="nobody", arguments=arguments)


if __name__ == "__main__":
    _main()
