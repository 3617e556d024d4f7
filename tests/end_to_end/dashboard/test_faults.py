"""What the page shows while something is away, and that it is found again by itself."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.end_to_end.dashboard.chromium import value_of
from tests.processes import Katgate, wait_for


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


def test_hidden_tab_comes_back_live(window: BrowserContext, demo: Katgate) -> None:
    """While another tab is in front nothing is drawn; when it is seen again, so is the present."""
    page = window.pages[0]
    page.goto(demo.url + "#device=m001")
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    other = window.new_page()
    assert "hidden" == page.evaluate("() => document.visibilityState")
    left = value_of(page, "actual-azimuth")
    other.close()
    wait_for(lambda: value_of(page, "actual-azimuth") != left, "another value")
    expect(page.locator('[data-connection="connected"]')).to_be_visible()


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
