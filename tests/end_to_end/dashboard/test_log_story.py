"""What devices say by themselves: followed, filtered, held, and what is missing is said to be missing."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.end_to_end.fake_device import FakeDevice
from tests.processes import Katgate, wait_for


def say(device: FakeDevice, *lines: bytes) -> None:
    """Let the device send lines as they are."""
    device.connections[-1].sendall(b"".join(line + b"\n" for line in lines))


def test_follow_filter_and_pause(
    page: Page, start: Callable[..., Katgate], katgate: Katgate, device: FakeDevice
) -> None:
    """Log messages and other informs as they come; by level, name and text; held while somebody reads; and a line
    where the connection was lost.
    """
    page.goto(katgate.url + "#page=log&device=cbf")
    expect(page.locator('[data-empty="no-informs"]')).to_be_visible()
    expect(page.get_by_role("status").get_by_text("connected")).to_be_visible()
    rows = page.locator("[data-inform]")
    _say_until_heard(page, device)
    say(
        device,
        b"#log info 1700000000.5 pointing went\\_there",
        b"#log error 1700000001 drive too\\_hot",
        b"#fault-cleared drive 3",
    )
    expect(page.locator('[data-inform="pointing"][data-level="info"]')).to_contain_text("went there")
    expect(page.locator('[data-inform="fault-cleared"]')).to_contain_text("drive 3")
    page.get_by_label("Level").select_option("error")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("too hot")
    page.get_by_label("Level").select_option("")
    page.get_by_role("searchbox", name="Text").fill("HOT")
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox", name="Text").fill("")
    page.get_by_role("button", name="Pause").click()
    say(device, b"#log warn 1700000002 drive later", b"#log warn 1700000003 drive later\\_still")
    expect(page.get_by_text("2 more have come")).to_be_visible()
    expect(page.get_by_text("later still")).to_have_count(0)
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_text("later still")).to_be_visible()
    katgate.kill()
    expect(page.locator('[data-connection="waiting"]')).to_be_visible()
    expect(page.get_by_text("later still")).to_be_visible()
    start("serve", f"cbf=127.0.0.1:{device.port}", "--listen", f"127.0.0.1:{katgate.port}")
    expect(page.locator('[data-gap="away"]')).to_be_visible()
    wait_for(lambda: len(device.connections) > 1, "the new katgate to connect")
    _say_until_heard(page, device, b"back")
    expect(page.locator('[data-gap="away"]')).to_have_count(1)


def test_more_than_the_page_keeps(page: Page, katgate: Katgate, device: FakeDevice) -> None:
    """Two thousand and more while the page is paused: what it let go is counted in a line where it is missing."""
    page.goto(katgate.url + "#page=log&device=cbf")
    _say_until_heard(page, device)
    page.get_by_role("button", name="Pause").click()
    for thousand in range(1, 5):
        say(device, *[b"#flood %d" % number for number in range(1000)])
        page.wait_for_function(
            f"() => parseFloat(document.querySelector('.paused-note')?.textContent) >= {thousand}"
        )
    page.get_by_role("button", name="Follow").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("searchbox", name="Text").fill("nothing has this")
    expect(page.locator('[data-gap="page"]')).to_contain_text("dropped")


def _say_until_heard(page: Page, device: FakeDevice, word: bytes = b"hello") -> None:
    """Nobody says when the page has begun to listen."""
    for _ in range(200):
        say(device, b"#log info 1700000000 test " + word)
        if page.get_by_text(word.decode(), exact=True).count():
            return
        page.wait_for_timeout(20)
    raise AssertionError("nothing was heard")
