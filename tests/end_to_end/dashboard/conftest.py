"""The page in Chromium, in front of `katgate demo` or of what a test starts itself.

With DASHBOARD_SCREENSHOTS=folder each test leaves there what its pages looked like at its end.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.end_to_end.dashboard.axe import AXE, violations
from tests.end_to_end.dashboard.chromium import CHROMIUM, PATIENCE_MS, WatchedPages, chromium_of
from tests.end_to_end.dashboard.guarded import Guarded, guarded
from tests.end_to_end.dashboard.hostile_device import HostileDevice
from tests.end_to_end.dashboard.tabs import tabs_of
from tests.processes import Katgate, running

expect.set_options(timeout=PATIENCE_MS)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what drives Chromium, so that it can be chosen or left out."""
    if "playwright" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)


# Not for the whole session: an asyncio loop runs in this thread as long as Playwright does, which other tests may
# not have around them.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; install Debian's package chromium")
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests; each page has settings and a cache of its own."""
    with chromium_of(playwright) as browser:
        yield browser


@pytest.fixture
def window(playwright: Playwright, tmp_path: Path, start: object) -> Iterator[BrowserContext]:
    """A Chromium of its own, with one tab; each new one hides the others, as on a desk."""
    with tabs_of(playwright, tmp_path / "profile") as window:
        yield window


# `start` is asked for so that what a test starts outlives the pages: they are to be seen as they were in the test.
@pytest.fixture
def pages(chromium: Browser, start: object) -> Iterator[WatchedPages]:
    """Pages in any width, light or dark, with a mouse or a finger; what goes wrong on any of them fails the test."""
    pages = WatchedPages(chromium)
    yield pages
    if "DASHBOARD_SCREENSHOTS" in os.environ:
        name = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2].split(" ")[0]
        pages.photograph(Path(os.environ["DASHBOARD_SCREENSHOTS"]), name.replace("/", "_"))
    pages.close()
    assert [] == pages.troubles


@pytest.fixture
def page(pages: WatchedPages) -> Page:
    """A light page on a desktop."""
    return pages.open()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Katgate]:
    """A `katgate demo` that all share who change nothing of it, synced."""
    yield from _telescope(tmp_path_factory)


@pytest.fixture(scope="package")
def telescope(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Katgate]:
    """Another one, which may be commanded: but all its devices must be there afterwards."""
    yield from _telescope(tmp_path_factory)


@pytest.fixture(scope="package")
def gate(telescope: Katgate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A katgate with tokens before the same devices, for all who end what they begin."""
    folder = tmp_path_factory.mktemp("gate")
    with ExitStack() as stack:

        def start(*arguments: str) -> Katgate:
            return stack.enter_context(running(Katgate([*arguments], folder / "katgate.log")))

        yield guarded(folder / "gate", start, telescope)


@pytest.fixture(scope="package")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Katgate]:
    """A katgate that serves a device that means no good, as `bad`."""
    log = tmp_path_factory.mktemp("bad") / "katgate.log"
    with HostileDevice() as device:
        arguments = ["serve", f"bad=127.0.0.1:{device.port}", "--listen", "127.0.0.1:0"]
        with running(Katgate(arguments, log)) as katgate:
            katgate.wait_for_state("bad", "synced")
            yield katgate


def _telescope(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Katgate]:
    log = tmp_path_factory.mktemp("demo") / "katgate.log"
    with running(Katgate(["demo", "--listen", "127.0.0.1:0"], log)) as katgate:
        for device in katgate.get("devices")["devices"]:
            katgate.wait_for_state(device["name"], "synced")
        yield katgate


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Assert that axe finds nothing on a page that would keep somebody from using it."""
    if not AXE.is_file():
        pytest.skip("axe-core is not there; run `npm ci` in web/")

    def axe(page: Page) -> None:
        found = "\n".join(violations(page))
        assert not found, found

    return axe
