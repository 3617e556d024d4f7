"""An operator's work with the table of sensors, done once in a real browser."""

from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.chromium import PATIENCE_MS, WatchedPages, value_of
from tests.processes import Katgate, wait_for


def test_devices_and_live_sensors(page: Page, demo: Katgate) -> None:
    """A newcomer opens the address that katgate printed, and sees the telescope move."""
    page.goto(demo.url)
    expect(page.locator("[data-device]")).to_have_count(6)
    expect(page.locator('[data-device="cbf"]')).to_have_attribute("data-state", "synced")
    expect(page.locator('[data-connection="connected"]')).to_be_visible()
    page.locator('[data-device="m001"]').click()
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    first = value_of(page, "receiver-temperature")
    page.wait_for_function(
        """first => document.querySelector(
               '[data-sensor="receiver-temperature"] [data-cell="value"]').innerText !== first""",
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
    expect(page.locator('[data-sensor="air-pressure"]')).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("wind")
    expect(page.locator('[data-sensor="wind-speed"]')).to_be_visible()
    page.reload()
    expect(page.locator('[data-sensor="wind-speed"]')).to_be_visible()
    expect(page.locator('[data-sensor="air-pressure"]')).to_have_count(0)


def test_find_open_watch_and_pause(page: Page, demo: Katgate) -> None:
    """One sensor of all devices: found by a word, opened, it flashes when it changes; paused, the table stands still
    while the detail goes on.
    """
    page.goto(demo.url + "#device=*")
    expect(page.locator("[data-sensor]").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("wind-speed")
    row = page.locator("[data-sensor]")
    expect(row).to_have_count(1)
    expect(row.locator('[data-cell="device"]')).to_have_text("weather")
    row.get_by_role("link", name="wind-speed", exact=True).click()
    detail = page.locator('[data-detail="wind-speed"] [data-detail-value]')
    expect(page.locator(".detail")).to_contain_text("m/s")
    expect(row.locator('[class*="flash-"]')).to_have_count(1)
    page.locator('[data-button="pause"]').click()
    expect(page.get_by_text("paused at")).to_be_visible()
    paused = value_of(page, "wind-speed")
    for _ in range(2):
        said = detail.inner_text()
        wait_for(lambda before=said: detail.inner_text() != before, "another value in detail")  # type: ignore[misc]
    assert paused == value_of(page, "wind-speed")
    page.get_by_role("button", name="Go on").click()
    wait_for(lambda: value_of(page, "wind-speed") != paused, "another value in the table")
    page.locator(".detail").get_by_role("button", name="Close").click()
    expect(page.locator(".detail")).to_have_count(0)


def test_order_and_columns_are_kept(page: Page, demo: Katgate) -> None:
    """A click on the head sorts, a second one turns it round; columns that were put away stay away."""
    page.goto(demo.url + "#device=cbf&filter=adc-power")
    expect(page.locator("[data-sensor]").first).to_be_visible()
    for click, names in (("name", ["f31", "f30"]), ("name", ["f00", "f01"]), ("name", ["f31", "f30"])):
        page.get_by_role("columnheader").get_by_role("button", name=click).click()
        for number, board in enumerate(names):
            sensor = page.locator('[role="row"][aria-rowindex]').nth(number + 1)
            expect(sensor).to_have_attribute("data-sensor", f"{board}.adc-power")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_role("checkbox", name="trend").uncheck()
    page.reload()
    expect(page.locator('[data-sensor="f31.adc-power"]')).to_be_visible()
    expect(page.get_by_role("columnheader", name="name")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("columnheader", name="trend")).to_have_count(0)
    expect(page.get_by_role("columnheader", name="age")).to_have_count(1)


def test_theme_and_time_zone(pages: WatchedPages, demo: Katgate) -> None:
    """Both follow the switches at once, and are found again after a reload."""
    page = pages.open(zone="Asia/Kolkata")
    page.goto(demo.url + "#device=m001&sensor=m001:mode")
    facts = page.locator(".detail dl")
    expect(facts).to_contain_text("UTC")
    page.get_by_role("combobox", name="Theme").select_option("dark")
    page.get_by_role("combobox", name="Time").select_option("local")
    for _ in range(2):
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert "dark" == page.evaluate("() => getComputedStyle(document.documentElement).colorScheme")
        expect(facts).to_contain_text("+05:30")
        expect(facts).not_to_contain_text("UTC")
        page.reload()
