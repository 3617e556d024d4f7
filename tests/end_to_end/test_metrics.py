"""Watching katgate from outside: /metrics and /api/v1/browsers, on real sockets."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.api.metrics.scraped import OPENMETRICS, Scraped, openmetrics, plain
from tests.end_to_end.fake_device import FakeDevice
from tests.processes import Katgate, wait_for


def scraped(katgate: Katgate) -> Scraped:
    """Scrape."""
    answer = katgate.ask("GET", "/metrics")
    assert 200 == answer.status, answer.body
    return plain(answer.body.decode())


def browsers(katgate: Katgate) -> list[Any]:
    """Return those that are here."""
    listed: list[Any] = katgate.get("browsers")["browsers"]
    return listed


def test_telescope(start: Callable[..., Katgate]) -> None:
    """A whole one, with readings: each browser, request and reading of it, in both formats."""
    katgate = start("demo", variables={"KATGATE_METRICS_SENSORS": "weather/*,m00[01]/mode"})
    wait_for(
        lambda: 6 == len(scraped(katgate).all("katgate_device_synced_timestamp_seconds")),
        "all devices to be synced",
    )
    assert 200 == katgate.ask("POST", "devices/weather/requests/watchdog").status
    with katgate.browser() as browser:
        browser.call("sensors.subscribe", device="m000", sensors=["*"], strategy="auto")
        browser.call("devices.subscribe")
        wait_for(lambda: browser.next("readings") and browsers(katgate)[0]["readings"] > 20, "readings")
        here = openmetrics(katgate.ask("GET", "/metrics", headers={"accept": OPENMETRICS}).body.decode())
        [shown] = browsers(katgate)
    assert ("websocket", "127.0.0.1", 0) == (shown["kind"], shown["address"], shown["conflated"])
    assert "websockets" in shown["agent"]
    assert {"sensors.subscribe": 1, "devices.subscribe": 1} == shown["subscriptions"]
    assert 1 == here.all("katgate_browsers")["websocket"] == here.one("katgate_streams")
    assert here.all("katgate_sent_bytes_total")["websocket"] > 1000
    assert here.all("katgate_readings_sent_total")["websocket"] > 20
    assert 1 == here.all("katgate_request_duration_seconds_count")["weather", "ok"]
    assert 1000 == sum(n for (device, _), n in here.all("katgate_device_sensors").items() if device == "cbf")
    assert here.one("process_resident_memory_bytes") > 1e7
    assert here.one("katgate_event_loop_lag_seconds_count") > 0
    assert 100 > here.all("katgate_sensor_value")["weather", "wind-speed", "m/s"] >= 0
    assert {"m000", "m001"} == {
        device for device, sensor, _ in here.all("katgate_sensor_state") if sensor == "mode"
    }
    wait_for(lambda: not browsers(katgate), "the browser to be gone")
    gone = scraped(katgate)
    assert (
        gone.all("katgate_sent_bytes_total")["websocket"] >= here.all("katgate_sent_bytes_total")["websocket"]
    )
    assert 0 == gone.all("katgate_browsers")["websocket"]
    assert 1 == gone.all("katgate_browsers_joined_total")["websocket"]


def test_slow_browser(katgate: Katgate, device: FakeDevice) -> None:
    """It is seen to be behind, with little that waits for it; and that it missed readings, once it reads again."""
    with katgate.browser() as browser:
        browser.call("sensors.subscribe", device="cbf", sensors=["a"], strategy="auto")
        text = b"x" * 4000

        def is_behind() -> bool:
            device.connections[0].sendall(b"#sensor-status 2 1 a nominal %s\n" % text * 500)
            return bool(browsers(katgate)[0]["lag"] > 1)  # a busy machine is slow for a moment

        wait_for(is_behind, "the browser to be behind")
        device.connections[0].sendall(b"#sensor-status 2 1 a nominal %s\n" % text * 3000)
        wait_for(
            lambda: scraped(katgate).all("katgate_readings_received_total")["cbf"] > 3500, "all readings"
        )
        behind = scraped(katgate)
        assert 1 == behind.one("katgate_browsers_behind")
        assert 0 < behind.one("katgate_browser_queued_max_bytes") < 1_000_000
        assert 0 < browsers(katgate)[0]["queued"] < 1_000_000
        browser.next("readings", lambda params: "conflated" in params)
        wait_for(lambda: browsers(katgate)[0]["lag"] == 0, "it to keep up")
        conflated = browsers(katgate)[0]["conflated"]
        assert conflated > 0
        assert conflated == scraped(katgate).all("katgate_readings_conflated_total")["websocket"]


def test_device_that_is_killed_and_comes_again(katgate: Katgate, device: FakeDevice) -> None:
    """Prometheus sees both, also if it does not look in between."""
    before = scraped(katgate)
    assert {"cbf": 0} == before.all("katgate_device_reconnects_total")
    device.connections[0].shutdown(socket.SHUT_RDWR)
    wait_for(lambda: scraped(katgate).all("katgate_device_reconnects_total")["cbf"] == 1, "a reconnect")
    name = "katgate_device_synced_timestamp_seconds"
    assert scraped(katgate).all(name)["cbf"] > before.all(name)["cbf"]


def test_browser_that_is_thrown_out(katgate: Katgate) -> None:
    """It is told not to come back; another stays."""
    with katgate.browser() as browser, katgate.browser() as other:
        assert [1, 2] == [one["id"] for one in browsers(katgate)]
        assert 200 == katgate.ask("DELETE", "browsers/1").status
        with pytest.raises(ConnectionClosed) as closed:
            browser.receive()
        assert closed.value.rcvd is not None
        assert 4501 == closed.value.rcvd.code
        wait_for(lambda: [2] == [one["id"] for one in browsers(katgate)], "it to be gone")
        assert {} == other.call("ping")
        assert 404 == katgate.ask("DELETE", "browsers/1").status
