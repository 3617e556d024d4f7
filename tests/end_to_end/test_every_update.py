"""Every update in order, none lost, none twice: numbered values at full speed on real sockets, across resumes too."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end.fake_device import FakeDevice
from tests.processes import Browser, Katgate

#: Values of each of the two sensors.
COUNT = 20_000


@pytest.fixture
def pushing(katgate: Katgate, device: FakeDevice) -> Iterator[threading.Thread]:
    """A thread, not started yet, that pushes numbered values as fast as the socket takes them."""

    def push() -> None:
        for start in range(0, COUNT, 100):
            device.connections[0].sendall(
                b"".join(
                    b"#sensor-status %d 1 %s nominal %d\n" % (n, sensor, n)
                    for n in range(start + 100, start + 200)
                    for sensor in (b"a", b"b")
                )
            )

    thread = threading.Thread(target=push, daemon=True)
    yield thread
    thread.join(30)


def subscribe(browser: Browser, since: Any = None) -> Any:
    """Subscribe both sensors; return the result."""
    return browser.call("sensors.subscribe", device="cbf", sensors=["*"], strategy="auto", since=since)


class Seen:
    """What a browser was told: numbers of frames without a gap, and the values of each sensor."""

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.values: dict[str, list[int]] = {"a": [], "b": []}

    def take(self, params: Any) -> None:
        """Take an update, which is neither a snapshot nor conflated."""
        assert "snapshot" not in params
        assert "conflated" not in params
        assert self.seq + 1 == params.get("from", params["seq"])
        self.seq = params["seq"]
        for name, _, _, value in params["readings"]["cbf"]:
            self.values[name].append(value)

    @property
    def is_whole(self) -> bool:
        return len(self.values["a"]) >= COUNT and len(self.values["b"]) >= COUNT


def test_every_update_at_full_speed(katgate: Katgate, pushing: threading.Thread) -> None:
    """To several browsers of one wish."""
    with katgate.browser() as one, katgate.browser() as other:
        browsers = {browser: Seen(subscribe(browser)["seq"]) for browser in (one, other)}
        for browser in browsers:
            assert browser.next("readings")["snapshot"]
        pushing.start()
        for browser, seen in browsers.items():
            while not seen.is_whole:
                seen.take(browser.next("readings"))
            expected = list(range(100, COUNT + 100))
            assert {"a": expected, "b": expected} == seen.values


def test_every_update_across_resumes(katgate: Katgate, pushing: threading.Thread) -> None:
    """A browser that loses its connection again and again misses nothing."""
    with katgate.browser() as browser:
        result = subscribe(browser)
        seen = Seen(result["seq"])
        browser.next("readings")
        pushing.start()
        seen.take(browser.next("readings"))
    for _ in range(20):
        with katgate.browser() as browser:
            again = subscribe(browser, since={"epoch": result["epoch"], "seq": seen.seq})
            assert again["resumed"]
            if not seen.is_whole:
                seen.take(browser.next("readings"))
    with katgate.browser() as browser:
        assert subscribe(browser, since={"epoch": result["epoch"], "seq": seen.seq})["resumed"]
        while not seen.is_whole:
            seen.take(browser.next("readings"))
    expected = list(range(100, COUNT + 100))
    assert {"a": expected, "b": expected} == seen.values
