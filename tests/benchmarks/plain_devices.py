"""Many devices in one process, each of them a `plain_device.py` with a thread of its own.

`python -m tests.benchmarks.plain_devices count sensors rate` prints their ports, `[port, ...]`; `rate` is updates a
second of each, and all devices have sensors of the same names.
"""

import sys
from threading import Thread

from tests.benchmarks.plain_device import Device, sensor_names


def _main() -> None:
    count, sensors, rate = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    names = sensor_names(sensors)
    devices = [Device(names, rate) for _ in range(count)]
    threads = [Thread(target=device.run, daemon=True) for device in devices]
    for thread in threads:
        thread.start()
    print([device.port for device in devices], flush=True)
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    _main()
