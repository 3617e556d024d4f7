"""The page in Chromium, before a device of 10,000 sensors that change 5 times a second each: 50,000 readings/s.

table       all sensors of the device in the table, at rest; --minutes for what its memory does
scrolling   the same while the wheel turns
all         the sensors of all devices at once (`device=*`)
plot        8 sensors plotted
compare     8 sensors compared, over the one device that there is
hidden      another tab is in front: measured once the page has been hidden for --hidden-s
demo        `katgate demo`, loaded cold: first paint, and first row of the table, the median of --loads

Targets: less than 10 % of a core for the main thread and a flat heap; first paint of the demo within 1,000 ms; 60 kB
gzipped at first, 100 kB in all (`tests/end_to_end/dashboard/test_size.py` holds the page to that).

main, script, layout   shares of one core, of the page's main thread; script and layout (with style) are parts of it
process                the same of its whole process, which paints in threads of its own
MB, MB at end          what JavaScript holds after a garbage collection, at the beginning and at the end
kB/min                 how fast that grows in between (least squares; of two minutes and more without the first)
fps, seen, seen p95    frames a second; ms from a reading's arrival in the page until it has been drawn, measured by
                       itself because noting it costs something
Hz                     how often the first sensor in view was drawn anew: 5, or somebody on the way did not keep up

Limits: headless, and painted by the CPU, so that "process" is more and "fps" may be less than on a desk. Times are
CPU time. Chromium, all its processes, has one core; katgate and the device have the other. "seen" begins in the page:
what network and katgate take is `latency`. It ends when the frame has been handed to be painted, not on a screen.
"""

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import BrowserContext, Page, ViewportSize, sync_playwright
from playwright.sync_api import TimeoutError as NotThere

from tests.benchmarks.cold_loads import cold_loads
from tests.benchmarks.page_meter import INSTRUMENTS, PageMeter
from tests.benchmarks.pinned import DRIVER, MEASURED, Pinned, become_driver, on_core
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure
from tests.end_to_end.dashboard.tabs import tabs_of

_FIGURES: Final = [
    Figure(key, heading, form, is_compared=False)
    for key, heading, form in [
        ("main", "main %", ".1f"),
        ("script", "script %", ".1f"),
        ("layout", "layout %", ".1f"),
        ("process", "process %", ".1f"),
        ("heap", "MB", ".1f"),
        ("heap_end", "MB at end", ".1f"),
        ("growth", "kB/min", ".1f"),
        ("nodes", "nodes", ",.0f"),
        ("fps", "fps", ".0f"),
        ("seen", "seen ms", ".1f"),
        ("seen_p95", "seen p95", ".1f"),
        ("hz", "Hz", ".1f"),
        ("paint", "paint ms", ".0f"),
        ("row", "row ms", ".0f"),
    ]
]

_VIEWPORT: Final = ViewportSize(width=1280, height=800)

#: How often a person turns the wheel, and how often the heap is looked at, in seconds.
_ACT_EVERY_S: Final = 0.05
_LOOK_EVERY_S: Final = 10.0

#: What is done once only (lists, snapshots, compiling) is over by then, in seconds.
_SETTLE_S: Final = 5.0

#: A page that does not show what is to be measured by then does not have it, in seconds.
_PATIENCE_S: Final = 20.0

_ROW: Final = "[data-sensor]"


@dataclass(frozen=True, slots=True)
class _Work:
    """Where it is on the page, what is there once it is filled, and what is done there over and over, each 50 ms."""

    where: str
    sign: str = _ROW
    act: Callable[[Page], None] | None = None
    is_hidden: bool = False
    is_long: bool = False


def _turn_the_wheel(page: Page) -> None:
    page.mouse.move(640, 500)
    page.mouse.wheel(0, 120)


_SENSORS_OF_PLOT: Final = [f"board-0000.adc-{number:02}.power" for number in range(8)]

_WORKS: Final = {
    "table": _Work("#device=cbf", is_long=True),
    "scrolling": _Work("#device=cbf", act=_turn_the_wheel),
    "all": _Work("#device=*"),
    "plot": _Work("#page=plot&" + "&".join(f"plot=cbf:{name}" for name in _SENSORS_OF_PLOT), "canvas"),
    "compare": _Work(
        "#page=compare&over=cbf&" + "&".join(f"compared={name}" for name in _SENSORS_OF_PLOT), "[data-row]"
    ),
    "hidden": _Work("#device=cbf", is_hidden=True),
}


