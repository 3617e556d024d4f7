"""P7: REST on one core: `GET` of one sensor, and `POST` of a request (`?watchdog`) to a device of this machine.

GET a sensor         16 connections (--browsers), kept, each one request at a time. Klein, aiohttp and twisted.web
                     say "hello": ready bytes, as many as katgate's; the first two find a name in the path
POST a request       the same to katgate
POST one at a time   one connection, beside `?watchdog` straight to the same device over a KATCP socket: the overhead
                     is the difference of the medians, taken one after the other

Targets: GET 0.8 times Klein's hello; POST 2,000/s, a median overhead below 1 ms.

The server is on the measured core; on the other are the askers and the device, katgate's own DeviceServer. The
overhead has in it what the kernel takes to wake katgate twice.

Limits: no TLS, no proxy, small headers; nobody else asks. The hello programs keep no access log and check nothing,
neither Host nor Origin. "% of core" is how much of its core the server got: well below 100, it had to share it, or
the askers were too slow; CPU time each is the steadier figure.
"""

import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from statistics import median, quantiles
from typing import Final

from tests.benchmarks.hello import PATH, SENSOR
from tests.benchmarks.pinned import DRIVER, MEASURED, CpuClock, Pinned, become_driver
from tests.benchmarks.rest_client import Asker, ask_all, get, post, to_device
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("rate", "per second", ",.0f", is_more_better=True),
    Figure("cpu_us", "CPU us each", ".1f"),
    Figure("p50_ms", "p50 ms", ".3f", is_compared=False),
    Figure("p99_ms", "p99 ms", ".3f", is_compared=False),
    Figure("overhead_ms", "overhead ms", ".3f", is_compared=False),
    Figure("core", "% of core", ".0f", is_compared=False),
]

_WARM_UP_S: Final = 0.5

_SENSOR_PATH: Final = PATH + SENSOR
_REQUEST_PATH: Final = "/api/v1/devices/cbf/requests/watchdog"

#: Contestant -> its program.
_HELLOS: Final = {
    "Klein hello": "klein_hello",
    "aiohttp hello": "aiohttp_hello",
    "twisted.web hello": "twisted_hello",
}


@contextmanager
def _katgate(device_port: int) -> Iterator[tuple[int, CpuClock]]:
    """katgate once it is in step with the device: its port and its CPU time."""
    with Pinned(MEASURED, "gateway_server", f"cbf=127.0.0.1:{device_port}") as server:
        yield server.port(), server.cpu


@contextmanager
def _hello(program: str) -> Iterator[tuple[int, CpuClock]]:
    with Pinned(MEASURED, program) as server:
        yield server.port(), server.cpu


def _asked(ask: Callable[[], Asker], count: int, cpu: CpuClock, seconds: float) -> dict[str, float]:
    """Return the figures of a server that so many connections ask for some seconds."""
    with ExitStack() as stack:
        askers = [stack.enter_context(closing(ask())) for _ in range(count)]
        ask_all(askers, _WARM_UP_S)
        began, cpu_began = time.monotonic(), cpu.seconds()
        took = ask_all(askers, seconds)
        wall, used = time.monotonic() - began, cpu.seconds() - cpu_began
    return {
        "rate": len(took) / wall,
        "cpu_us": 1e6 * used / len(took),
        "p50_ms": 1e3 * median(took),
        "p99_ms": 1e3 * quantiles(took, n=100)[98],
        "core": 100 * used / wall,
    }


class _Works:
    """What is measured, each with a fresh server; the device is the same for all."""

    def __init__(self, device: Pinned, arguments: Namespace) -> None:
        self._device = device
        self._device_port = device.port()
        self._browsers: int = arguments.browsers
        self._seconds: float = arguments.seconds

    def cases(self) -> list[Case]:
        """Return all, and who is measured at each."""
        katgate = partial(_katgate, self._device_port)
        hellos = {who: partial(_hello, program) for who, program in _HELLOS.items()}
        return [
            *(
                Case("GET a sensor", who, partial(self._get, start))
                for who, start in {"katgate": katgate, **hellos}.items()
            ),
            Case("POST a request", "katgate", self._post),
            Case("POST one at a time", "katgate", self._post_one_at_a_time),
            Case("POST one at a time", "device alone", self._straight),
        ]

    def _get(self, start: Callable[[], AbstractContextManager[tuple[int, CpuClock]]]) -> dict[str, float]:
        with start() as (port, cpu):
            return _asked(lambda: get(port, _SENSOR_PATH), self._browsers, cpu, self._seconds)

    def _post(self) -> dict[str, float]:
        with _katgate(self._device_port) as (port, cpu):
            return _asked(lambda: post(port, _REQUEST_PATH), self._browsers, cpu, self._seconds)

    def _post_one_at_a_time(self) -> dict[str, float]:
        with _katgate(self._device_port) as (port, cpu):
            posted = _asked(lambda: post(port, _REQUEST_PATH), 1, cpu, self._seconds)
            straight = self._straight()
        return posted | {"overhead_ms": posted["p50_ms"] - straight["p50_ms"]}

    def _straight(self) -> dict[str, float]:
        return _asked(lambda: to_device(self._device_port), 1, self._device.cpu, self._seconds)


def _main() -> None:
    parser = options("GET of a sensor and POST of a request over REST (P7).")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each time (default 2)")
    parser.add_argument("--browsers", type=int, default=16, help="connections that ask at once (default 16)")
    arguments = parser.parse_args()
    become_driver()
    with Pinned(DRIVER, "katgate_server", 1) as device:
        cases = _Works(device, arguments).cases()
        run(__doc__, cases, _FIGURES, peer="Klein hello", arguments=arguments)


if __name__ == "__main__":
    _main()
