"""What a role may not do is not offered, and a device that somebody commands alone is left to them."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.chromium import WatchedPages
from tests.end_to_end.dashboard.guarded import Guarded, enter
from tests.end_to_end.dashboard.layout import sticking_out

GAIN = "#page=requests&device=cbf&request=gain&args=m000h"


@pytest.fixture
def free(gate: Guarded) -> Iterator[Guarded]:
    """Nobody commands anything alone afterwards."""
    yield gate
    gate.ask("root", "DELETE", "devices/cbf/lease")


def send(page: Page) -> None:
    """Press the button, and see that the device answers."""
    page.locator('[data-button="send"]').click()
    expect(page.locator('[data-sent="gain"]').first).to_have_attribute("data-outcome", "ok")


def cannot_send(page: Page, why: str) -> None:
    """The button is off, and says why."""
    button = page.locator('[data-button="send"]')
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description(why)


def test_viewer(page: Page, gate: Guarded) -> None:
    """Requests can be read and filled in, and copied for who may; not sent, and nobody is asked for command."""
    enter(page, gate, "eva", GAIN)
    cannot_send(page, "You may not send this request: it needs the role operator.")
    page.get_by_label("Arguments in one line").press("Control+Enter")
    expect(page.locator(".only-to-read")).to_have_text("Not for you to send: it needs the role operator.")
    assert 0 == page.locator("[data-sent], [data-lease-button]").count()


def test_command_of_a_device(pages: WatchedPages, free: Guarded, axe: Callable[[Page], None]) -> None:
    """Taken, seen by the others at once, renewed and released."""
    ludwig, maria = pages.open(), pages.open(width=360, height=740, dark=True, touch=True)
    enter(ludwig, free, "ludwig", GAIN)
    enter(maria, free, "maria", GAIN)
    expect(maria.locator('[data-lease-button="take"]')).to_be_visible()
    ludwig.locator('[data-lease-button="take"]').click()
    ludwig.get_by_label("What for").fill("holography")
    axe(ludwig)
    ludwig.keyboard.press("Enter")
    expect(ludwig.locator("[data-mine=true]")).to_contain_text("You command cbf until")
    send(ludwig)
    expect(maria.locator('[data-lease="ludwig"]')).to_contain_text("59 min left): holography")
    cannot_send(maria, "ludwig commands cbf alone now.")
    axe(maria)
    assert 0 == maria.locator("[data-lease-button]").count()
    maria.goto(free.url + "#page=requests&device=cbf&request=help")
    expect(maria.locator('[data-button="send"]')).to_have_attribute("aria-disabled", "false")
    maria.goto(free.url + "#device=cbf")
    expect(maria.locator(".device [data-lease]")).to_contain_text("ludwig commands cbf until")
    maria.get_by_role("button", name="Devices").click()
    expect(maria.locator('[data-device="cbf"] .device-lease')).to_have_text("ludwig commands")
    maria.goto(free.url + GAIN)
    ludwig.locator('[data-lease-button="take"]').click()
    ludwig.get_by_label("From now for").select_option("4 h")
    ludwig.keyboard.press("Tab")
    expect(ludwig.get_by_label("What for")).to_have_value("holography")
    ludwig.locator('[data-button="take"]').click()
    expect(maria.locator("[data-lease]")).to_contain_text("(3 h 59 min left)")
    ludwig.locator('[data-lease-button="release"]').click()
    send(maria)


def test_broken_by_an_admin(pages: WatchedPages, free: Guarded) -> None:
    """An admin sends nothing either, until the lease is broken, which is asked back."""
    root, ludwig = pages.open(), pages.open()
    enter(ludwig, free, "ludwig", GAIN)
    free.ask("ludwig", "POST", "devices/cbf/lease", {"seconds": 60})
    expect(ludwig.locator("[data-mine=true]")).to_contain_text(" s left)")
    enter(root, free, "root", GAIN)
    cannot_send(root, "ludwig commands cbf alone now.")
    root.locator('[data-lease-button="break"]').click()
    root.locator('[data-button="confirm"]').click()
    send(root)
    expect(ludwig.locator("[data-lease]")).to_contain_text("Nobody commands cbf alone.")


def test_leases_end_by_themselves(page: Page, free: Guarded) -> None:
    """By katgate's clock: the page counts down, and can send again."""
    free.ask("maria", "POST", "devices/cbf/lease", {"seconds": 60})
    enter(page, free, "ludwig", GAIN)
    cannot_send(page, "maria commands cbf alone now.")
    free.ask("maria", "POST", "devices/cbf/lease", {"seconds": 1})
    expect(page.locator('[data-lease=""]')).to_be_visible()
    send(page)


def test_admins_see_who_did_what(pages: WatchedPages, gate: Guarded, axe: Callable[[Page], None]) -> None:
    """And throw out who is connected. Others have no such page, and a link to it says why."""
    gate.ask("maria", "POST", "devices/m001/requests/stop", {})
    root, eva = pages.open(width=360, height=740), pages.open()
    enter(root, gate, "root", GAIN)
    root.keyboard.press("6")
    records = root.locator('[data-admin="audit"] tbody tr')
    expect(records.filter(has_text="maria").filter(has_text="stop").first).to_contain_text("ok")
    root.get_by_label("User").fill("root")
    expect(records.filter(has_text="maria")).to_have_count(0)
    expect(records.filter(has_text="login").first).to_contain_text("root")
    enter(eva, gate, "eva", "#page=admin")
    expect(eva.locator('[data-admin="audit"]')).to_contain_text(
        "this needs the role admin, and eva is viewer"
    )
    assert 0 == eva.locator('[data-page="admin"]').count()
    pages.troubles.clear()  # of what is refused
    root.locator('[data-admin="browsers"]').get_by_role("button", name="Refresh").click()
    root.locator('[data-browser="eva"]').get_by_role("button", name="Throw out").click()
    axe(root)
    assert [] == sticking_out(root)
    root.locator('[data-button="confirm"]').click()
    expect(eva.locator("[data-connection]")).to_have_attribute("data-connection", "refused")
    expect(root.locator('[data-browser="eva"]')).to_have_count(0)
