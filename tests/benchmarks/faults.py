"""Healthy browsers beside faulty ones, on one gateway: what they notice, and what it costs the gateway.

Work: 20 healthy browsers, that subscribe to the 100 sensors (strategy auto) of a device that pushes 2,000 updates a
second, so that each is to get 2,000 a second. Beside them one fault, or all at once:

nothing    no fault: what to compare with
stops      50 browsers that ask for everything (10,100 sensors) and never read
slow       50 that read one byte a second
vanishes   50 whose network is gone: they acknowledge nothing and end nothing; half of them asked for nothing either
floods     12 that say pings, subscriptions, wrong calls, deep JSON, no UTF-8, noise, half-masked frames, messages of
           a MiB, larger ones, messages and pings of 2^62 bytes, and fragments without end, each as fast as its
           socket takes it
regexes    8 that ask for sensors by regular expressions built to run for ever, over 10,000 sensors
rush       1,000 that connect at once, ask for 100 sensors, and go at once; again and again
pushes     a second device that pushes 100,000 updates a second, of 1,000 sensors that nobody wants

Target: latency and memory stay flat, the healthy ones lose nothing (gaps, conflated and lost are 0), and nothing is a
defect of katgate's (tracebacks is 0).

Latencies are of what came in while it was measured: where "% delivered" is low, the rest is later still.
"RSS" is the gateway's resident memory in MB, before the faults, at most, and some seconds after they have stopped.
"left" is how many more sockets it has then than before. Those who have vanished are among them, unless --seconds is
95 or more: by then it must have found them. "troubles" are lines of its log that begin with `!`; --keep keeps the
logs. From "joined" on: what became of the faulty browsers, how many times they were let in, were refused, were cut
off without a word, were closed with a code, were answered with an error, and were not answered.

Limits: the faults, the devices and the healthy browsers share the driver's core. The faults run only when the others
have nothing to do there, so "healthy" (what the healthy browsers use of the core) is to be well below 100 %; a row
whose p99 is high and whose "% of core" is low has more to do with this machine than with katgate. The device of
`pushes` pushes from the beginning to the end of its row.
"""

from argparse import Namespace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.benchmarks.beside import ENDS, PUSHES, beside
from tests.benchmarks.pinned import become_driver
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FAULTS: Final = ("stops", "slow", "vanishes", "floods", "regexes", "rush", PUSHES)
#: Contestant -> its faults.
_CONTESTANTS: Final[dict[str, tuple[str, ...]]] = {
    "nothing": (),
    **{fault: (fault,) for fault in _FAULTS},
    "all at once": _FAULTS,
}


def _figure(key: str, heading: str, form: str = ".0f", *, is_compared: bool = False) -> Figure:
    return Figure(key, heading, form, is_compared=is_compared)


_FIGURES: Final = [
    _figure("p50_ms", "p50 ms", ".1f"),
    _figure("p99_ms", "p99 ms", ".1f", is_compared=True),
    _figure("max_ms", "max ms", ".1f"),
    _figure("share", "% delivered", ".1f"),
    _figure("gaps", "gaps"),
    _figure("conflated", "conflated"),
    _figure("lost", "lost"),
    _figure("core", "% of core"),
    _figure("healthy", "healthy"),
    _figure("before_mb", "RSS before"),
    _figure("peak_mb", "peak"),
    _figure("after_mb", "after"),
    _figure("left", "left"),
    _figure("troubles", "troubles"),
    _figure("tracebacks", "tracebacks"),
    *(_figure(word, word) for word in ENDS),
]


def _measure(contestant: str, logs: Path, arguments: Namespace) -> dict[str, float]:
    log = logs / f"{contestant.replace(' ', '-')}.log"
    return beside(_CONTESTANTS[contestant], log, seconds=arguments.seconds, settle_s=arguments.settle)


def _main() -> None:
    parser = options("Healthy browsers beside faulty ones.")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each time (default 10)")
    parser.add_argument("--settle", type=float, default=5.0, help="seconds after the faults (default 5)")
    parser.add_argument("--keep", type=Path, help="a directory in which the gateway's logs are kept")
    arguments = parser.parse_args()
    become_driver()
    with TemporaryDirectory() as gone_afterwards:
        logs = arguments.keep or Path(gone_afterwards)
        logs.mkdir(parents=True, exist_ok=True)
        cases = [
            Case("20 healthy browsers", who, partial(_measure, who, logs, arguments)) for who in _CONTESTANTS
        ]
        arguments.keep = str(arguments.keep or "")
        run(__doc__, cases, _FIGURES, peer="nothing", arguments=arguments)


if __name__ == "__main__":
    _main()
