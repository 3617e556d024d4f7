"""Containers of the image, as they run: read-only, not as root, ready, drained, and started again."""

import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.container.container import Container
from tests.processes import Browser, wait_for

pytestmark = pytest.mark.container

Run = Callable[..., Container]

HERE = "127.0.0.1:8147"

#: The demo telescope as one device on a port: katgate as a KATCP proxy for it.
TELESCOPE = {
    "KATGATE_SERVER_LISTEN": "127.0.0.1:8148",
    "KATGATE_FIRST_TOKEN": "0",
    "KATGATE_KATCP_LISTEN": "127.0.0.1:7147",
}
DEVICES = {"KATGATE_DEVICES": "telescope=127.0.0.1:7147"}


def answer_of(path: str, token: str = "") -> tuple[int, str]:
    """Ask the container; return status and body."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    asked = urllib.request.Request(f"http://{HERE}{path}", headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answered:
            return answered.status, answered.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def first_token(container: Container) -> str:
    """Return the token that katgate has made and printed, once it serves."""
    container.wait_for("; open http")
    found = re.findall(r"\bkg_[\w-]{43}(?![\w-])", container.out)
    assert 1 == len(found), container.out
    token: str = found[0]
    return token


def test_whole_life(run: Run) -> None:
    """It is ready, shows the demo's devices over a WebSocket and the page, drains at SIGTERM, and starts again."""
    run(["demo"], variables=TELESCOPE).wait_for("; open http")
    container = run(variables=DEVICES)
    token = first_token(container)
    took_s = time.monotonic() - container.started
    assert (200, '{"status":"ok"}') == answer_of("/readyz")
    assert 401 == answer_of("/api/v1/devices")[0]
    status, page = answer_of("/")
    assert (200, True) == (status, 'id="page"' in page)
    script = re.search(r'src="\./(assets/[^"]+\.js)"', page)
    assert script is not None
    assert 200 == answer_of(f"/{script[1]}")[0]

    with connect(f"ws://{HERE}/api/v1/ws", subprotocols=[Subprotocol("katgate.v1")], max_size=None) as socket:
        browser = Browser(socket)
        assert "hello" == browser.receive()["method"]
        assert "admin" == browser.call("authenticate", token=token)["role"]
        browser.call("devices.subscribe")
        _wait_until_synced(token)
        browser.call("sensors.subscribe", device="telescope", sensors=["m0*actual-azimuth"])
        readings = browser.next("readings", lambda params: len(params["readings"].get("telescope", ())) == 4)
        assert "m000.actual-azimuth" in [row[0] for row in readings["readings"]["telescope"]]
        began = time.monotonic()
        container.terminate()
        browser.next("notice", lambda params: params["code"] == "shutdown")
        with pytest.raises(ConnectionClosed) as closed:
            browser.next("nothing more")
        assert closed.value.rcvd is not None
        assert 4001 == closed.value.rcvd.code
    assert 0 == container.wait()
    drained_s = time.monotonic() - began
    print(f"started in {took_s:.2f} s, drained in {drained_s:.2f} s")
    assert drained_s < 10
    assert "= ended" in container.out
    assert "" == container.err  # logs are on standard output
    first_token(run(variables=DEVICES))
    assert 200 == answer_of("/readyz")[0]


def _wait_until_synced(token: str) -> None:
    wait_for(
        lambda: '"state":"synced"' in answer_of("/api/v1/devices/telescope", token)[1],
        "the telescope to be synced",
    )


def test_who_it_is(run: Run) -> None:
    """Not root, nothing gained by exec, and nowhere to write to."""
    container = run()
    first_token(container)
    process = Path(f"/proc/{container.pid}")
    status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines())
    assert (["65532"] * 4, ["65532"] * 4) == (status["Uid"].split(), status["Gid"].split())
    assert 0 == int(status["CapEff"], 16)
    assert b"katgate" in (process / "cmdline").read_bytes().split(b"\0")[1]
    mounts = [line.split() for line in (process / "mounts").read_text().splitlines()]
    assert ["ro"] == [options.split(",")[0] for _, where, _, options, *_ in mounts if where == "/"]


def test_healthcheck(run: Run) -> None:
    """As HEALTHCHECK has it, inside: once katgate is ready, and not before."""
    before = run(program=["katgate", "healthcheck"])
    assert (1, True) == (before.wait(), "no katgate answers at 0.0.0.0, port 8147" in before.err)
    first_token(run())
    after = run(program=["katgate", "healthcheck"])
    assert (0, "ready\n") == (after.wait(), after.out)


def test_nothing_can_be_written(run: Run) -> None:
    """The root is read-only in here, so the tests above mean something."""
    container = run(program=["python", "-c", "open('/tmp/x', 'w')"])
    assert (1, True) == (container.wait(), "Read-only file system" in container.err)


def test_configuration_that_cannot_be_used(run: Run) -> None:
    """One sentence, and exit code 2: an orchestrator shows it."""
    container = run(variables={"KATGATE_SERVER_LISTEN": "nonsense"})
    assert (2, True) == (container.wait(), "KATGATE_SERVER_LISTEN" in container.err)
