"""The same sensor on many devices: the odd one is seen at once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.fake_device import FakeDevice, small_talk
from tests.processes import Katgate

COUNT = 8
ODD = 5


@pytest.fixture
def antennas() -> Iterator[list[FakeDevice]]:
    """Devices that are all alike, with the sensors a and b."""
    with ExitStack() as stack:
        yield [stack.enter_context(FakeDevice(small_talk)) for _ in range(COUNT)]


def test_the_odd_one(page: Page, start: Callable[..., Katgate], antennas: list[FakeDevice]) -> None:
    """Of eight one says something else, and is said to be unusual, also when several sensors are compared;
    its name leads to it.
    """
    katgate = start("serve", *(f"m{n}=127.0.0.1:{device.port}" for n, device in enumerate(antennas)))
    for number in range(COUNT):
        katgate.wait_for_state(f"m{number}", "synced")
    page.goto(katgate.url + "#page=compare")
    expect(page.locator("[name=over]")).to_have_value("m*")
    page.locator('[name="compared"]').fill("a")
    page.locator('[name="compared"]').press("Enter")
    expect(page.locator("[data-tile]")).to_have_count(COUNT)
    expect(page.locator(".summary")).to_contain_text("none stands out")
    for number, device in enumerate(antennas):
        value = 9000 if number == ODD else 100 + number
        device.connections[0].sendall(b"#sensor-status 2 1 a nominal %d\n" % value)
    odd = page.locator(f'[data-tile="m{ODD}"]')
    expect(odd).to_contain_text("unusual")
    expect(page.locator('[data-tile][data-calls="true"]')).to_have_count(1)
    expect(page.locator(".summary")).to_contain_text(f"to be looked at: m{ODD}")
    page.locator('[name="compared"]').fill("b")
    page.locator('[name="compared"]').press("Enter")
    expect(page.locator(f'[data-row="m{ODD}"] td').first).to_contain_text("unusual")
    expect(page.locator('[data-calls="true"]')).to_have_count(1)
    page.locator(f'[data-row="m{ODD}"]').get_by_role("link").click()
    expect(page.locator('[data-sensor="a"] [data-cell="value"]')).to_have_text("9000")
