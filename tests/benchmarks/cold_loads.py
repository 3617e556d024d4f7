"""Cold loads of the page of `katgate demo`: nothing is cached, and Chromium has seen nothing of it before."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.pinned import MEASURED, on_core
from tests.end_to_end.dashboard.chromium import chromium_of
from tests.processes import Katgate, running

__all__ = ["cold_loads"]

#: The device with a thousand sensors.
_WHERE: Final = "#device=cbf"

#: When the first row is in the document, on the page's own clock.
_NOTE_FIRST_ROW: Final = """
  new MutationObserver((_, observer) => {
    if (document.querySelector("[data-sensor]") === null) return;
    window.__firstRow_ms = performance.now();
    observer.disconnect();
  }).observe(document, { subtree: true, childList: true });
"""

_TIMES: Final = """() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return paint && window.__firstRow_ms ? [paint.startTime, window.__firstRow_ms] : null;
}"""


def cold_loads(loads: int) -> dict[str, float]:
    """Return the medians of ms to the first contentful paint, and to the first row of the table."""
    with _demo() as url, sync_playwright() as playwright, ExitStack() as stack:
        with on_core(MEASURED):
            browser = stack.enter_context(chromium_of(playwright))
        times = [_load(browser, url) for _ in range(loads)]
    paints, rows = zip(*times, strict=True)
    return {"paint": median(paints), "row": median(rows)}


@contextmanager
def _demo() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        katgate = Katgate(["demo", "--listen", "127.0.0.1:0"], Path(folder) / "log")
        with running(katgate):
            katgate.wait_for_state("cbf", "synced")
            yield katgate.url


def _load(browser: Browser, url: str) -> tuple[float, float]:
    page = browser.new_page()
    page.add_init_script(_NOTE_FIRST_ROW)
    page.goto(url + _WHERE)
    found: Any = page.wait_for_function(_TIMES).json_value()
    page.close()
    return found[0], found[1]
