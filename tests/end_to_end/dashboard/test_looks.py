"""Everybody can use the page: what axe says of it, in light and dark, and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.end_to_end.dashboard.chromium import WatchedPages
from tests.end_to_end.dashboard.layout import sticking_out
from tests.end_to_end.dashboard.places import PLACES, go_to
from tests.processes import Katgate


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing(
    pages: WatchedPages, demo: Katgate, axe: Callable[[Page], None], place: str, dark: bool
) -> None:
    """Names, roles, contrast and the size of what is to be hit, as WCAG 2.2 AA wants them."""
    page = pages.open(dark=dark)
    go_to(page, demo, place)
    axe(page)


@pytest.mark.parametrize("place", PLACES)
def test_on_a_phone(pages: WatchedPages, demo: Katgate, axe: Callable[[Page], None], place: str) -> None:
    """Nothing sticks out sideways, and axe finds nothing there either."""
    page = pages.open(width=360, height=740, touch=True)
    go_to(page, demo, place)
    assert [] == sticking_out(page)
    axe(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_would_find_something(
    pages: WatchedPages, demo: Katgate, axe: Callable[[Page], None], dark: bool
) -> None:
    """Faint text on the page, a box without a name: else the tests above would say nothing."""
    page = pages.open(dark=dark)
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
