"""P5: a device with 10,000 float sensors, from TCP connect to all synced and sampled, each reading known.

"to X" is the device's library: katgate's DeviceServer or aiokatcp's. The client is measured on one core, the device
runs on the other: the seconds are theirs together, the CPU seconds are told apart. Target: no slower than aiokatcp,
and 100,000 sensors (--sensors 100000) in less than 10 s.

katgate     Mirror and Connection: `?help`, `?sensor-list`, `?sensor-sampling` of 1,000 at a time
aiokatcp    Client and SensorWatcher: `?sensor-list`, one `?sensor-sampling` of all

Limits: no other client, no latency of a network; a client's imports are not counted. The device's CPU time has in it
what it takes to forget the client again.
"""

import time
from argparse import Namespace
from contextlib import ExitStack
from functools import partial
from typing import Final

from tests.benchmarks.pinned import DRIVER, MEASURED, Pinned, become_driver
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("seconds", "seconds", ".3f"),
    Figure("client_cpu_s", "client's CPU s", ".3f"),
    Figure("device_cpu_s", "device's CPU s", ".3f"),
]

_LIBRARIES: Final = ("katgate", "aiokatcp")

#: A device is idle if it uses less than a fiftieth of its core for so long, in seconds.
_LOOK_S: Final = 0.05
#: How long it may take to forget a client, in seconds.
_DEADLINE_S: Final = 60.0


def _measure(client: str, device: Pinned, port: int, arguments: Namespace) -> dict[str, float]:
    _wait_until_idle(device)
    cpu = device.cpu.seconds()
    with Pinned(MEASURED, f"{client}_client", port, arguments.sensors, 0) as measured:
        synced = measured.line()
    if synced["sensors"] != arguments.sensors:
        raise RuntimeError(f"{client} knows {synced['sensors']} of {arguments.sensors} sensors")
    _wait_until_idle(device)
    return {
        "seconds": synced["seconds"],
        "client_cpu_s": synced["cpu_s"],
        "device_cpu_s": device.cpu.seconds() - cpu,
    }


def _wait_until_idle(device: Pinned) -> None:
    """Return once the device does nothing any more: it has forgotten the client before."""
    end = time.monotonic() + _DEADLINE_S
    while time.monotonic() < end:
        before = device.cpu.seconds()
        time.sleep(_LOOK_S)
        if device.cpu.seconds() - before < _LOOK_S / 50:
            return
    raise TimeoutError(f"the device is still busy after {_DEADLINE_S} s")


def _main() -> None:
    parser = options("From TCP connect to all sensors synced and sampled (P5).")
    parser.add_argument("--sensors", type=int, default=10_000, help="default 10,000; try 100,000")
    arguments = parser.parse_args()
    become_driver()
    cases = []
    with ExitStack() as stack:
        for library in _LIBRARIES:
            device = stack.enter_context(Pinned(DRIVER, f"{library}_server", arguments.sensors))
            port = device.port()
            for client in _LIBRARIES:
                measure = partial(_measure, client, device, port, arguments)
                cases.append(Case(f"to {library}", client, measure))
        run(__doc__, cases, _FIGURES, peer="aiokatcp", arguments=arguments)


if __name__ == "__main__":
    _main()
