"""Faulty browsers of a gateway, until told to stop.

`python -m tests.benchmarks.faulty_browsers fault port`: for a first line of input it begins and says `true`, for a
second it stops and says its tally (`faulty_browser.py`); then it stays until it is ended.
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Final

import msgspec

from tests.benchmarks.fault_floods import floods
from tests.benchmarks.fault_readers import one_byte_a_second, stops, vanishes
from tests.benchmarks.fault_regexes import regexes
from tests.benchmarks.fault_rush import rush
from tests.benchmarks.faulty_browser import Tally

#: Fault -> what goes on until the event is set, at a port.
_FAULTS: Final[dict[str, Callable[[int, Tally, Event], None]]] = {
    "stops": stops,
    "slow": one_byte_a_second,
    "vanishes": vanishes,
    "floods": floods,
    "regexes": regexes,
    "rush": rush,
}


def _main() -> None:
    fault, port = sys.argv[1], int(sys.argv[2])
    # They share a core with the healthy browsers, and must not be what those wait for.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    tally, end = Tally(), Event()
    with ThreadPoolExecutor(1) as pool:
        _next_line()
        going = pool.submit(_FAULTS[fault], port, tally, end)
        _say(True)
        _next_line()
        end.set()
        going.result()
        _say(tally)
        _next_line()


def _next_line() -> None:
    sys.stdin.buffer.readline()


def _say(what: object) -> None:
    print(msgspec.json.encode(what).decode(), flush=True)


if __name__ == "__main__":
    _main()
