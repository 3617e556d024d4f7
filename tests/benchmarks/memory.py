"""P6: memory of the gateway's process: what a sensor takes, an idle browser, and one that has stalled.

sensor    a device of 100,000 float sensors, each with a reading, less the same with 100 sensors
idle      1,000 browsers are connected, and nothing happens but one update a second
stalled   100 browsers want all of 1,000 sensors (strategy auto) and, once all have their snapshots, take not one byte
          more, while the device pushes 5,000 updates a second, or as many as are taken in. The most within 15 s

Targets: 1.5 kB a sensor, 25 kB an idle browser, 256 kB a stalled one whatever the rate.

katgate                "idle": browsers that have asked for nothing
katgate, same wish     all share one: of 100 sensors when idle, for everything when stalled
katgate, own wishes    the same sensors, but no two browsers share frames
aiokatcp               its Client and SensorWatcher, for the sensors
Autobahn               plain Autobahn that sends the same to all and never looks whether they take it: no bound

"kB each" is the private memory that was not there before (a kB is 1,000 bytes); "MB in all" is the resident memory
of the whole process. "kernel's kB each" is what the kernel holds of what a browser was sent and has not taken; until
that is full, after 8 s or more at 5,000/s, nothing has stalled for the process. On loopback it takes 2.5 to 4 MB,
over a network less at first. Limits: CPython gives memory back late or never, so what was needed for a moment counts;
no TLS.
"""

import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tests.benchmarks.browsers import Visit
from tests.benchmarks.gateways import EVERYTHING, Gateway, NewGateway, katgate, unshared
from tests.benchmarks.pinned import DRIVER, MEASURED, Pinned, become_driver
from tests.benchmarks.plain_device import sensor_names
from tests.benchmarks.process_memory import ProcessMemory, memory_of, unsent_bytes
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("each", "kB each", ",.1f"),
    Figure("rss", "MB in all", ",.0f", is_compared=False),
    Figure("kernel", "kernel's kB each", ",.0f", is_compared=False),
]

_PEER: Final = "Autobahn"

#: What the process has anyway is measured with so many sensors.
_FEW: Final = 100
_SENSORS: Final = 1000
_WISHED: Final = 100
_IDLE: Final = 1000
_STALLED: Final = 100

#: Updates a second: when nothing happens, when much does, and as many as it takes.
_IDLE_RATE: Final = 1.0
_RATE: Final = 5000.0
_FULL_SPEED: Final = 0.0

#: How long a process is left alone before it is looked at, and how often it is looked at then, in seconds.
_SETTLE_S: Final = 1.0
_LOOK_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Browsers:
    """Browsers that come to a gateway, and what they do there."""

    count: int
    rate: float
    wishes: Sequence[dict[str, Any]] = ()
    dialect: str = ""
    stalls: bool = False


#: Name -> the gateway, and the browsers that come to it.
_Contestants = dict[str, tuple[NewGateway, _Browsers]]


@contextmanager
def _autobahn(sensors: int, rate: float) -> Iterator[Gateway]:
    with Pinned(MEASURED, "autobahn_server", sensors, rate) as server:
        yield Gateway(server.port(), "autobahn", server.pid)


@contextmanager
def _aiokatcp(sensors: int, rate: float) -> Iterator[Gateway]:
    """Start aiokatcp's client and a device; it serves nobody."""
    with (
        Pinned(DRIVER, "plain_device", sensors, rate) as device,
        Pinned(MEASURED, "aiokatcp_client", device.port(), sensors, 0) as client,
    ):
        client.line()  # it is in step
        yield Gateway(0, "", client.pid)


def _measure_sensor(new: NewGateway, arguments: Namespace) -> dict[str, float]:
    found = []
    for sensors in (_FEW, arguments.sensors):
        with new(sensors, _IDLE_RATE) as gateway:
            time.sleep(_SETTLE_S)
            found.append(memory_of(gateway.pid))
    few, many = found
    return {
        "each": (many.private - few.private) / (arguments.sensors - _FEW) / 1e3,
        "rss": many.rss / 1e6,
    }


def _measure_browsers(new: NewGateway, its: _Browsers, arguments: Namespace) -> dict[str, float]:
    with new(_SENSORS, its.rate) as gateway, Pinned(DRIVER, "browsers_client") as client:
        time.sleep(_SETTLE_S)
        before = memory_of(gateway.pid).private
        dialect = its.dialect or gateway.dialect
        client.tell(Visit(gateway.port, its.count, 0, list(its.wishes), dialect, 0, stalls=its.stalls))
        client.line()  # all are ready
        most = _most_memory(gateway.pid, arguments.seconds if its.stalls else _SETTLE_S)
        kernel = unsent_bytes(gateway.port)
    return {
        "each": (most.private - before) / its.count / 1e3,
        "rss": most.rss / 1e6,
        "kernel": kernel / its.count / 1e3,
    }


def _most_memory(pid: int, seconds: float) -> ProcessMemory:
    end = time.monotonic() + seconds
    most = memory_of(pid)
    while time.monotonic() < end:
        time.sleep(_LOOK_S)
        most = max(most, memory_of(pid), key=lambda memory: memory.private)
    return most


def _cases(arguments: Namespace) -> list[Case]:
    shared = {**EVERYTHING, "sensors": sensor_names(_WISHED)}
    idle: _Contestants = {
        "katgate": (katgate, _Browsers(_IDLE, _IDLE_RATE, dialect="silent")),
        "katgate, same wish": (katgate, _Browsers(_IDLE, _IDLE_RATE, [shared])),
        _PEER: (_autobahn, _Browsers(_IDLE, _IDLE_RATE)),
    }
    works: dict[str, _Contestants] = {
        "idle": idle,
        "stalled, 5,000/s": _stalled(_RATE),
        "stalled, full speed": _stalled(_FULL_SPEED),
    }
    return [
        *(
            Case("sensor", who, partial(_measure_sensor, new, arguments))
            for who, new in {"katgate": katgate, "aiokatcp": _aiokatcp}.items()
        ),
        *(
            Case(work, who, partial(_measure_browsers, new, browsers, arguments))
            for work, contestants in works.items()
            for who, (new, browsers) in contestants.items()
        ),
    ]


def _stalled(rate: float) -> _Contestants:
    own = [unshared(EVERYTHING, number) for number in range(_STALLED)]
    contestants: _Contestants = {
        "katgate, same wish": (katgate, _Browsers(_STALLED, rate, [EVERYTHING], stalls=True)),
        "katgate, own wishes": (katgate, _Browsers(_STALLED, rate, own, stalls=True)),
    }
    if rate:  # it has no device to read, so it has no full speed
        contestants[_PEER] = _autobahn, _Browsers(_STALLED, rate, stalls=True)
    return contestants


def _main() -> None:
    parser = options("Memory of the gateway's process (P6).")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long browsers stall (default 15)")
    parser.add_argument("--sensors", type=int, default=100_000, help="default 100,000")
    arguments = parser.parse_args()
    become_driver()
    run(__doc__, _cases(arguments), _FIGURES, peer=_PEER, arguments=arguments)


if __name__ == "__main__":
    _main()
