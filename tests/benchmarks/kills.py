"""A device killed with SIGKILL under load, again and again, with browsers attached: how soon all is well again.

Work: a device pushes 2,000 readings a second over 100 sensors; 3 browsers follow every one of them. Each time a
request is under way when it is killed; then it is started again at once, on the same port. Each time it is asserted
that every browser sees each sensor become unreachable, with the value and the time that it had, and then new
readings; that who had asked is told `device-disconnected`; and that the device gets no request twice. No traceback is
in the log.

ms from the kill until
told         the last browser has seen the last sensor become unreachable
answered     who had asked is told so
listening    the device, started again, listens: this is the device's own time
synced       katgate is in step with it again: its lists read, its sensors sampled

The first pause is drawn from 0 to 500 ms. Where it ends before the device listens, the attempt is refused, and the
next pause is drawn from 0 to 1 s, and so on.

What the gateway holds (objects: after a collection of garbage), before the first kill and then ten times, shall not
grow.
"""

import math
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from tests.benchmarks.killing import Killed, kill_often

_TIMES: Final = ("told", "answered", "listening", "synced")
_SHARES: Final = {"median": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}


def _distribution(times: list[float]) -> dict[str, float]:
    """Return how long it took, in ms."""
    ordered = sorted(times)
    return {name: 1e3 * ordered[math.ceil(share * len(ordered)) - 1] for name, share in _SHARES.items()}


def _figures(killed: Killed) -> dict[str, Any]:
    return {
        "ms": {name: _distribution(getattr(killed, name)) for name in _TIMES},
        "updates": killed.updates,
        "conflated": killed.conflated,
        "held": [
            {"rss_mb": state.rss_mb, "files": state.files, **msgspec.structs.asdict(state.held)}
            for state in killed.states
        ],
    }


def _show(figures: dict[str, Any]) -> None:
    print(__doc__.strip())
    for title, rows in (("ms", figures["ms"]), ("held", dict(enumerate(figures["held"])))):
        print(f"\n{title:12}" + "".join(f"{heading:>15}" for heading in next(iter(rows.values()))))
        for name, cells in rows.items():
            print(f"{name!s:12}" + "".join(f"{cell:15,.1f}" for cell in cells.values()))
    print(f"\nupdates delivered {figures['updates']:,}, of which conflated {figures['conflated']}")


def _main() -> None:
    parser = ArgumentParser(description="Kill a device again and again.")
    parser.add_argument("--kills", type=int, default=1000, help="default 1,000, which takes some ten minutes")
    parser.add_argument("--browsers", type=int, default=3, help="default 3")
    parser.add_argument("--rate", type=int, default=2000, help="readings a second (default 2,000)")
    parser.add_argument("--json", action="store_true", help="print the figures alone, as JSON")
    parser.add_argument("--keep", type=Path, help="a directory in which the logs are kept")
    arguments = parser.parse_args()
    with TemporaryDirectory() as gone_afterwards:
        logs = arguments.keep or Path(gone_afterwards)
        logs.mkdir(parents=True, exist_ok=True)
        killed = kill_often(
            arguments.kills, logs, browsers=arguments.browsers, rate=arguments.rate, warm_up=20
        )
    figures = _figures(killed)
    if arguments.json:
        print(msgspec.json.encode(figures).decode())
    else:
        _show(figures)


if __name__ == "__main__":
    _main()
