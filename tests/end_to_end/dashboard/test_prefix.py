"""The page, its files, the WebSocket, events and REST under a path of another server, by the proxies of deploy/."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.chromium import value_of
from tests.end_to_end.dashboard.hostile_device import HostileDevice
from tests.end_to_end.dashboard.nginx import NGINX
from tests.end_to_end.dashboard.proxies import CADDY, caddy_before, nginx_before
from tests.processes import Katgate, running, wait_for

PREFIX = "/a/b"


@pytest.fixture(
    params=[
        pytest.param(
            nginx_before,
            id="nginx",
            marks=pytest.mark.skipif(NGINX is None, reason="no nginx; install Debian's package nginx-light"),
        ),
        pytest.param(
            caddy_before,
            id="caddy",
            marks=pytest.mark.skipif(CADDY is None, reason="no Caddy; install Debian's package caddy"),
        ),
    ]
)
def proxy_before(request: pytest.FixtureRequest) -> Any:
    """What runs a proxy before a katgate."""
    return request.param


@pytest.fixture(scope="module")
def katgate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Katgate]:
    """A demo that may be behind a proxy, without logins."""
    log = tmp_path_factory.mktemp("insecure") / "katgate.log"
    with running(Katgate(["demo", "--insecure", "--listen", "127.0.0.1:0"], log)) as katgate:
        for device in katgate.get("devices")["devices"]:
            katgate.wait_for_state(device["name"], "synced")
        yield katgate


@pytest.fixture
def site(proxy_before: Any, katgate: Katgate, tmp_path: Path) -> Iterator[str]:
    """The address of the whole site; katgate is under PREFIX."""
    with proxy_before(katgate.port, PREFIX, tmp_path) as site:
        yield site


def get(url: str) -> Any:
    """Return the JSON of an address."""
    with urllib.request.urlopen(url, timeout=30) as answered:
        return json.load(answered)


def test_page_behind_a_prefix(page: Page, site: str) -> None:
    """Values are live, links stay below the prefix, and so does all that is asked for; also without a last slash."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:")))
    page.goto(f"{site}{PREFIX}")
    page.locator('[data-device="m001"] a').click()
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    assert f"{site}{PREFIX}/#device=m001" == page.url
    first = value_of(page, "receiver-temperature")
    wait_for(lambda: value_of(page, "receiver-temperature") != first, "another value")
    page.reload()
    expect(page.locator('[data-sensor="actual-azimuth"]')).to_be_visible()
    assert f"{site}{PREFIX}/api/v1/ws" in asked
    assert [] == [url for url in asked if not url.startswith(f"{site}{PREFIX}")]


def test_rest_behind_a_prefix(page: Page, site: str) -> None:
    """Reading and asking, from a page of that site too: its Origin is katgate's own."""
    page.goto(f"{site}{PREFIX}/")
    answer = page.evaluate(
        """async () => {
             const asked = await fetch("api/v1/devices/weather/requests/watchdog", {
               method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
             return [asked.status, (await asked.json()).ok];
           }"""
    )
    assert [200, True] == answer
    assert 6 == len(get(f"{site}{PREFIX}/api/v1/devices")["devices"])
    found = get(f"{site}{PREFIX}/api/v1/devices/weather/sensors?match=wind-*&limit=1")
    assert 1 == len(found["sensors"])


def test_events_behind_a_prefix(site: str) -> None:
    """They come as they happen, and are not held back until there are enough for a packet."""
    address = f"{site}{PREFIX}/api/v1/stream?device=weather&sensors=wind-speed&strategy=period+0.1"
    with urllib.request.urlopen(address, timeout=30) as events:
        read = 0
        while read < 3:
            read += events.readline().startswith(b"event: readings")


def test_odd_names_behind_a_prefix(proxy_before: Any, start: Callable[..., Katgate], tmp_path: Path) -> None:
    """A slash in a sensor's name is none of the address, nor is a question mark."""
    with HostileDevice() as device:
        katgate = start("serve", "--insecure", f"bad=127.0.0.1:{device.port}")
        katgate.wait_for_state("bad", "synced")
        with proxy_before(katgate.port, PREFIX, tmp_path) as site:
            for name in ("a/b/../c", "%2F", "#&=?+ ", "[", "\u00e4\u96fb\U0001f4e1", "/(x+x+)+y/"):
                sensor = get(f"{site}{PREFIX}/api/v1/devices/bad/sensors/{quote(name, safe='')}")
                assert name == sensor["name"]
