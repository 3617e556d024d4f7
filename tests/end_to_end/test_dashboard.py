"""The dashboard, driven in Chromium: found again after a reload, and after katgate was away."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.processes import Katgate

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

#: Without these Chromium looks for its maker's services, many at a time.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine; install Debian's package chromium"
    ),
]

#: A page that works needs far less; a busy machine may need this.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    assert CHROMIUM is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page on which every error of the console fails the test, save those of a katgate that is away."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    troubles: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "WebSocket connection" not in message.text:
            troubles.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    if "KATGATE_SCREENSHOTS" in os.environ:
        name = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2].split()[0]
        page.screenshot(path=Path(os.environ["KATGATE_SCREENSHOTS"]) / f"{name}.png")
    page.close()
    assert [] == troubles


def value_of(page: Page, sensor: str) -> str:
    """Return what the page shows as a sensor's value."""
    return page.locator(f'[data-sensor="{sensor}"] [data-cell="value"]').inner_text()


def test_devices_and_live_sensors(page: Page, start: Callable[..., Katgate]) -> None:
    """A newcomer opens the address that katgate printed, and sees the telescope move."""
    page.goto(start("demo").url)
    expect(page.locator("[data-device]")).to_have_count(6)
    expect(page.locator('[data-device="cbf"]')).to_have_attribute("data-state", "synced")
    expect(page.locator('[data-connection="connected"]')).to_be_visible()
    page.locator('[data-device="m001"]').click()
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    first = value_of(page, "actual-azimuth")
    page.wait_for_function(
        """first => document.querySelector(
               '[data-sensor="actual-azimuth"] [data-cell="value"]').innerText !== first""",
        arg=first,
        timeout=PATIENCE_MS,
    )
    row = page.locator('[data-sensor="actual-azimuth"]')
    expect(row.locator('[data-cell="units"]')).to_have_text("deg")
    expect(row.locator('[data-cell="status"]')).to_contain_text("nominal")
    expect(row.locator('[data-cell="age"]')).to_contain_text("s")


def test_a_thousand_sensors_in_a_table_of_few_rows(page: Page, start: Callable[..., Katgate]) -> None:
    """Only what can be seen is in the document; the filter finds the rest."""
    page.goto(start("demo").url + "#device=cbf")
    expect(page.locator('[data-count="sensors"]')).to_contain_text("1,000")
    assert page.locator("[data-sensor]").count() < 100
    page.keyboard.press("/")
    page.keyboard.type("f07.adc*")
    expect(page.locator('[data-sensor="f07.adc-power"]')).to_be_visible()
    expect(page.locator('[data-sensor="f00.adc-power"]')).to_have_count(0)


def test_found_again_after_a_reload(page: Page, start: Callable[..., Katgate]) -> None:
    """The address says which device and which filter."""
    page.goto(start("demo").url)
    page.locator('[data-device="weather"]').click()
    expect(page.locator('[data-sensor="wind-speed"]')).to_be_visible()
    page.reload()
    expect(page.locator('[data-sensor="wind-speed"]')).to_be_visible()


def test_found_again_after_katgate_restarts(page: Page, start: Callable[..., Katgate]) -> None:
    """While it is away values are shown as old; when it is back everything is live again, untouched."""
    katgate = start("demo")
    page.goto(katgate.url + "#device=m002")
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    katgate.kill()
    expect(page.locator('[data-connection="waiting"]')).to_be_visible()
    expect(page.locator('[data-old="true"]').first).to_be_visible()
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    start("demo", "--listen", f"127.0.0.1:{katgate.port}")
    expect(page.locator('[data-connection="connected"]')).to_be_visible()
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    expect(page.locator('[data-old="true"]')).to_have_count(0)
    expect(page.locator('[data-device="m002"]')).to_have_attribute("data-state", "synced")


def test_device_that_goes_away(page: Page, start: Callable[..., Katgate]) -> None:
    """Its last values stay, and are seen to be old."""
    katgate = start("demo")
    page.goto(katgate.url + "#device=m003")
    expect(page.locator('[data-sensor="actual-azimuth"][data-status="nominal"]')).to_be_visible()
    assert katgate.ask("POST", "devices/m003/requests/halt", {"confirm": "halt"}).json["ok"]
    expect(page.locator('[data-sensor="actual-azimuth"][data-status="unreachable"]')).to_be_visible()
    assert value_of(page, "actual-azimuth")
    expect(page.locator('[data-device="m003"]')).not_to_have_attribute("data-state", "synced")
    expect(page.locator('[data-device="m002"]')).to_have_attribute("data-state", "synced")
