"""Limits of the configuration, on real sockets."""

import json
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.end_to_end.fake_device import FakeDevice
from tests.processes import Katgate, wait_for


@pytest.fixture
def katgate(device: FakeDevice, start: Callable[..., Katgate], tmp_path: Path) -> Katgate:
    """A katgate of few browsers that must be quick to answer."""
    config = tmp_path / "katgate.toml"
    config.write_text(
        "[limits]\nmessage = 2000\nsubscriptions = 1\nbrowsers_per_address = 2\n"
        "ping_interval_s = 1\nping_deadline_s = 1\n"
    )
    return start("serve", "--config", str(config), f"cbf=127.0.0.1:{device.port}")


def test_browsers_beyond_the_limit(katgate: Katgate) -> None:
    """4502: do not come back as you are; the others notice nothing, and one that goes makes room."""
    with ExitStack() as stack:
        first, second = (stack.enter_context(katgate.browser()) for _ in range(2))
        with katgate.connected() as refused:
            with pytest.raises(ConnectionClosed) as closed:
                refused.recv(timeout=30)
            assert closed.value.rcvd is not None
            assert 4502 == closed.value.rcvd.code
            assert "[limits] browsers_per_address" in closed.value.rcvd.reason
        assert {} == first.call("ping")
        second.socket.close()
        wait_for(lambda: katgate.log.count(" gone (") >= 1, "katgate to see it go")
        assert {} == stack.enter_context(katgate.browser()).call("ping")


def test_limits_that_are_announced(katgate: Katgate) -> None:
    """They hold: one subscription, and messages of 2,000 bytes."""
    with katgate.connected() as connected:
        limits = json.loads(connected.recv(timeout=30))["params"]["limits"]
        assert (2000, 1) == (limits["message"], limits["subscriptions"])
    with katgate.browser() as browser:
        assert "sub" in browser.call("sensors.subscribe", device="cbf", sensors=["a"])
        error = browser.call("sensors.subscribe", device="cbf", sensors=["b"])
        assert "too-many-requests" == error["data"]["code"]
        browser.socket.send("x" * 2001)
        with pytest.raises(ConnectionClosed) as closed:
            _receive_all(browser)
        assert closed.value.rcvd is not None
        assert 1009 == closed.value.rcvd.code


def _receive_all(browser: Any) -> None:
    while True:
        browser.receive()


def test_browser_that_gives_no_sign_of_life(katgate: Katgate) -> None:
    """It is pinged, and gone when it does not answer: nobody else would notice a broken path."""
    with katgate.browser() as alive, katgate.raw_socket() as silent:
        received = b""
        with suppress(ConnectionResetError):
            while part := silent.recv(4096):
                received += part
        assert b'"hello"' in received
        wait_for(lambda: katgate.log.count(" gone (") >= 1, "katgate to let it go")
        assert {} == alive.call("ping")
