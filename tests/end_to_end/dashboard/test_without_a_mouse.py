"""The whole way of an operator by keys alone: find a sensor, look at it, plot it, send a request."""

from playwright.sync_api import Page, expect

from tests.processes import Katgate

#: More than any place of the page has to come to.
_MOST_TABS = 80

_FOCUSED = """() => {
  const element = document.activeElement;
  return [element.getAttribute("role") ?? element.tagName.toLowerCase(),
    element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? ""].join(" ");
}"""


def tab_to(page: Page, what: str) -> None:
    """Press Tab until what has the focus is called so: its role or tag, and its name."""
    passed = []
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(_FOCUSED))
        if passed[-1].startswith(what):
            return
    raise AssertionError(f"Tab does not come to {what}: {passed}")


def test_find_look_plot_and_send(page: Page, demo: Katgate) -> None:
    """No click from beginning to end."""
    page.goto(demo.url + "#device=m001")
    expect(page.locator("[data-sensor]").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("receiver")
    expect(page.locator("[data-sensor]")).to_have_count(1)
    tab_to(page, "grid Sensors of m001")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator('[data-detail="receiver-temperature"]')).to_contain_text("cold stage")
    tab_to(page, "a Plot")
    page.keyboard.press("Enter")
    expect(page.locator(".plot tbody")).to_contain_text("m001:receiver-temperature")
    tab_to(page, "application Charts")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Follow", exact=True)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Home")
    expect(page.get_by_role("button", name="Follow", exact=True)).to_have_attribute("aria-pressed", "true")
    tab_to(page, "a Requests")
    page.keyboard.press("Enter")
    tab_to(page, "input Search requests")
    page.keyboard.type("watchdog")
    tab_to(page, "a watchdog")
    page.keyboard.press("Enter")
    expect(page.locator('[data-button="send"]')).to_be_enabled()
    tab_to(page, "button Send to m001")
    page.keyboard.press("Enter")
    expect(page.locator('[data-sent="watchdog"][data-outcome="ok"]')).to_have_count(1)
