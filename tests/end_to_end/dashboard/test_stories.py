"""An operator's work, done once in a real browser."""

from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.chromium import PATIENCE_MS, value_of
from tests.processes import Katgate


def test_devices_and_live_sensors(page: Page, demo: Katgate) -> None:
    """A newcomer opens the address that katgate printed, and sees the telescope move."""
    page.goto(demo.url)
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


def test_a_thousand_sensors_in_a_table_of_few_rows(page: Page, demo: Katgate) -> None:
    """Only what can be seen is in the document; the filter finds the rest."""
    page.goto(demo.url + "#device=cbf")
    expect(page.locator('[data-count="sensors"]')).to_contain_text("1,000")
    assert page.locator("[data-sensor]").count() < 100
    page.keyboard.press("/")
    page.keyboard.type("f07.adc*")
    expect(page.locator('[data-sensor="f07.adc-power"]')).to_be_visible()
    expect(page.locator('[data-sensor="f00.adc-power"]')).to_have_count(0)


def test_found_again_after_a_reload(page: Page, demo: Katgate) -> None:
    """The address says which device and which filter."""
    page.goto(demo.url)
    page.locator('[data-device="weather"]').click()
    page.keyboard.press("/")
    page.keyboard.type("wind")
    expect(page.locator('[data-sensor="wind-speed"]')).to_be_visible()
    page.reload()
    expect(page.locator('[data-sensor="wind-speed"]')).to_be_visible()
    expect(page.locator('[data-sensor="air-pressure"]')).to_have_count(0)
