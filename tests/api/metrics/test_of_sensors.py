"""Readings for Prometheus."""

from collections.abc import Iterable

import pytest

from katgate.config import DeviceDefaults
from katgate.hub.selection import Selection
from tests.api.metrics.scraped import Scraped, scrape
from tests.api.rig import HELP, SAMPLED, Rig
from tests.support import V5

LISTED = [
    b"#sensor-list[2] wind.speed Wind m/s float 0.0 20.0\n",
    b"#sensor-list[2] mode Mode \\@ discrete on off\n",
    b"#sensor-list[2] count Count \\@ integer\n",
    b"#sensor-list[2] is-on On \\@ boolean\n",
    b"#sensor-list[2] since Since \\@ timestamp\n",
    b'#sensor-list[2] a/"b\\n Odd \\@ string\n',
    b"!sensor-list[2] ok 6\n",
]
READ = (
    b"#sensor-status 1000.5 1 wind.speed nominal -3.5\n"
    b"#sensor-status 1001 1 mode warn on\n"
    b"#sensor-status 1001 1 count unknown 7\n"
    b"#sensor-status 1001 1 is-on failure 1\n"
    b"#sensor-status 1001 1 since nominal 12345.5\n"
    b'#sensor-status 1001 1 a/"b\\n nominal text\n'
)


def choose(rig: Rig, *texts: str, most: int = 100) -> None:
    """Configure."""
    rig.metrics.choose([Selection.parse(text) for text in texts], most)


def up(rig: Rig) -> None:
    """Let the device come, with sensors of each type."""
    rig.connect(listed=LISTED, readings=READ)


def sensors(scraped: Scraped) -> list[str]:
    """Return the names of those that have a status."""
    return [sensor for _, sensor, _ in scraped.all("katgate_sensor_status")]


def test_each_type(rig: Rig) -> None:
    """Numbers, booleans and times as numbers; a discrete by its option; the rest has a status and a time."""
    choose(rig, "c*/*")
    up(rig)
    there = scrape(rig)
    assert {
        ("cbf", "wind.speed", "m/s"): -3.5,
        ("cbf", "count", ""): 7.0,
        ("cbf", "is-on", ""): 1.0,
        ("cbf", "since", ""): 12345.5,
    } == there.all("katgate_sensor_value")
    assert {("cbf", "mode", "on"): 1.0} == there.all("katgate_sensor_state")
    assert ("cbf", 'a/"b\n', "nominal") in there.all("katgate_sensor_status")
    assert ("cbf", "is-on", "failure") in there.all("katgate_sensor_status")
    assert 1000.5 == there.all("katgate_sensor_timestamp_seconds")["cbf", "wind.speed"]
    assert (6, 0) == (there.one("katgate_sensors_exported"), there.one("katgate_sensors_left_out"))


def test_values_that_are_none(rig: Rig) -> None:
    """What is not a number has no value, and what no option no state: a device's words are no labels."""
    choose(rig, "cbf/*")
    up(rig)
    rig.endpoint.wires[0].say(
        b"#sensor-status 1002 1 mode nominal anything\n"
        b"#sensor-status 1002 1 wind.speed nominal calm\n"
        b"#sensor-status 1002 1 count nominal " + b"9" * 400 + b"\n"
    )
    there = scrape(rig)
    assert {} == there.all("katgate_sensor_state")
    assert ["is-on", "since"] == [sensor for _, sensor, _ in there.all("katgate_sensor_value")]
    assert 6 == len(sensors(there))


def test_numbers_that_are_special(rig: Rig) -> None:
    """Prometheus knows them."""
    choose(rig, "cbf/wind.speed")
    up(rig)
    for text, value in [(b"nan", "nan"), (b"inf", "inf"), (b"-inf", "-inf")]:
        rig.endpoint.wires[0].say(b"#sensor-status 1002 1 wind.speed nominal " + text + b"\n")
        assert value == str(scrape(rig).all("katgate_sensor_value")["cbf", "wind.speed", "m/s"])


def test_device_that_is_away(rig: Rig) -> None:
    """Its sensors have no values: an old one is not to be taken for what is so now."""
    choose(rig, "cbf/*")
    assert {} == scrape(rig).all("katgate_sensor_status")
    up(rig)
    rig.endpoint.wires[0].cut()
    away = scrape(rig)
    assert {} == away.all("katgate_sensor_value") == away.all("katgate_sensor_state")
    assert {"unreachable"} == {status for _, _, status in away.all("katgate_sensor_status")}
    assert 1000.5 == away.all("katgate_sensor_timestamp_seconds")["cbf", "wind.speed"]


