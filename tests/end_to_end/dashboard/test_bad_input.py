"""A device whose every word is hostile: shown as the text that it is, and the page goes on."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.answering import SOON_MS, answers_within_ms, note_events
from tests.end_to_end.dashboard.chromium import WatchedPages
from tests.end_to_end.dashboard.hostile_device import HostileDevice, Mischief
from tests.end_to_end.dashboard.hostile_words import FOREIGN, MARKUP, SENSORS, STATUSES
from tests.end_to_end.dashboard.layout import ALL_IN_VIEW, sticking_out
from tests.processes import Katgate

Start = Callable[..., Katgate]


def shown(text: bytes) -> str:
    """Return text of a device as katgate has it in names."""
    return text.decode("utf-8", "backslashreplace")


def serve(start: Start, device: HostileDevice) -> Katgate:
    """Return a katgate that serves it as `bad`."""
    katgate = start("serve", f"bad=127.0.0.1:{device.port}")
    katgate.wait_for_state("bad", "synced")
    return katgate


def sensors_in(page: Page) -> dict[str, str]:
    """Return the text of the name of each sensor in the page."""
    found: list[tuple[str, str]] = page.evaluate(
        """() => [...document.querySelectorAll("[data-sensor]")].map((row) =>
             [row.dataset.sensor, row.querySelector('[data-cell="name"]').textContent])"""
    )
    return dict(found)


def test_names_are_text(pages: WatchedPages, bad: Katgate) -> None:
    """Markup, addresses, properties of JavaScript's objects, bytes that are no text: each has its row."""
    page = pages.open(height=ALL_IN_VIEW)
    page.goto(bad.url + "#device=bad")
    expect(page.locator("[data-sensor]")).to_have_count(len(SENSORS))
    names = sensors_in(page)
    assert {shown(sensor.name) for sensor in SENSORS} == set(names)
    for markup in map(shown, MARKUP):
        assert markup in names[markup]
    assert 0 == page.locator(FOREIGN).count()
    expect(page).to_have_title("bad · katgate")


def test_values_and_statuses(pages: WatchedPages, bad: Katgate, axe: Callable[[Page], None]) -> None:
    """Numbers that JSON does not know as the device said them, every status by word and shape; axe agrees, in the
    dark, too.
    """
    page = pages.open(height=ALL_IN_VIEW)
    page.goto(bad.url + "#device=bad")
    expect(page.locator("[data-sensor]")).to_have_count(len(SENSORS))
    for name, text in {
        "value.nan": "nan",
        "value.inf": "inf",
        "value.minus-inf": "-inf",
        "value.2-to-64": "18446744073709551616",
        "value.no-number": "<b>7</b>",
        "discrete": "two words",
    }.items():
        expect(page.locator(f'[data-sensor="{name}"] [data-cell="value"]')).to_have_text(text)
    shapes = set()
    for status in map(shown, STATUSES):
        row = page.locator(f'[data-sensor="status.{status}"]')
        expect(row).to_have_attribute("data-status", status)
        expect(row.locator('[data-cell="status"]')).to_contain_text(status)
        shapes.add(row.locator('[data-cell="status"] svg path').first.get_attribute("d"))
    assert len(STATUSES) == len(shapes)
    expect(page.locator('[data-sensor="status.made-up"]')).to_have_attribute("data-status", "unknown")
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)


def test_long_words_stay_inside(pages: WatchedPages, bad: Katgate) -> None:
    """Names of 500 characters, values of 10 kB and units of 5 kB make the page no wider and a row no higher."""
    page = pages.open(height=ALL_IN_VIEW)
    page.goto(bad.url + "#device=bad")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": ALL_IN_VIEW})
        expect(page.locator("[data-sensor]")).to_have_count(len(SENSORS))
        assert [] == sticking_out(page), width
        heights: list[Any] = page.evaluate(
            "() => [...document.querySelectorAll('[data-sensor]')].map((row) => row.offsetHeight)"
        )
        assert 1 == len(set(heights)), width


def test_device_without_sensors(page: Page, start: Start) -> None:
    """It says so, rather than nothing."""
    with HostileDevice(Mischief(is_bare=True)) as device:
        page.goto(serve(start, device).url + "#device=bad")
        expect(page.locator('[data-empty="no-sensors"]')).to_contain_text("no sensors")


def test_fifty_thousand_sensors(page: Page, start: Start) -> None:
    """A key is answered at once, the document stays small, and the last one is found."""
    with HostileDevice(Mischief(more=50_000)) as device:
        page.goto(serve(start, device).url + "#device=bad")
        expect(page.locator('[data-count="sensors"]')).to_contain_text(f"{50_000 + len(SENSORS):,}")
        expect(page.locator("[data-sensor]").first).to_be_visible()
        note_events(page)
        assert answers_within_ms(page, "/many.49999") < SOON_MS
        expect(page.locator("[data-sensor]")).to_have_count(1)
        expect(page.locator('[data-sensor="many.49999"] [data-cell="value"]')).to_have_text("49999")
        assert page.locator("*").count() < 3000


def test_sensors_that_come_and_go(page: Page, start: Start) -> None:
    """One goes and one comes each second: the table follows, and what is being typed is left alone."""
    with HostileDevice(Mischief(is_changing=True)) as device:
        page.goto(serve(start, device).url + "#device=bad")
        expect(page.locator("[data-sensor]").first).to_be_visible()
        page.keyboard.press("/")
        page.keyboard.type("comes-and")
        row = page.locator("[data-sensor]")
        expect(row).to_have_count(1)
        first = row.get_attribute("data-sensor")
        expect(row).not_to_have_attribute("data-sensor", first or "")
        expect(row).to_have_count(1)
        page.keyboard.type("-goes")
        expect(page.get_by_role("searchbox")).to_have_value("comes-and-goes")


def test_flood_of_informs(page: Page, start: Start) -> None:
    """Five thousand a second, of markup: keys are answered, and the readings are live."""
    with HostileDevice(Mischief(informs=5000)) as device:
        page.goto(serve(start, device).url + "#device=bad")
        expect(page.locator("[data-sensor]").first).to_be_visible()
        note_events(page)
        assert answers_within_ms(page, "/status.warn") < SOON_MS
        expect(page.locator('[data-sensor="status.warn"]')).to_be_visible()
        expect(page.locator('[data-connection="connected"]')).to_be_visible()
        assert 0 == page.locator(FOREIGN).count()
