"""How soon a page answers a key: from the key to the picture that shows it, as Chromium itself measures it."""

from statistics import median
from typing import Final

from playwright.sync_api import Page

__all__ = ["SOON_MS", "answers_within_ms", "note_events"]

#: Above this people take a page for slow (the limit of "good" for Interaction to Next Paint).
SOON_MS: Final = 200.0

#: Events that took less than 16 ms are not told; Chromium rounds to 8 ms.
_NOTE_EVENTS: Final = """() => {
  window.notedEvents = [];
  new PerformanceObserver((list) => window.notedEvents.push(...list.getEntries()))
    .observe({ type: "event", durationThreshold: 16 });
}"""

_DURATIONS: Final = """() => new Promise((told) => requestAnimationFrame(() => setTimeout(() => told(
  window.notedEvents.filter(({ name }) => name === "keydown").map(({ duration }) => duration)), 0)))"""


def note_events(page: Page) -> None:
    """Begin to measure."""
    page.evaluate(_NOTE_EVENTS)


def answers_within_ms(page: Page, keys: str) -> float:
    """Press keys, one after the other, and return the median of the times until each was answered.

    The median, not the worst: who runs the tests may do something else at the same time.
    """
    for key in keys:
        page.keyboard.press(key)
    durations: list[float] = page.evaluate(_DURATIONS)
    quick = [0.0] * max(0, len(keys) - len(durations))
    return median([*durations, *quick])
