"""What the page shows while something is away, and that it is found again by itself."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.end_to_end.dashboard.chromium import value_of
from tests.end_to_end.fake_device import FakeDevice, small_talk
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
    expect(page.locator('[data-session="restarted"]')).to_contain_text("katgate was restarted, back at")


def test_hidden_tab_lets_go(window: BrowserContext, demo: Katgate) -> None:
    """After 30 s behind another tab it has no connection any more; when it is seen again, it has the present."""
    page = window.pages[0]
    page.clock.install()
    page.goto(demo.url + "#device=m001")
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    other = window.new_page()
    connection = page.locator("[data-connection]")
    expect(connection).to_have_attribute("data-connection", "connected")
    page.clock.fast_forward(31_000)
    expect(connection).to_have_attribute("data-connection", "closed")
    left = value_of(page, "receiver-temperature")
    other.close()
    page.clock.fast_forward(1000)
    expect(connection).to_have_attribute("data-connection", "connected")
    wait_for(lambda: value_of(page, "receiver-temperature") != left, "another value")
    expect(page.locator('[data-old="true"]')).to_have_count(0)


def test_hidden_tab_comes_back_live(window: BrowserContext, demo: Katgate) -> None:
    """While another tab is in front nothing is drawn; when it is seen again, so is the present."""
    page = window.pages[0]
    page.goto(demo.url + "#device=m001")
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    other = window.new_page()
    assert "hidden" == page.evaluate("() => document.visibilityState")
    left = value_of(page, "receiver-temperature")
    other.close()
    wait_for(lambda: value_of(page, "receiver-temperature") != left, "another value")
    expect(page.locator('[data-connection="connected"]')).to_be_visible()


def test_device_that_goes_and_comes_back(page: Page, start: Callable[..., Katgate]) -> None:
    """Its values are struck, with since when, and its entry says how many; then they are live by themselves."""
    with FakeDevice(small_talk) as device:
        katgate = start("serve", f"cbf=127.0.0.1:{device.port}")
        katgate.wait_for_state("cbf", "synced")
        page.goto(katgate.url + "#device=cbf")
        row = page.locator('[data-sensor="a"]')
        expect(row).to_have_attribute("data-old", "false")
        expect(page.locator('[data-device="cbf"] [data-abnormal]')).to_have_count(0)
    expect(row).to_have_attribute("data-old", "true")
    expect(row.locator('[data-cell="value"]')).to_have_text("7")
    expect(row.locator('[data-cell="age"]')).to_have_attribute("title", re.compile("not live since .*UTC"))
    assert "line-through" in row.locator('[data-cell="value"] .text').evaluate(
        "(value) => getComputedStyle(value).textDecoration"
    )
    entry = page.locator('[data-device="cbf"]')
    expect(entry.locator('[data-abnormal="2"]')).to_contain_text("unreachable")
    expect(entry).to_contain_text("since")
    with FakeDevice(small_talk, port=device.port):
        katgate.wait_for_state("cbf", "synced")
        expect(row).to_have_attribute("data-old", "false")
        expect(row).to_have_attribute("data-status", "nominal")
        expect(entry).to_have_attribute("data-state", "synced")
        expect(entry.locator("[data-abnormal]")).to_have_count(0)


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
