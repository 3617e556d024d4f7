"""The page of the descriptions, in a browser: for everybody, and right in what it says to type."""

import shlex
import subprocess
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.end_to_end.dashboard.axe import violations
from tests.end_to_end.dashboard.chromium import WatchedPages
from tests.end_to_end.dashboard.layout import sticking_out
from tests.processes import DEADLINE_S, Katgate

#: What would change the telescope that others look at, or go on for ever.
_NOT_RUN: Final = ("/hosting/", "/admin/", "/browsers/", "curl -N")


def test_axe_finds_nothing(page: Page, demo: Katgate, axe: Callable[[Page], None]) -> None:
    """Neither in light nor in the dark."""
    page.goto(f"{demo.url}docs")
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)


@pytest.mark.usefixtures("axe")
def test_on_a_phone(pages: WatchedPages, demo: Katgate) -> None:
    """Nothing sticks out sideways, and axe finds nothing there either."""
    page = pages.open(width=360, height=740, touch=True)
    page.goto(f"{demo.url}docs")
    assert [] == sticking_out(page) + violations(page)


def test_links(page: Page, demo: Katgate) -> None:
    """To a section, to the descriptions, and to the dashboard."""
    page.goto(f"{demo.url}docs")
    page.get_by_role("navigation").get_by_role("link", name="GET /api/v1/sensors", exact=True).click()
    assert page.evaluate("document.querySelector(':target h3').innerText") == "GET /api/v1/sensors"
    for name in ("openapi.json", "asyncapi.json"):
        with page.expect_navigation() as arrival:
            page.get_by_role("link", name=name, exact=True).click()
        assert arrival.value.status == 200
        page.go_back()
    page.get_by_role("link", name="Dashboard", exact=True).click()
    page.wait_for_url(demo.url)


def test_commands_work(page: Page, demo: Katgate) -> None:
    """Each is copied, run, and succeeds: names, quotes, addresses."""
    page.goto(f"{demo.url}docs")
    commands = [text for text in page.locator("pre").all_inner_texts() if text.startswith("curl ")]
    run = [command for command in commands if not any(word in command for word in _NOT_RUN)]
    assert len(run) > 10
    answered = subprocess.run(
        ["sh", "-e", "-c", "\n".join(f"curl -sf -o /dev/null {command[5:]}" for command in run)],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert (0, "") == (answered.returncode, answered.stderr), run
    assert all(shlex.split(command)[-1].startswith(demo.url) for command in commands)
