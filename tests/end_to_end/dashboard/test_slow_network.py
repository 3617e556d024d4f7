"""A browser behind a slow link: it is told that it misses readings, has the newest soon after, and recovers."""

from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.chromium import value_of
from tests.end_to_end.fake_device import FakeDevice
from tests.end_to_end.slow_link import SlowLink
from tests.processes import Katgate, wait_for

#: No integer, so shown as the text that it is.
TEXT = b"x" * 4000


def push(device: FakeDevice, sensor: bytes, numbers: range) -> None:
    """Send readings of 4 kB each."""
    lines = [b"#sensor-status 2 1 %s nominal %d%s\n" % (sensor, number, TEXT) for number in numbers]
    device.connections[0].sendall(b"".join(lines))


def test_too_much_for_the_link(page: Page, katgate: Katgate, device: FakeDevice) -> None:
    """24 MB over 500 kB/s: of each sensor the newest reading comes, and the page says what it left out; once the link
    is quick again it says that all is well.
    """
    with SlowLink(katgate.port) as link:
        page.goto(link.url + "#device=cbf")
        expect(page.locator('[data-sensor="a"] [data-cell="value"]')).to_have_text("7")
        # The first value comes with a snapshot of all sensors; only then those in view are followed.
        push(device, b"a", range(1))
        wait_for(lambda: value_of(page, "a").startswith("0x"), "the sensor in view to be followed")
        link.rate = 500_000
        for start in range(0, 6000, 20):
            push(device, b"a", range(start, start + 20))
        expect(page.locator('[data-notice="congestion"][data-level="warn"]')).to_contain_text("too slow")
        expect(page.get_by_text("conflated").first).to_be_visible()
        link.rate = None
        wait_for(lambda: value_of(page, "a").startswith("5999x"), "the newest reading")
        expect(page.locator('[data-notice="congestion"][data-level="info"]')).to_contain_text("keep up again")
        push(device, b"b", range(1, 2))
        wait_for(lambda: value_of(page, "b").startswith("1x"), "the next reading")
        expect(page.locator('[data-connection="connected"]')).to_be_visible()
        expect(page.locator('[data-old="true"]')).to_have_count(0)


def test_link_that_is_dead_and_not_closed(page: Page, katgate: Katgate) -> None:
    """Nobody says that it is over: the page asks for a sign of life, shows its values as old, and comes back."""
    with SlowLink(katgate.port) as link:
        page.clock.install()
        page.goto(link.url + "#device=cbf")
        expect(page.locator('[data-sensor="a"] [data-cell="value"]')).to_have_text("7")
        link.rate = 0
        page.clock.fast_forward(21_000)  # to its ping
        page.clock.fast_forward(11_000)  # and for as long as it waits for the answer
        expect(page.locator('[data-connection="connected"]')).to_have_count(0)
        expect(page.locator('[data-old="true"]').first).to_be_visible()
        assert "7" == value_of(page, "a")
        link.rate = None
        page.clock.fast_forward(31_000)  # the longest that it waits before it tries again
        expect(page.locator('[data-connection="connected"]')).to_be_visible()
        expect(page.locator('[data-old="true"]')).to_have_count(0)
