"""Everybody can use the page: what axe says of it, in light and dark, and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.end_to_end.dashboard.axe import violations
from tests.end_to_end.dashboard.chromium import WatchedPages
from tests.end_to_end.dashboard.layout import sticking_out
from tests.end_to_end.dashboard.places import everywhere, go_to
from tests.processes import Katgate

#: What may be otherwise in the dark: the rest of the page is the same.
COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.mark.usefixtures("axe")
def test_axe_finds_nothing(page: Page, demo: Katgate) -> None:
    """Names, roles, contrast and the size of what is to be hit, as WCAG 2.2 AA wants them; also in the dark."""

    def fails() -> list[str]:
        found = violations(page)
        page.emulate_media(color_scheme="dark")
        found += violations(page, only=COLOURS)
        page.emulate_media(color_scheme="light")
        return found

    assert {} == everywhere(page, demo, fails)


@pytest.mark.usefixtures("axe")
def test_on_a_phone(pages: WatchedPages, demo: Katgate) -> None:
    """Nothing sticks out sideways, and axe finds nothing there either."""
    page = pages.open(width=360, height=740, touch=True)
    assert {} == everywhere(page, demo, lambda: sticking_out(page) + violations(page))


def test_axe_would_find_something(page: Page, demo: Katgate, axe: Callable[[Page], None]) -> None:
    """Faint text on the page, a box without a name: else the tests above would say nothing."""
    go_to(page, demo, "device")
    page.evaluate(
        """() => {
             document.querySelector("h2").style.color = "#808080";
             document.querySelector("main").append(document.createElement("input"));
           }"""
    )
    with pytest.raises(AssertionError) as found:
        axe(page)
    assert "color-contrast (serious)" in str(found.value)
    assert "label (critical)" in str(found.value)
