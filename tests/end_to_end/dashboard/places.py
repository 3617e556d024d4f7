"""Every place of the page, as an address says it: what holds for one must hold for all."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page, expect

from tests.processes import Katgate

__all__ = ["PLACES", "everywhere", "go_to"]

#: Name -> the hash of its address, before `katgate demo`; and what is to be seen there once it is filled.
PLACES: Final = {
    "start": ("#", '[data-sensor="capture-state"][data-status="nominal"]'),
    "device": ("#device=m001", '[data-sensor="actual-azimuth"][data-status="nominal"]'),
    "subsystem": ("#device=cbf&under=f07", '[data-sensor="f07.adc-power"]'),
    "all devices": ("#device=*&filter=azimuth", '[data-sensor="actual-azimuth"][data-device-of="m003"]'),
    "detail": ("#device=cbf&sensor=cbf:f07.adc-power", '[data-detail="f07.adc-power"] [data-detail-value]'),
    "tiles": ("#page=compare&over=m*&compared=actual-azimuth", '[data-tile="m003"]'),
    "matrix": ("#page=compare&over=m*&compared=actual-azimuth&compared=mode", '[data-row="m003"]'),
    "plot": (
        "#page=plot&plot=m001:actual-azimuth&plot=m001:mode",
        '.plot tbody tr:has-text("m001:mode"):has-text("nominal")',
    ),
    "request": ("#page=requests&device=cbf&request=capture-start", '[data-button="send"]'),
    "log": ("#page=log&device=*", '[data-empty="no-informs"]'),
    "filter": ("#device=cbf&filter=f07.*", '[data-sensor="f07.adc-power"]'),
    "no match": ("#device=cbf&filter=nothing-is-called-so", '[data-empty="no-match"]'),
    "unknown device": ("#device=nobody", '[data-empty="unknown-device"]'),
}


def go_to(page: Page, katgate: Katgate, place: str) -> None:
    """Open a place, and wait until it is filled. A page that is there already goes on, as if a link was followed."""
    where, sign = PLACES[place]
    page.goto(katgate.url + where)
    expect(page.locator(sign).first).to_be_visible()


def everywhere(page: Page, katgate: Katgate, fails: Callable[[], object]) -> dict[str, object]:
    """Walk one page through all places; return what `fails` found by the place's name, where it found anything."""
    found: dict[str, object] = {}
    for place in PLACES:
        go_to(page, katgate, place)
        if trouble := fails():
            found[place] = trouble
    return found