@contextmanager
def _katgate(arguments: Namespace) -> Iterator[str]:
    rate = arguments.sensors * arguments.hz
    with (
        Pinned(DRIVER, "plain_device", arguments.sensors, rate) as device,
        Pinned(DRIVER, "gateway_server", f"cbf=127.0.0.1:{device.port()}") as gateway,
    ):
        yield f"http://127.0.0.1:{gateway.port()}/"


@contextmanager
def _window() -> Iterator[BrowserContext]:
    # Chromium may still write to its profile when it has been told to end.
    with (
        sync_playwright() as playwright,
        TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        ExitStack() as stack,
    ):
        with on_core(MEASURED):
            window = stack.enter_context(tabs_of(playwright, Path(profile)))
        yield window


def _measure(work: _Work, arguments: Namespace) -> dict[str, float]:
    with _katgate(arguments) as url, _window() as window:
        page = window.pages[0]
        page.set_viewport_size(_VIEWPORT)
        if not _shows(page, url + work.where, work.sign):
            return {}
        meter = PageMeter(window, page)
        if work.is_hidden:
            window.new_page()
            time.sleep(arguments.hidden_s)
        figures = _taken(page, meter, work, arguments)
        if work.sign == _ROW and not work.is_hidden:
            figures |= _seen(window, url + work.where, arguments)
        return figures


def _shows(page: Page, url: str, sign: str) -> bool:
    page.goto(url)
    try:
        page.locator(sign).first.wait_for(timeout=1000 * _PATIENCE_S)
    except NotThere:
        print(f"left out: there is no {sign} at {url}", file=sys.stderr)
        return False
    time.sleep(_SETTLE_S)
    return True


def _taken(page: Page, meter: PageMeter, work: _Work, arguments: Namespace) -> dict[str, float]:
    began = time.monotonic()
    heaps = [(0.0, meter.heap_mb())]
    before = meter.metrics()
    while time.monotonic() < began + arguments.seconds:
        if work.act is not None:
            work.act(page)
        time.sleep(_ACT_EVERY_S)
    figures = meter.shares(before)
    end = began + (60 * arguments.minutes if work.is_long else 0)
    while time.monotonic() < end:
        heaps.append(((time.monotonic() - began) / 60, meter.heap_mb()))
        time.sleep(_LOOK_EVERY_S)
    heaps.append(((time.monotonic() - began) / 60, meter.heap_mb()))
    figures |= {"heap": heaps[0][1], "heap_end": heaps[-1][1], "nodes": meter.nodes()}
    return figures | ({"growth": _growth(heaps)} if work.is_long else {})


def _growth(heaps: list[tuple[float, float]]) -> float:
    """Return kB a minute. What a page has once only has come in the first minute, if there are more."""
    first = 1.0 if heaps[-1][0] > 2 else 0.0
    minutes, mb = zip(*(look for look in heaps if look[0] >= first), strict=True)
    return 1000 * linear_regression(minutes, mb).slope


def _seen(window: BrowserContext, url: str, arguments: Namespace) -> dict[str, float]:
    page = window.new_page()
    page.add_init_script(INSTRUMENTS)
    page.set_viewport_size(_VIEWPORT)
    if not _shows(page, url, _ROW):
        return {}
    return PageMeter(window, page).seen(arguments.seconds)


def _main() -> None:
    parser = options("The page in Chromium, before 10,000 sensors that change 5 times a second each.")
    parser.set_defaults(rounds=1)
    parser.add_argument(
        "--minutes", type=float, default=1.0, help="of the table's heap (default 1; promised: 30)"
    )
    parser.add_argument("--seconds", type=float, default=15.0, help="of all else (default 15)")
    parser.add_argument("--sensors", type=int, default=10_000, help="default 10,000")
    parser.add_argument("--hz", type=float, default=5.0, help="changes of each sensor a second (default 5)")
    parser.add_argument("--hidden-s", type=float, default=35.0, help="before it is measured (default 35)")
    parser.add_argument("--loads", type=int, default=9, help="of the demo (default 9)")
    arguments = parser.parse_args()
    become_driver()
    cases = [Case(name, "katgate", partial(_measure, work, arguments)) for name, work in _WORKS.items()]
    demo = Case("demo", "katgate", lambda: cold_loads(arguments.loads))
    run(__doc__, [*cases, demo], _FIGURES, peer="", arguments=arguments)


if __name__ == "__main__":
    _main()
