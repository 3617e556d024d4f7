"""The page of the guide's pages.md, word for word: of another site, with katgate's own client."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.guide_programs import lengths, programs_of
from tests.processes import Katgate


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Where somebody else serves the page."""
    folder = tmp_path / "site"
    folder.mkdir()
    programs = programs_of("pages.md", folder)
    assert {"dishes.html"} == programs.keys()
    assert max(lengths(programs).values()) <= 30
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_page_of_the_guide(chromium: Browser, site: str, start: Callable[..., Katgate]) -> None:
    """Readings come, a request is sent."""
    katgate = start("demo", "--allow-origin", site)
    page = chromium.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{site}/dishes.html?katgate={quote(katgate.url, safe='')}")
    expect(page.locator("#state")).to_have_text("connected")
    expect(page.locator("#m003")).to_contain_text("nominal")
    page.locator("#stop").click()
    expect(page.locator("#said")).to_have_text("stopped")
    page.close()
    assert [] == errors
