"""A Chromium whose tabs hide each other, as on a desk: for what a page does while nobody looks at it.

Playwright makes every page believe that it is seen and has the focus, save in a Chromium that it did not start.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.end_to_end.dashboard.chromium import CHROMIUM, QUIET
from tests.processes import wait_for

__all__ = ["tabs_of"]

#: How long Chromium may take to end, in seconds, before it is killed.
_GOODBYE_S = 5.0


@contextmanager
def tabs_of(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """Start the machine's Chromium, with an empty folder as its profile; yields its one window, which has one tab.

    Each `new_page` is a tab in front of the others; `bring_to_front` chooses another.
    """
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", *QUIET, f"--user-data-dir={profile}", "--remote-debugging-port=0"]
    started = subprocess.Popen(
        [*command, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        # Chromium puts its port and its address there once it listens.
        found = wait_for(lambda: _lines(profile / "DevToolsActivePort"), "Chromium to start")
        browser = playwright.chromium.connect_over_cdp(f"ws://127.0.0.1:{''.join(found)}", no_defaults=True)
        yield browser.contexts[0]
        browser.close()
    finally:
        _end(started)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def _end(started: "subprocess.Popen[bytes]") -> None:
    started.terminate()
    try:
        started.wait(_GOODBYE_S)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
