"""P8: a device server on one core. Requests answered, and updates pushed to one client that reads.

one at a time     `?watchdog[1]`, wait for the reply, the next
pipelined         the same without waiting: half a window to a window of them on the way (--window)
1 set a turn      a float sensor of strategy `event` is set once, then the loop has a turn, and so on: updates
                  received. Each goes out alone, so this is mostly the loop and the kernel
100 sets a turn   the same, set 100 times in between: a device that measures many sensors at once

Target: 3 times aiokatcp. The load is a plain socket on the other core, the same for all; it spins, so it is never
asleep when a reply comes. "plain" is a server on a plain socket that answers ready bytes. Pipelined it shows that
the load is not the bottleneck; one at a time it is what the kernel alone takes to wake two processes in turn, and
no server can be much better.

Limits: one client; a request that does nothing; a reader that keeps up. Each measurement has a fresh server.
"% of core" is how much of its core a server used. One that is never idle (all but "one at a time") and is well below
100 had to share it, and its rate is low; CPU time each is the steadier figure.
"""

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Final

from tests.benchmarks.katcp_python_server import import_katcp
from tests.benchmarks.load import Load, connected
from tests.benchmarks.pinned import MEASURED, Pinned, become_driver
from tests.benchmarks.plain_device import sensor_names
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("rate", "per second", ",.0f", is_more_better=True),
    Figure("cpu_us", "CPU us each", ".2f"),
    Figure("core", "% of core", ".0f", is_compared=False),
]

_WARM_UP_S: Final = 0.3

#: Does the load for some seconds; returns how many were answered or received.
Work = Callable[[Load, float], int]


def _measure(program: str, sets: int, work: Work, seconds: float) -> dict[str, float]:
    with Pinned(MEASURED, program, 1, sets) as server, connected(server.port()) as load:
        if sets:
            load.send(b"?sensor-sampling[1] %b event\n" % sensor_names(1)[0].encode())
            load.receive_until(b"!sensor-sampling[1] ok")
        work(load, _WARM_UP_S)
        began, cpu = time.monotonic(), server.cpu.seconds()
        count = work(load, seconds)
        wall, cpu = time.monotonic() - began, server.cpu.seconds() - cpu
    return {"rate": count / wall, "cpu_us": 1e6 * cpu / count, "core": 100 * cpu / wall}


def _servers() -> dict[str, str]:
    servers = {"katgate": "katgate_server", "aiokatcp": "aiokatcp_server"}
    try:
        import_katcp()
    except Exception as error:  # it is old, and whatever it trips over is no matter of ours
        print(f"katcp-python cannot be imported here, and is left out: {error}", file=sys.stderr)
        return servers
    return servers | {"katcp-python": "katcp_python_server"}


def _cases(arguments: Namespace) -> list[Case]:
    servers = _servers()
    plain = {"plain": "plain_server"}
    works: list[tuple[str, int, Work, dict[str, str]]] = [
        ("one at a time", 0, Load.one_at_a_time, servers | plain),
        ("pipelined", 0, partial(Load.pipelined, window=arguments.window), servers | plain),
        ("1 set a turn", 1, Load.updates, servers),
        ("100 sets a turn", 100, Load.updates, servers),
    ]
    return [
        Case(name, who, partial(_measure, program, sets, work, arguments.seconds))
        for name, sets, work, contestants in works
        for who, program in contestants.items()
    ]


def _main() -> None:
    parser = options("Requests answered and updates pushed by a device server (P8).")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each time (default 2)")
    parser.add_argument("--window", type=int, default=1000, help="requests on the way (default 1,000)")
    arguments = parser.parse_args()
    become_driver()
    run(__doc__, _cases(arguments), _FIGURES, peer="aiokatcp", arguments=arguments)


if __name__ == "__main__":
    _main()
