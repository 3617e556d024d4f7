"""Requests that must be confirmed, and keys that are pressed once too often."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.processes import Katgate


def open_request(page: Page, katgate: Katgate, device: str, request: str) -> None:
    """Open the form of a request."""
    page.goto(f"{katgate.url}#page=requests&device={device}&request={request}")
    expect(page.locator('[data-button="send"]')).to_be_enabled()


def test_is_sent_by_its_own_button_only(page: Page, start: Callable[..., Katgate]) -> None:
    """Escape goes back, and so does Enter pressed once more; with Ctrl it is no yes, either."""
    katgate = start("demo")
    katgate.wait_for_state("m001", "synced")
    open_request(page, katgate, "m001", "halt")
    # Not by its role: a dialog that closes has none a moment before the page knows that it is closed.
    asks = page.locator('[role="alertdialog"]')
    line = page.locator('[name="arguments"]')
    for key in ("Escape", "Enter"):
        line.press("Control+Enter")
        expect(asks).to_contain_text("m001")
        expect(asks.get_by_role("button", name="Back")).to_be_focused()
        page.keyboard.press(key)
        expect(asks).to_have_count(0)
    line.press("Control+Enter")
    expect(asks).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-sent]")).to_have_count(0)
    page.locator('[data-button="confirm"]').click()
    expect(page.locator('[data-sent="halt"][data-outcome="ok"]')).to_have_count(1)
    expect(page.get_by_text("m001 is closed: it cannot be reached now.")).to_be_visible()


def test_key_held_down_sends_once(page: Page, demo: Katgate) -> None:
    """Chromium repeats a key that is pressed again before it was let go."""
    open_request(page, demo, "cbf", "watchdog")
    page.locator('[name="arguments"]').focus()
    page.keyboard.down("Control")
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.keyboard.up("Control")
    expect(page.locator('[data-sent="watchdog"][data-outcome="ok"]')).to_have_count(1)


def test_arguments_that_cannot_be_read_are_not_copied_as_none(page: Page, demo: Katgate) -> None:
    """A program that sends the request without its arguments is not what was seen."""
    open_request(page, demo, "cbf", "gain")
    page.locator('[name="arguments"]').fill('m000h "1')
    expect(page.locator("[data-katcp-line]")).to_have_text("")
    expect(page.locator(".request-send summary")).to_have_count(0)
