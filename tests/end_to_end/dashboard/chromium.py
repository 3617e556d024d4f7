"""Chromium as the tests and the benchmark start it, and pages on which nothing goes wrong unseen."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Playwright, Request

__all__ = ["CHROMIUM", "PATIENCE_MS", "QUIET", "WatchedPages", "chromium_of", "value_of"]

CHROMIUM: Final = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)

#: A page that works needs far less; a busy machine may need this.
PATIENCE_MS: Final = 20_000

#: Without most of these Chromium looks for its maker's services, many at a time.
QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_DESKTOP: Final = (1280, 800)

#: What a policy forbids is told to the console anyway, save where it is only reported.
_TELL_VIOLATIONS: Final = """
addEventListener("securitypolicyviolation", (violation) =>
  console.error(`against the policy ${violation.effectiveDirective}: ${violation.blockedURI}`));
"""

#: What Chromium itself says of a katgate that is away.
_AWAY: Final = ("WebSocket connection", "net::ERR_CONNECTION_REFUSED")


@contextmanager
def chromium_of(playwright: Playwright, *more: str) -> Iterator[Browser]:
    """Start the machine's Chromium, without a window."""
    assert CHROMIUM is not None
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *more])
    try:
        yield browser
    finally:
        browser.close()


class WatchedPages:
    """Pages that are open together. `troubles` are all errors of their consoles, all exceptions, dialogs, violations
    of a policy, and requests to other hosts than those visited; that katgate is away is none.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: list[Page] = []
        self.troubles: list[str] = []

    def open(
        self,
        *,
        width: int = _DESKTOP[0],
        height: int = _DESKTOP[1],
        dark: bool = False,
        touch: bool = False,
        zone: str = "UTC",
    ) -> Page:
        """Open an empty page with settings, a time zone and a cache of its own."""
        page = self._browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=touch,
            timezone_id=zone,
        )
        page.add_init_script(_TELL_VIOLATIONS)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", self._note_dialog)
        page.on("request", lambda request: self._note_request(page, request))
        self._pages.append(page)
        return page

    def close(self) -> None:
        """Close all of them."""
        for page in self._pages:
            page.close()

    def photograph(self, folder: Path, name: str) -> None:
        """Keep what they look like now."""
        for number, page in enumerate(self._pages):
            page.screenshot(path=folder / f"{name}{f'-{number}' if number else ''}.png")

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in _AWAY):
            self.troubles.append(message.text)

    def _note_dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, page: Page, request: Request) -> None:
        is_ours = request.is_navigation_request() or request.url.startswith(_origin(page.url))
        if not is_ours and not request.url.startswith(("data:", "blob:")):
            self.troubles.append(f"a request to another host: {request.url}")


def value_of(page: Page, sensor: str) -> str:
    """Return what the page shows as a sensor's value."""
    return page.locator(f'[data-sensor="{sensor}"] [data-cell="value"]').inner_text()


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])
