"""Beside: a gateway with healthy browsers, for a while with faults beside them, and what came of it.

The healthy browsers are all alike; a fault is one of `faulty_browsers.py`, or a second device that pushes.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.browsers import Visit
from tests.benchmarks.faulty_browser import Tally
from tests.benchmarks.pinned import DRIVER, MEASURED, Pinned
from tests.benchmarks.plain_device import sensor_names
from tests.benchmarks.process_memory import Resident

__all__ = ["ENDS", "PUSHES", "beside"]

#: Device -> its sensors, and how many updates it pushes a second: the healthy browsers' own, and one that is large.
_DEVICES: Final = {"cbf": (100, 2000), "big": (10_000, 1)}
#: The fault that is a device.
PUSHES: Final = "pushes"
_PUSHING: Final = {"fast": (1000, 100_000)}

_BROWSERS: Final = 20
_UPDATES_PER_S: Final = 2000 * _BROWSERS
_WISH: Final = {"device": "cbf", "sensors": sensor_names(100), "strategy": "auto"}

#: How long after the healthy ones are ready the faults begin, in seconds: their measurement has just begun then.
_BEFORE_S: Final = 1.2

#: What is told of the faulty browsers; see `faulty_browser.py`.
ENDS: Final = ("joined", "refused", "cut", "4002", "1009", "other codes", "errors", "unanswered")


def beside(faults: Sequence[str], log: Path, *, seconds: float, settle_s: float) -> dict[str, float]:
    """Measure so long, with these faults from begin to end, and look again `settle_s` after that.

    The figures are those of `browsers_client.py`, those of `ENDS`, and those described in `faults.py`.
    """
    with ExitStack() as stack, _gateway(log, is_pushing=PUSHES in faults) as (gateway, port):
        programs = [fault for fault in faults if fault != PUSHES]
        faulty = [stack.enter_context(Pinned(DRIVER, "faulty_browsers", its, port)) for its in programs]
        healthy = stack.enter_context(Pinned(DRIVER, "browsers_client"))
        healthy.tell(Visit(port, _BROWSERS, seconds, [_WISH], noting_every=2, server_pid=gateway.pid))
        healthy.line()  # all are ready
        time.sleep(_BEFORE_S)
        resident = Resident(gateway.pid)
        before_mb, sockets = resident.now_mb, resident.sockets
        resident.forget_peak()
        _turn(faulty)  # on
        taken: dict[str, float] = healthy.line()
        ends = _ends(_turn(faulty))  # off
        time.sleep(settle_s)
        return {
            **taken,
            **ends,
            **_said(log),
            "share": 100 * taken["updates"] / taken["seconds"] / _UPDATES_PER_S,
            "core": 100 * taken["server_cpu_s"] / taken["seconds"],
            "healthy": 100 * taken["cpu_s"] / taken["seconds"],
            "before_mb": before_mb,
            "peak_mb": resident.peak_mb,
            "after_mb": resident.now_mb,
            "left": resident.sockets - sockets,
        }


@contextmanager
def _gateway(log: Path, *, is_pushing: bool) -> Iterator[tuple[Pinned, int]]:
    """The gateway with its devices, and the port at which it serves."""
    with ExitStack() as stack:
        addresses = []
        for name, its in (_DEVICES | (_PUSHING if is_pushing else {})).items():
            device = stack.enter_context(Pinned(DRIVER, "plain_device", *its))
            addresses.append(f"{name}=127.0.0.1:{device.port()}")
            if name in _PUSHING:
                os.sched_setscheduler(device.pid, os.SCHED_IDLE, os.sched_param(0))
        gateway = stack.enter_context(Pinned(MEASURED, "gateway_server", "--log", log, *addresses))
        yield gateway, gateway.port()


def _turn(faulty: Sequence[Pinned]) -> list[Any]:
    """Turn faults on or off; return what they say to that."""
    for its in faulty:
        its.tell(True)
    return [its.line() for its in faulty]


def _ends(tallies: Sequence[Tally]) -> Mapping[str, float]:
    tally = sum(map(Counter, tallies), Tally())
    others = sum(count for word, count in tally.items() if word.isdigit() and word not in ENDS)
    return {word: tally[word] for word in ENDS} | {"other codes": others}


def _said(log: Path) -> Mapping[str, float]:
    """Return what its log has of what should not be."""
    lines = log.read_text("utf-8", "replace").splitlines()
    return {
        "troubles": sum(" ! " in line for line in lines),
        "tracebacks": sum(line.startswith("Traceback (most recent call last)") for line in lines),
    }
