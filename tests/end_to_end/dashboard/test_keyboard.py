"""Everything can be done without a mouse, and what has the focus is seen."""

from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.places import everywhere, go_to
from tests.processes import Katgate

#: The next Tab begins here, wherever one has been.
FROM_THE_TOP = """() => {
  const top = document.createElement("p");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
  top.remove();
}"""

#: Marks what can be worked with, and counts it.
NUMBER = """() => {
  const found = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]")].filter(
    (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility());
  for (const element of found) element.dataset.ahead = "";
  return found.length;
}"""

#: What has the focus, and whether it is seen to have it; null for nothing.
FOCUSED = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  delete element.dataset.ahead;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const { top, bottom } = element.getBoundingClientRect();
  return {
    what: element.outerHTML.slice(0, 100),
    isMarked: (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none",
    isInView: bottom > 0 && top < innerHeight,
  };
}"""

#: What has been there all the time, and never had the focus.
LEFT_OUT = """() => [...document.querySelectorAll("[data-ahead]")].map((element) => {
  delete element.dataset.ahead;
  return element.outerHTML.slice(0, 100);
})"""


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


def once_round(page: Page) -> list[str]:
    """Press Tab until one must have come to everything; return what is wrong."""
    page.evaluate(FROM_THE_TOP)
    for _ in range(page.evaluate(NUMBER)):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break  # once round: something has gone meanwhile
        if not focused["isMarked"]:
            return [f"it is not seen to have the focus: {focused['what']}"]
        if not focused["isInView"]:
            return [f"it has the focus and is out of view: {focused['what']}"]
    left_out: list[str] = page.evaluate(LEFT_OUT)
    return [f"Tab does not come to it: {what}" for what in left_out]


def test_tab_comes_to_everything(page: Page, demo: Katgate) -> None:
    """Once round each place: nothing is left out, and each is marked and in view while it has the focus."""
    assert {} == everywhere(page, demo, lambda: once_round(page))


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