def test_sensor_without_a_reading(rig: Rig) -> None:
    """It is unknown, and has neither value nor time."""
    choose(rig, "cbf/*")
    rig.connect()
    there = scrape(rig)
    assert 1 == there.all("katgate_sensor_status")["cbf", "a/b", "unknown"]
    assert ("cbf", "a/b") not in there.all("katgate_sensor_timestamp_seconds")


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["cbf/wind.speed"], ["wind.speed"]),
        (["cbf//^(mode|count)$/", "c?f/*.speed"], ["count", "mode", "wind.speed"]),
        (["m0*/*"], []),
        (['*/a/"b\n'], ['a/"b\n']),
        (["cbf/mode", "*/mode"], ["mode"]),
        (["cbf/nothing"], []),
    ],
)
def test_which_are_shown(rig: Rig, texts: Iterable[str], names: list[str]) -> None:
    """By device and sensor, each once."""
    choose(rig, *texts)
    up(rig)
    assert names == sensors(scrape(rig))


def test_none_are_asked_for(rig: Rig) -> None:
    """Then nothing is said of readings."""
    up(rig)
    assert not [family for family in scrape(rig).families if family.name.startswith("katgate_sensor")]


def test_no_more_than_allowed(rig: Rig) -> None:
    """The first by name, so always the same; it says how many are missing."""
    choose(rig, "cbf/*", most=2)
    up(rig)
    there = scrape(rig)
    assert ['a/"b\n', "count"] == sensors(there)
    assert (2, 4) == (there.one("katgate_sensors_exported"), there.one("katgate_sensors_left_out"))


def test_sensors_that_come_and_go(rig: Rig) -> None:
    """As the device has them now, the one of the same name that comes after it too."""
    choose(rig, "cbf/*")
    up(rig)
    scrape(rig)
    rig.endpoint.wires[0].cut()
    rig.clock.advance(1)
    rig.endpoint.accept().say(
        V5, *HELP, b"#sensor-list[2] mode Mode volt float\n", b"!sensor-list[2] ok 1\n", SAMPLED
    )
    rig.endpoint.wires[1].say(b"#sensor-status 2000 1 mode nominal 1.5\n")
    there = scrape(rig)
    assert ["mode"] == sensors(there)
    assert {("cbf", "mode", "volt"): 1.5} == there.all("katgate_sensor_value")


def test_others_are_chosen_while_it_runs(rig: Rig) -> None:
    """From the next scrape on."""
    up(rig)
    choose(rig, "cbf/mode")
    assert ["mode"] == sensors(scrape(rig))
    choose(rig, "cbf/count")
    assert ["count"] == sensors(scrape(rig))
    choose(rig)
    assert [] == sensors(scrape(rig))


def test_sensors_on_demand() -> None:
    """They are wanted from the first scrape on, through others, until nobody has scraped for a while."""
    rig = Rig(DeviceDefaults(strategy="on-demand event", on_demand_linger_s=0))
    choose(rig, "cbf/wind.speed")
    device = rig.endpoint.accept()
    device.say(V5, *HELP, *LISTED, b"!sensor-value[3] ok 0\n")
    rig.clock.advance(1)
    device.heard()
    cbf = rig.fleet["cbf"]
    assert not cbf._demand._is_wanted("wind.speed")
    scrape(rig)
    assert cbf._demand._is_wanted("wind.speed")
    assert not cbf._demand._is_wanted("mode")
    assert any("wind.speed event" in line for line in device.heard())
    rig.clock.advance(599)
    scrape(rig)
    choose(rig, "cbf/wind.speed", "cbf/mode")
    scrape(rig)
    assert cbf._demand._is_wanted("mode")
    assert cbf._demand._is_wanted("wind.speed")
    rig.clock.advance(600)
    assert not cbf._demand._is_wanted("wind.speed")
    assert not cbf._demand._is_wanted("mode")
    scrape(rig)
    assert cbf._demand._is_wanted("mode")
    rig.metrics.stop()
    assert not cbf._demand._is_wanted("mode")


def test_device_that_is_replaced_is_wanted_anew() -> None:
    """The one that comes has the name of the one that went, and nothing else."""
    rig = Rig(DeviceDefaults(strategy="on-demand event"))
    choose(rig, "cbf/mode")
    rig.endpoint.accept().say(V5, *HELP, *LISTED)
    scrape(rig)
    rig.fleet.remove("cbf")
    rig.add_device(DeviceDefaults(strategy="on-demand event"))
    rig.endpoint.accept().say(V5, *HELP, *LISTED)
    scrape(rig)
    assert rig.fleet["cbf"]._demand._is_wanted("mode")
    rig.metrics.stop()
