"""P4: latency, from the device's socket to the browser's: arrival less the reading's timestamp, on one clock.

idle     a device pushes one update each 50 ms, one browser reads. Target: p50 < 2 ms
loaded   20,000 updates a second over 1,000 sensors, 200 browsers with the same wish (`*`, strategy auto), of which
         one in 20 notes what it gets. Target: p99 < 40 ms

katgate sends at once if it has sent nothing for 20 ms, and otherwise joins what comes within 20 ms: loaded, half of
that is waiting. The naive gateway (aiokatcp, and each update as JSON to all with `websockets`' broadcast) never
waits, and is measured idle only: loaded it delivers a twentieth of what is asked (`fanout.py`), and its latency is
that of a queue that grows.

Limits: loopback; device and browsers share the other core. A browser notes the time when it has read, so a reading
waits in the loaded case for the browsers that are read before it; "browsers' % of core" is what they used. Gaps in
the numbers of frames and conflated readings are counted from the snapshot on: both 0 for browsers that keep up.
"% of asked" well above 100: something else used the core, and the server was still catching up; measure anew.
"""

from argparse import Namespace
from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.benchmarks.gateways import NewGateway, katgate, naive, visited
from tests.benchmarks.pinned import become_driver
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("p50_ms", "p50 ms", ".2f"),
    Figure("p90_ms", "p90 ms", ".2f", is_compared=False),
    Figure("p99_ms", "p99 ms", ".2f"),
    Figure("max_ms", "max ms", ".2f", is_compared=False),
    Figure("share", "% of asked", ".1f", is_compared=False),
    Figure("browsers", "browsers' % of core", ".0f", is_compared=False),
    Figure("gaps", "gaps", ".0f", is_compared=False),
    Figure("conflated", "conflated", ".0f", is_compared=False),
]


@dataclass(frozen=True, slots=True)
class _Work:
    name: str
    rate: float
    browsers: int
    noting_every: int
    contestants: dict[str, NewGateway]


_WORKS: Final = (
    _Work("idle", 20, 1, 1, {"katgate": katgate, "naive": naive}),
    _Work("loaded", 20_000, 200, 20, {"katgate": katgate}),
)


def _measure(new: NewGateway, work: _Work, arguments: Namespace) -> dict[str, float]:
    with new(arguments.sensors, work.rate) as gateway:
        taken = visited(
            gateway, browsers=work.browsers, seconds=arguments.seconds, noting_every=work.noting_every
        )
    if taken["lost"]:
        raise RuntimeError(f"{taken['lost']} of {work.browsers} browsers were cut off")
    return taken | {
        "share": 100 * taken["updates"] / taken["seconds"] / (work.rate * work.browsers),
        "browsers": 100 * taken["cpu_s"] / taken["seconds"],
    }


def _main() -> None:
    parser = options("Latency from the device's socket to the browser's (P4).")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each time (default 5)")
    parser.add_argument("--sensors", type=int, default=1000, help="default 1,000")
    arguments = parser.parse_args()
    become_driver()
    cases = [
        Case(work.name, who, partial(_measure, new, work, arguments))
        for work in _WORKS
        for who, new in work.contestants.items()
    ]
    run(__doc__, cases, _FIGURES, peer="naive", arguments=arguments)


if __name__ == "__main__":
    _main()
