"""What a page in Chromium takes: its main thread, its process, its memory, and how soon it shows what came in.

The times are CPU time of the page's own process (CDP `Performance`, thread ticks), so that what else runs on the
machine is no part of them.
"""

import time
from statistics import median, quantiles
from typing import Any, Final

from playwright.sync_api import BrowserContext, CDPSession, Page

__all__ = ["INSTRUMENTS", "PageMeter"]

#: Notes when a reading of the watched sensor arrives and when the page has been drawn with it; and each frame.
INSTRUMENTS: Final = """
  const noted = { watched: null, arrived: null, seen_ms: [], frames_ms: [] };
  window.__noted = noted;
  window.WebSocket = class extends WebSocket {
    constructor(...how) {
      super(...how);
      this.addEventListener("message", ({ data }) => {
        if (noted.watched !== null && data.includes(noted.watched)) noted.arrived ??= performance.now();
      });
    }
  };
  const drawn = new MessageChannel();
  drawn.port1.onmessage = () => {
    if (noted.arrived !== null) noted.seen_ms.push(performance.now() - noted.arrived);
    noted.arrived = null;
  };
  noted.watch = (sensor) => {
    const cell = document.querySelector(`[data-sensor="${sensor}"] [data-cell="value"]`);
    noted.watched = `"${sensor}"`;
    // Told within the frame that changes it; a message is taken once that frame has been handed over.
    new MutationObserver(() => drawn.port2.postMessage(null))
      .observe(cell, { subtree: true, childList: true, characterData: true });
    const frame = (now) => { noted.frames_ms.push(now); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  };
"""


class PageMeter:
    """Measures one page."""

    def __init__(self, window: BrowserContext, page: Page) -> None:
        self._page = page
        self._cdp: CDPSession = window.new_cdp_session(page)
        self._cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def metrics(self) -> dict[str, float]:
        """Return Chromium's own figures, and the time."""
        found: Any = self._cdp.send("Performance.getMetrics")
        return {its["name"]: its["value"] for its in found["metrics"]} | {"wall": time.monotonic()}

    def shares(self, before: dict[str, float]) -> dict[str, float]:
        """Return the shares of one core, in percent, since then: of the main thread, in it script and layout (with
        style), and of the whole process, which paints in other threads.
        """
        now = self.metrics()
        took = {key: now[key] - before[key] for key in now}
        layout = took["LayoutDuration"] + took["RecalcStyleDuration"]
        seconds = {
            "main": took["TaskDuration"],
            "script": took["ScriptDuration"],
            "layout": layout,
            "process": took["ProcessTime"],
        }
        return {key: 100 * its / took["wall"] for key, its in seconds.items()}

    def heap_mb(self) -> float:
        """Return what JavaScript holds after its garbage has been collected."""
        self._cdp.send("HeapProfiler.collectGarbage")
        return self.metrics()["JSHeapUsedSize"] / 1e6

    def nodes(self) -> int:
        """Return how many nodes there are in the document."""
        found: int = self._page.evaluate("() => document.getElementsByTagName('*').length")
        return found

    def seen(self, seconds: float) -> dict[str, float]:
        """Watch the first sensor in view; the page must have been loaded with INSTRUMENTS.

        Returns the frames a second (`fps`), how often its value was drawn anew (`hz`), and the ms from its arrival in
        the page until it had been drawn: the median (`seen`), and what one in 20 exceeds (`seen_p95`).
        """
        sensor = self._page.locator("[data-sensor]").first.get_attribute("data-sensor")
        self._page.evaluate("sensor => window.__noted.watch(sensor)", sensor)
        time.sleep(seconds)
        noted: Any = self._page.evaluate("() => window.__noted")
        frames_ms, seen_ms = noted["frames_ms"], noted["seen_ms"]
        span_s = (frames_ms[-1] - frames_ms[0]) / 1000
        return {
            "fps": (len(frames_ms) - 1) / span_s,
            "hz": len(seen_ms) / span_s,
            "seen": median(seen_ms),
            "seen_p95": quantiles(seen_ms, n=20)[-1],
        }
