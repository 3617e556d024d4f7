"""Logging in on the page, staying logged in, and being thrown out."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.end_to_end.dashboard.axe import violations
from tests.end_to_end.dashboard.chromium import WatchedPages
from tests.end_to_end.dashboard.guarded import Guarded, guarded, log_in
from tests.end_to_end.dashboard.layout import sticking_out
from tests.end_to_end.dashboard.nginx import NGINX, nginx_before
from tests.processes import Katgate

#: What Chromium itself says of a token that is refused.
REFUSED = "Failed to load resource: the server responded with a status of 401 (Unauthorized)"

PLACE = "#page=log&device=cbf"

Start = Callable[..., Katgate]


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """Tabs that have the same cookies."""
    with chromium.new_context() as window:
        yield window


def user(page: Page, name: str) -> None:
    """Wait until that user is logged in, and the page is live."""
    expect(page.locator(f'[data-user="{name}"]')).to_be_visible()
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")


def thrown_out(page: Page, why: str) -> None:
    """Wait for the login page, which says why."""
    expect(page.get_by_label("Token")).to_be_focused()
    expect(page.locator(".login-why")).to_have_text(why)


def restart(gate: Guarded, page: Page) -> None:
    """Start katgate anew; the page need not wait for its back-off to be over."""
    gate.restart()
    page.evaluate("() => dispatchEvent(new Event('online'))")


def test_wrong_token_then_the_right_one(pages: WatchedPages, gate: Guarded) -> None:
    """katgate's own sentence; then the place that the address means, also after a reload. No token is in the page."""
    page = pages.open()
    page.goto(gate.url + PLACE)
    token = page.get_by_label("Token")
    expect(token).to_be_focused()
    expect(page).to_have_title("log in · katgate")
    page.keyboard.insert_text("kg_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "The token is not one of ours, or not any more; ask whoever runs this katgate for one."
    )
    expect(token).to_be_focused()
    expect(token).to_have_value("")
    pages.troubles.remove(REFUSED)
    page.keyboard.insert_text(f" {gate.tokens['ludwig']} ")
    page.get_by_role("button", name="Log in").click()
    user(page, "ludwig")
    expect(page.locator("#main")).to_be_focused()
    assert page.url.endswith(PLACE)
    page.reload()
    user(page, "ludwig")
    expect(page.locator(".log")).to_be_visible()
    kept = page.evaluate("() => JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
    assert gate.tokens["ludwig"] not in kept + page.content()


def test_too_many_attempts(pages: WatchedPages, gate: Guarded) -> None:
    """It says when the next may be made, and makes none before."""
    page = pages.open()
    page.route(
        "**/api/v1/login",
        lambda route: route.fulfill(
            status=429, headers={"retry-after": "60"}, json={"code": "too-many-requests"}
        ),
    )
    page.goto(gate.url)
    page.get_by_label("Token").fill("kg_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("There were too many attempts to log in.")
    button = page.get_by_role("button", name="Log in")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.locator("[data-login-wait]")).to_have_text(re.compile(r"You can try again in [56]\d s\."))
    button.click(force=True)
    assert ["429" in trouble for trouble in pages.troubles] == [True]
    pages.troubles.clear()


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("width", [1280, 360])
def test_everybody_can_log_in_and_out(pages: WatchedPages, gate: Guarded, width: int) -> None:
    """axe finds nothing, nothing sticks out: the login page with an error, the menu, and after logging out."""
    page = pages.open(width=width, height=740, dark=width == 360, touch=width == 360)
    page.goto(gate.url + PLACE)
    page.get_by_label("Token").fill("kg_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).not_to_be_empty()
    pages.troubles.remove(REFUSED)
    found = violations(page) + sticking_out(page)
    page.get_by_label("Token").fill(gate.tokens["eva"])
    page.keyboard.press("Enter")
    page.locator('[data-user="eva"] summary').click()
    out = page.locator('[data-button="log-out"]')
    expect(out).to_be_in_viewport(ratio=1)
    found += violations(page) + sticking_out(page)
    out.click()
    thrown_out(page, "You have logged out.")
    assert [] == found + violations(page) + sticking_out(page)


def test_tabs_come_and_go_together(window: BrowserContext, gate: Guarded) -> None:
    """Logging in on one tab is enough, and logging out is for all of them."""
    one, other = window.new_page(), window.new_page()
    other.goto(gate.url + "#page=requests&device=cbf")
    expect(other.get_by_label("Token")).to_be_visible()
    log_in(one, gate, "ludwig", PLACE)
    user(other, "ludwig")
    expect(other.locator("[data-request]").first).to_be_visible()
    other.locator("[data-user] summary").click()
    other.locator('[data-button="log-out"]').click()
    thrown_out(one, "Your login has ended.")
    thrown_out(other, "You have logged out.")
    # Somebody else begins with a page on which nothing of the one before is left.
    one.evaluate("() => { window.isOld = true; }")
    one.keyboard.insert_text(gate.tokens["maria"])
    one.keyboard.press("Enter")
    user(one, "maria")
    user(other, "maria")
    one.wait_for_function("() => !window.isOld")
    user(one, "maria")


def test_restarted_and_revoked(page: Page, start: Start, telescope: Katgate, tmp_path: Path) -> None:
    """With a key in a file browsers stay logged in; without it they log in again, and all goes on where it was. A
    login that is ended meanwhile is, at once.
    """
    key = tmp_path / "session-key"
    gate = guarded(tmp_path / "gate", start, telescope, f'[access]\nsession_key_file = "{key}"\n')
    log_in(page, gate, "ludwig", PLACE)
    restart(gate, page)
    expect(page.locator('[data-session="restarted"]')).to_be_visible()
    user(page, "ludwig")
    key.unlink()
    page.evaluate("() => { window.isSame = true; }")
    restart(gate, page)
    thrown_out(page, "Your login has ended.")
    page.keyboard.insert_text(gate.tokens["ludwig"])
    page.keyboard.press("Enter")
    user(page, "ludwig")
    expect(page.locator(".log")).to_be_visible()
    assert page.evaluate("() => window.isSame")
    gate.revoke("ludwig")
    thrown_out(page, "Your login has ended.")


@pytest.mark.skipif(NGINX is None, reason="no nginx on this machine; install Debian's package nginx-light")
def test_behind_a_prefix(page: Page, gate: Guarded, tmp_path: Path) -> None:
    """The page finds the API wherever it stands itself."""
    with nginx_before(gate.katgate.port, "/observatory/katgate", tmp_path) as site:
        page.goto(f"{site}/observatory/katgate/{PLACE}")
        page.get_by_label("Token").fill(gate.tokens["ludwig"])
        page.keyboard.press("Enter")
        user(page, "ludwig")
        assert page.url == f"{site}/observatory/katgate/{PLACE}"
