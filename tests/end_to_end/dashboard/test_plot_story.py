"""Sensors over time: from the table to the plot, back and forth in it, and what is missing is drawn as missing.

What is drawn is asked for as CSV and as the table below the charts: both tell the same as the canvas.
"""

import csv
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

from playwright.sync_api import Page, expect

from tests.processes import Katgate, wait_for

AZIMUTH = '.plot tbody tr:has-text("m003:actual-azimuth")'


def fields(page: Page) -> dict[str, list[str]]:
    """Return the fields of the address."""
    # The page is asked: Playwright's own `url` is behind while nobody asks Playwright.
    return parse_qs(page.evaluate("() => location.hash.slice(1)"))


def field(page: Page, name: str) -> str:
    """Return a field of the address, or nothing."""
    return fields(page).get(name, [""])[0]


def span_s(page: Page) -> float:
    """Return how long the fixed range of the address is."""
    begin, end = map(float, field(page, "range").split(".."))
    return end - begin


def saved_pieces(page: Page, sensor: str) -> list[int]:
    """Return how many readings are before, between and behind the gaps of a sensor's line, as the page saves it."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    counts = [0]
    for line in csv.DictReader(text.splitlines()):
        if line["sensor"] == sensor and line["value"]:
            counts[-1] += 1
        elif line["sensor"] == sensor and counts[-1]:
            counts.append(0)
    return counts


def test_from_the_table_to_the_plot_and_through_time(page: Page, demo: Katgate) -> None:
    """A click on the trend plots a sensor with what the page has of it; keys, buttons and the mouse lead back and
    forth, Home to the present; the address says where one is.
    """
    page.goto(demo.url + "#device=m003")
    page.locator('[data-sensor="actual-azimuth"] [data-cell="trend"] a').click()
    expect(page.locator(AZIMUTH)).to_contain_text("nominal")
    assert ("plot", "m003:actual-azimuth") == (field(page, "page"), field(page, "plot"))
    follow = page.get_by_role("button", name="Follow", exact=True)
    expect(follow).to_have_attribute("aria-pressed", "true")
    charts = page.get_by_role("application", name="Charts")
    charts.focus()
    page.keyboard.press("ArrowLeft")
    expect(follow).to_have_attribute("aria-pressed", "false")
    wait_for(lambda: field(page, "range"), "the range in the address")
    whole_s = span_s(page)
    page.keyboard.press("+")
    wait_for(lambda: span_s(page) < whole_s, "a shorter range")
    zoomed = field(page, "range")
    page.reload()
    expect(page.locator(AZIMUTH)).to_contain_text("nominal")
    assert zoomed == field(page, "range")
    box = charts.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 100
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y, steps=4)
    page.mouse.up()
    wait_for(lambda: field(page, "range") < zoomed, "an earlier range")
    page.mouse.wheel(0, 300)
    wait_for(lambda: span_s(page) > whole_s, "a longer range")
    charts.press("Home")
    expect(follow).to_have_attribute("aria-pressed", "true")


def test_more_sensors_in_a_plot(page: Page, demo: Katgate) -> None:
    """Added by their names, a state too; the same twice or nonsense is refused in words; one is taken away again."""
    page.goto(demo.url + "#page=plot&plot=m003:actual-azimuth")
    box = page.get_by_role("combobox", name="Sensor to plot")
    for typed in ("m003:mode", "m003:mode", "nonsense", "m003:not-there"):
        box.fill(typed)
        box.press("Enter")
        if typed == "nonsense":
            expect(page.locator("#plot-add-problem")).to_contain_text("a colon")
    expect(page.locator(".plot tbody tr")).to_have_count(3)
    expect(page.locator('.plot tbody tr:has-text("m003:mode")')).to_contain_text("nominal")
    expect(page.locator('.plot tbody tr:has-text("m003:not-there")')).to_contain_text("no sensor")
    page.get_by_role("button", name="Remove m003:not-there").click()
    expect(page.locator(".plot tbody tr")).to_have_count(2)
    assert ["m003:actual-azimuth", "m003:mode"] == fields(page)["plot"]


def test_gaps(page: Page, start: Callable[..., Katgate]) -> None:
    """While the device was away, and while katgate was, there is no line; then it goes on by itself."""
    katgate = start("demo")
    katgate.wait_for_state("m003", "synced")
    page.goto(katgate.url + "#page=plot&plot=m003:mode&plot=m003:actual-azimuth")
    page.get_by_text("States of m003:mode").click()
    states = page.locator(".plot-states li")
    gaps = states.filter(has_text="no value")
    expect(states).to_have_count(1)
    assert katgate.ask("POST", "devices/m003/requests/restart", {"confirm": "restart"}).json["ok"]
    expect(gaps).to_have_count(1)
    expect(states.first).not_to_contain_text("no value")
    katgate.kill()
    expect(page.locator('[data-connection="waiting"]')).to_be_visible()
    start("demo", "--listen", f"127.0.0.1:{katgate.port}")
    expect(page.locator('[data-session="restarted"]')).to_be_visible()
    expect(gaps).to_have_count(2)
    expect(states.first).not_to_contain_text("no value")
    expect(page.locator(AZIMUTH)).to_contain_text("nominal")
    assert 3 == len(saved_pieces(page, "m003:actual-azimuth"))
