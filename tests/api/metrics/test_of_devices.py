"""Metrics of devices."""

import pytest

from tests.api.asking import open_request
from tests.api.metrics.scraped import scrape
from tests.api.rig import HELP, READINGS, SENSORS, Rig
from tests.support import V5


def test_device_that_comes_goes_and_comes_again(rig: Rig) -> None:
    """One state is 1 at a time; it tells since when, and when it was synced last."""
    rig.clock.advance(3)
    before = scrape(rig)
    states = before.all("katgate_device_state")
    assert [("cbf", "connecting")] == [labels for labels, is_so in states.items() if is_so]
    assert 6 == len(states)
    assert {} == before.all("katgate_device_synced_timestamp_seconds")
    device = rig.connect()
    rig.clock.advance(3)
    synced = scrape(rig)
    assert 1 == synced.all("katgate_device_state")["cbf", "synced"]
    assert {"cbf": 1e9 + 3} == synced.all("katgate_device_synced_timestamp_seconds")
    assert {"cbf": 1e9 + 3} == synced.all("katgate_device_state_since_timestamp_seconds")
    device.cut()
    away = scrape(rig)
    assert 1 == away.all("katgate_device_state")["cbf", "sleeping"]
    assert {"cbf": 1e9 + 6} == away.all("katgate_device_state_since_timestamp_seconds")
    assert {"cbf": 1e9 + 3} == away.all("katgate_device_synced_timestamp_seconds")
    assert 2 == away.all("katgate_device_sensors")["cbf", "unreachable"]
    rig.clock.advance(1)
    rig.connect()
    assert {"cbf": 1} == scrape(rig).all("katgate_device_reconnects_total")


def test_readings_and_statuses(rig: Rig) -> None:
    """Every status has a sample, or a rule that asks for none in error would not find the device."""
    device = rig.connect()
    there = scrape(rig)
    assert {
        "unknown": 1,
        "nominal": 1,
        "warn": 1,
        "error": 0,
        "failure": 0,
        "unreachable": 0,
        "inactive": 0,
    } == {status: count for (_, status), count in there.all("katgate_device_sensors").items()}
    before = there.all("katgate_readings_received_total")["cbf"]
    device.say(b"#sensor-status 1002 1 wind.speed error 4\n#sensor-status 1003 1 wind.speed error 5\n")
    after = scrape(rig)
    assert before + 2 == after.all("katgate_readings_received_total")["cbf"]
    assert 1 == after.all("katgate_device_sensors")["cbf", "error"]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (b"!watchdog[5] ok\n", "ok"),
        (b"!watchdog[5] fail no\n", "failed"),
        (b"!watchdog[5] invalid no\n", "invalid"),
    ],
)
def test_requests(rig: Rig, reply: bytes, outcome: str) -> None:
    """Counted as under way until they end, then by how, and how long it took."""
    device = rig.connect()
    open_request(rig, "POST", "/api/v1/devices/cbf/requests/watchdog")
    assert {"cbf": 1} == scrape(rig).all("katgate_requests_in_flight")
    rig.clock.advance(0.2)
    device.say(reply)
    ended = scrape(rig)
    assert {"cbf": 0} == ended.all("katgate_requests_in_flight")
    assert {("cbf", outcome): 1} == ended.all("katgate_request_duration_seconds_count")
    assert pytest.approx({("cbf", outcome): 0.2}) == ended.all("katgate_request_duration_seconds_sum")
    buckets = ended.all("katgate_request_duration_seconds_bucket")
    assert (0, 1, 1) == tuple(buckets["cbf", le, outcome] for le in ("0.1", "0.25", "+Inf"))


@pytest.mark.parametrize(
    ("end", "outcome"), [("lost", "lost"), ("timeout", "timeout"), ("away", "unsent"), ("reserved", "unsent")]
)
def test_requests_without_an_answer(rig: Rig, end: str, outcome: str) -> None:
    """Whether the device may have carried it out."""
    device = rig.connect()
    request = "sensor-sampling" if end == "reserved" else "watchdog"
    if end == "away":
        device.cut()
    body = b'{"arguments": ["a", "event"], "timeout": 5}'
    open_request(rig, "POST", f"/api/v1/devices/cbf/requests/{request}", body)
    if end == "lost":
        device.cut()
    elif end == "timeout":
        rig.clock.advance(5)
    assert {("cbf", outcome): 1} == scrape(rig).all("katgate_request_duration_seconds_count")


def test_device_that_is_removed_vanishes(rig: Rig) -> None:
    """With all its series: a dashboard must not show it for ever."""
    device = rig.connect()
    rig.fleet.remove("cbf")
    device.cut()
    gone = scrape(rig)
    assert not [sample for family in gone.families for sample in family.samples if "device" in sample.labels]
    rig.add_device()
    rig.endpoint.accept().say(V5, *HELP, *SENSORS, READINGS)
    assert {"cbf": 0} == scrape(rig).all("katgate_device_reconnects_total")
