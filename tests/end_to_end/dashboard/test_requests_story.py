"""Requests from the page: filled in, sent, answered, refused, sent again, found again."""

from playwright.sync_api import Locator, Page, expect

from tests.processes import Katgate


def outcome(page: Page, place: int = 0) -> Locator:
    """Return what became of a request, by its place in the history."""
    return page.locator("[data-sent]").nth(place)


def test_filled_in_sent_refused_and_again(page: Page, telescope: Katgate) -> None:
    """A request with arguments from its form and its exact line; the device's own words when it refuses; earlier
    arguments by Up; again; and the history after a reload.
    """
    page.goto(telescope.url + "#page=requests&device=cbf")
    page.get_by_role("searchbox", name="Search requests").fill("gain")
    page.locator('[data-request="gain"]').click()
    page.locator("#argument-input").fill("m000h")
    page.locator("#argument-value").fill("2.5")
    expect(page.locator("[data-katcp-line]")).to_have_text("?gain m000h 2.5")
    page.locator('[data-button="send"]').click()
    expect(outcome(page)).to_have_attribute("data-outcome", "ok")
    expect(outcome(page)).to_contain_text("2.5")
    expect(outcome(page)).to_contain_text(" ms")
    line = page.locator('[name="arguments"]')
    line.fill("m000h 5000")
    line.press("Control+Enter")
    expect(page.locator("[data-sent]")).to_have_count(2)
    expect(outcome(page)).to_have_attribute("data-outcome", "failed")
    expect(outcome(page).locator(".problem")).to_contain_text("must be a number from 0 to 1000, not '5000'")
    for key, typed in (("Up", "m000h 5000"), ("Up", "m000h 2.5"), ("Down", "m000h 5000")):
        line.press(f"Arrow{key}")
        expect(line).to_have_value(typed)
    outcome(page, 1).get_by_role("button", name="Again").click()
    expect(page.locator("[data-sent]")).to_have_count(3)
    expect(outcome(page)).to_have_attribute("data-outcome", "ok")
    page.reload()
    expect(page.locator("[data-sent]")).to_have_count(3)
    expect(outcome(page, 1)).to_have_attribute("data-outcome", "failed")
    outcome(page, 2).get_by_role("link", name="Edit").click()
    expect(line).to_have_value("m000h 2.5")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-sent]")).to_have_count(0)


def test_informs_stream_in_and_another_ends_it(page: Page, telescope: Katgate) -> None:
    """Steps are shown as they are told, with how long it takes so far; a second request goes at the same time, and
    the first one's failure is in the device's words.
    """
    page.goto(telescope.url + "#page=requests&device=cbf&request=capture-start")
    page.locator('[data-button="send"]').click()
    sent = page.locator('[data-sent="capture-start"]')
    expect(sent.locator("[data-reply-inform]").first).to_contain_text("reset accumulators")
    expect(sent).to_have_attribute("data-outcome", "waiting")
    expect(sent.locator("[data-reply-inform]")).to_have_count(2)
    page.locator('[data-request="capture-stop"]').click()
    page.locator('[data-button="send"]').click()
    expect(page.locator('[data-sent="capture-stop"]')).to_have_attribute("data-outcome", "ok")
    expect(sent).to_have_attribute("data-outcome", "failed")
    expect(sent.locator(".problem")).to_contain_text("?capture-stop ended the capture")


def test_device_that_does_not_answer(page: Page, telescope: Katgate) -> None:
    """Within the timeout that was typed; that the device may have done it is not hidden."""
    page.goto(telescope.url + "#page=requests&device=cbf&request=capture-start")
    page.get_by_label("Timeout").fill("0.2")
    page.locator('[data-button="send"]').click()
    expect(page.locator('[data-sent="capture-start"]')).to_have_attribute("data-outcome", "timed-out")
    expect(page.locator('[data-sent="capture-start"]')).to_contain_text("no reply within")
    telescope.ask("POST", "devices/cbf/requests/capture-stop", {})
