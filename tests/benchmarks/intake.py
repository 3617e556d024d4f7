"""P1: one device pushes `#sensor-status` at full speed; updates taken in on one core, no browser.

Work: 1,000 float sensors in turn, one reading in each message, on one connection of this machine. The device is
a plain socket that pushes ready-made bytes from the other core. Target: 3 times aiokatcp.

katgate mirror   tx.Mirror and Connection, a listener that keeps the last reading of each sensor in a dict
katgate hub      the same into katgate's feed and hub: what the gateway does before it has any browser
aiokatcp         its Client and SensorWatcher
codec alone      a plain socket, katcp-codec, decoding, a dict: about the floor
discard          a plain socket that counts lines: what the device can push at most, so it is not the bottleneck

Limits: values and timestamps come round again after eight; no reading is wrong, late or of an unknown sensor.
"% of core" is how much of its core a contestant got: well below 100, others were using it, and the rate is low;
CPU time for each update is the steadier figure.
"""

from argparse import Namespace
from functools import partial
from typing import Final

from tests.benchmarks.pinned import DRIVER, MEASURED, Pinned, become_driver
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("rate", "updates/s", ",.0f", is_more_better=True),
    Figure("cpu_us", "CPU us/update", ".2f"),
    Figure("core", "% of core", ".0f", is_compared=False),
]

#: Contestant -> its program, and how it is to work.
_CONTESTANTS: Final = {
    "katgate mirror": ("katgate_client", "mirror"),
    "katgate hub": ("katgate_client", "hub"),
    "aiokatcp": ("aiokatcp_client", ""),
    "codec alone": ("plain_client", "codec"),
    "discard": ("plain_client", "discard"),
}


def _measure(contestant: str, port: int, arguments: Namespace) -> dict[str, float]:
    program, how = _CONTESTANTS[contestant]
    with Pinned(MEASURED, program, port, arguments.sensors, arguments.seconds, how) as client:
        client.line()  # it is in step
        taken = client.line()
    # Fast because it dropped something would be no feat.
    if contestant != "discard" and taken["sensors"] != arguments.sensors:
        raise RuntimeError(f"{contestant} knows {taken['sensors']} of {arguments.sensors} sensors")
    return {
        "rate": taken["updates"] / taken["seconds"],
        "cpu_us": 1e6 * taken["cpu_s"] / taken["updates"],
        "core": 100 * taken["cpu_s"] / taken["seconds"],
    }


def _main() -> None:
    parser = options("Updates taken in from one device that pushes at full speed (P1).")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each time (default 2)")
    parser.add_argument("--sensors", type=int, default=1000, help="default 1,000")
    arguments = parser.parse_args()
    become_driver()
    with Pinned(DRIVER, "plain_device", arguments.sensors) as device:
        port = device.port()
        cases = [Case("intake", who, partial(_measure, who, port, arguments)) for who in _CONTESTANTS]
        run(__doc__, cases, _FIGURES, peer="aiokatcp", arguments=arguments)


if __name__ == "__main__":
    _main()
