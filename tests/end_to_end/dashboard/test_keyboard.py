"""Everything can be done without a mouse, and what has the focus is seen."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.places import PLACES, go_to
from tests.processes import Katgate

#: Numbers what can be worked with, so that it can be counted off.
NUMBER = """() => {
  const found = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]")].filter(
    (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility());
  found.forEach((element, number) => { element.dataset.numbered = number; });
  return found.length;
}"""

#: Which of them has the focus, what it is, and whether it is seen to have it.
FOCUSED = """() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const { top, bottom } = element.getBoundingClientRect();
  return {
    number: element.dataset.numbered ?? null,
    what: element.outerHTML.slice(0, 100),
    isMarked: (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none",
    isInView: bottom > 0 && top < innerHeight,
  };
}"""


def device_with_focus(page: Page) -> str | None:
    """Return the device whose entry in the list has the focus."""
    found: str | None = page.evaluate(
        "() => document.activeElement.closest('[data-device]')?.dataset.device ?? null"
    )
    return found


def tab_to_device(page: Page, device: str) -> None:
    """Press Tab until a device's entry has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if device_with_focus(page) == device:
            return
    raise AssertionError(f"Tab does not come to {device}")


@pytest.mark.parametrize("place", PLACES)
def test_tab_comes_to_everything(page: Page, demo: Katgate, place: str) -> None:
    """Once round the page: nothing is left out, and each is marked and in view while it has the focus."""
    go_to(page, demo, place)
    count = page.evaluate(NUMBER)
    reached: dict[str, Any] = {}
    for _ in range(count):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["isMarked"], f"it is not seen to have the focus: {focused['what']}"
        assert focused["isInView"], f"it has the focus and is out of view: {focused['what']}"
        reached[focused["number"]] = focused["what"]
    assert count == len(reached), sorted(reached.values())


def test_from_device_to_device(page: Page, demo: Katgate) -> None:
    """Tab to it, Enter; the browser's own Back leads back."""
    go_to(page, demo, "start")
    tab_to_device(page, "weather")
    page.keyboard.press("Enter")
    expect(page.locator('[data-sensor="wind-speed"]')).to_be_visible()
    tab_to_device(page, "m001")
    page.keyboard.press("Enter")
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    page.go_back()
    expect(page.locator('[data-sensor="wind-speed"]')).to_be_visible()


def test_slash_leads_to_the_filter(page: Page, demo: Katgate) -> None:
    """From anywhere, and is no part of it; Escape empties it."""
    go_to(page, demo, "device")
    page.keyboard.press("/")
    page.keyboard.type("actual-az")
    expect(page.locator("[data-sensor]")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("actual-az")
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.locator('[data-sensor="requested-azimuth"]')).to_be_visible()


def test_through_a_long_table(page: Page, demo: Katgate) -> None:
    """End and Home, once the table has the focus."""
    page.goto(demo.url + "#device=cbf")
    first = page.locator("[data-sensor]").first
    expect(first).to_be_visible()
    top = first.get_attribute("data-sensor")
    page.get_by_role("grid").focus()
    page.keyboard.press("End")
    expect(page.locator(f'[data-sensor="{top}"]')).to_have_count(0)
    page.keyboard.press("Home")
    expect(page.locator(f'[data-sensor="{top}"]')).to_be_visible()
