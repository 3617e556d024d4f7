"""The page of the guide's pages.md, word for word: of another site, with katgate's own client."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.dashboard.guarded import guarded
from tests.end_to_end.guide_programs import lengths, programs_of
from tests.processes import Katgate

#: By a token, which it is given by the test: readings, REST, and a token that is withdrawn.
WITH_TOKEN = """
<!doctype html>
<output id="state"></output> <output id="said"></output>
<script type="module">
  const show = (id, text) => (document.getElementById(id).textContent = text);
  window.begin = async (url, token) => {
    const { connect } = await import(new URL("client.js", url));
    const onState = ({ kind, hello, reason }) => show("state", `${kind} ${hello?.role ?? reason ?? ""}`);
    const katgate = connect(url, { onState }, { token });
    katgate.subscribe({ device: "m000", sensors: ["mode"] }, {
      onReadings: async () => show("said", (await katgate.sensorsOf("m000", 1)).length),
    });
  };
</script>
"""


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


def test_page_with_a_token(
    chromium: Browser, site: str, start: Callable[..., Katgate], telescope: Katgate, tmp_path: Path
) -> None:
    """It goes into messages and headers, never into an address; one that is withdrawn is told."""
    gate = guarded(tmp_path / "gate", start, telescope, f'[server]\nallowed_origins = ["{site}"]\n')
    (tmp_path / "site" / "token.html").write_text(WITH_TOKEN)
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{site}/token.html")
    page.wait_for_function("() => 'begin' in window")
    token = gate.tokens["eva"]
    page.evaluate("([url, token]) => begin(url, async () => token)", [gate.url, token])
    expect(page.locator("#state")).to_have_text("connected viewer")
    expect(page.locator("#said")).to_have_text("1")
    gate.revoke("eva")
    expect(page.locator("#state")).to_have_text("login-needed your login has ended")
    page.close()
    assert any("/api/v1/ws" in url for url in asked)
    assert not any(token in url for url in asked)
