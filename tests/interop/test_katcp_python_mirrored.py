"""katgate in front of katcp-python's devices, v4, 5.0 and 5.1: what its mirrors make of them, and browsers see.

One katgate serves them all for the whole file. The tests stand in the order of what they change: the first find the
devices as they were started.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.interop.conftest import KATCP_PYTHON
from tests.interop.driven import needs_katcp_python
from tests.processes import DEADLINE_S, Answer, Katgate, running, wait_for

pytestmark = needs_katcp_python

PROTOCOLS = {
    "v4": {"major": 4, "minor": 0, "flags": ""},
    "v5": {"major": 5, "minor": 0, "flags": "M"},
    "v5-ids": {"major": 5, "minor": 0, "flags": "IM"},
    "v5-bulk": {"major": 5, "minor": 1, "flags": "BIMT"},
}


@pytest.fixture(scope="module")
def katgate(
    katcp_python_ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Katgate]:
    """A katgate that serves all of them."""
    devices = [f"{name}=127.0.0.1:{port}" for name, port in katcp_python_ports.items()]
    log = tmp_path_factory.mktemp("katgate") / "katgate.log"
    with running(Katgate(["serve", *devices, "--listen", "127.0.0.1:0"], log)) as process:
        yield process
        assert "Traceback" not in process.log


@pytest.fixture(scope="module", params=KATCP_PYTHON)
def name(request: pytest.FixtureRequest, katgate: Katgate) -> str:
    """A device's name, once katgate is in step with it."""
    name = str(request.param)

    def is_synced() -> bool:
        device = katgate.device(name)
        assert device["error"] is None, device["error"]
        return bool(device["state"] == "synced")

    wait_for(is_synced, f"{name} to be synced")
    return name


def ask(katgate: Katgate, name: str, request: str, *arguments: str) -> Answer:
    """Make a request of the device, as a script does."""
    return katgate.ask("POST", f"devices/{name}/requests/{request}", {"arguments": arguments})


def reading_of(katgate: Katgate, name: str, sensor: str) -> Any:
    """Return a sensor's present reading."""
    return katgate.get(f"devices/{name}/sensors/{sensor}")["reading"]


def reading_with_status(katgate: Katgate, name: str, sensor: str, status: str) -> Any:
    """Return a sensor's reading once it has that status."""
    wait_for(lambda: reading_of(katgate, name, sensor)["status"] == status, f"{sensor} to be {status}")
    return reading_of(katgate, name, sensor)


def test_device(katgate: Katgate, name: str) -> None:
    """What the device speaks, and all that it lists."""
    device = katgate.device(name)
    assert (PROTOCOLS[name], 9, 0) == (device["protocol"], device["sensors"], device["reconnects"])
    requests = {r["name"]: r["description"] for r in katgate.get(f"devices/{name}/requests")["requests"]}
    assert len(requests) == device["requests"]
    assert "Fail." == requests["refuse"]
    assert (name != "v4") == ("version-list" in requests)


SENSORS = {
    "adc.level": ("float", "dBFS", [-20.0, 0.0], "nominal", -0.5),
    "counter": ("integer", "", [-100, 100], "nominal", 3),
    "fan": ("lru", "", [], "nominal", "nominal"),
    "is-locked": ("boolean", "", [], "nominal", True),
    "message": ("string", "", [], "nominal", "text with spaces"),
    "mode": ("discrete", "", ["idle", "capturing"], "nominal", "idle"),
    "peer": ("address", "", [], "nominal", "10.0.0.1:7148"),
    "started": ("timestamp", "", [], "nominal", 1.5e9 + 0.25),
    "to-be-removed": ("integer", "", [], "unknown", 0),
}


def test_sensors_of_every_type(katgate: Katgate, name: str) -> None:
    """Descriptions and first readings; times are seconds, also where the device sends milliseconds."""
    sensors = katgate.get(f"devices/{name}/sensors")["sensors"]
    assert SENSORS == {
        s["name"]: (s["type"], s["units"], s["params"], s["reading"]["status"], s["reading"]["value"])
        for s in sensors
    }
    assert all(abs(time.time() - s["reading"]["timestamp"]) < DEADLINE_S for s in sensors)


CHANGES: list[tuple[str, str, object]] = [
    ("adc.level", "-12.25", -12.25),
    ("counter", "-17", -17),
    ("fan", "error", "error"),
    ("is-locked", "0", False),
    ("message", "new\nline", "new\nline"),
    ("mode", "capturing", "capturing"),
    ("peer", "[::1]:80", "[::1]:80"),
    ("started", "1600000000.125", 1.6e9 + 0.125),
]


def test_changes_of_every_type(katgate: Katgate, name: str) -> None:
    """Each comes in by itself, with its status and its time."""
    for sensor, sent, value in CHANGES:
        words = ["1600000000125" if (name, sensor) == ("v4", "started") else sent, "warn"]
        began = time.time()
        assert 200 == ask(katgate, name, "set", sensor, *words).status
        reading = reading_with_status(katgate, name, sensor, "warn")
        assert value == reading["value"]
        assert began - 0.01 < reading["timestamp"] < time.time() + 0.01


def test_live_readings(katgate: Katgate, name: str) -> None:
    """A browser gets every change, in order."""
    with katgate.browser() as browser:
        browser.call("sensors.subscribe", device=name, sensors=["counter"])
        seen = [row[3] for row in browser.next("readings")["readings"][name]]
        for value in range(1, 11):
            ask(katgate, name, "set", "counter", str(value))
        while seen[-1] != 10:
            seen += [row[3] for row in browser.next("readings")["readings"][name]]
    assert list(range(1, 11)) == seen[1:]


def test_requests(katgate: Katgate, name: str) -> None:
    """Informs and reply of one that works; code and words of those that do not."""
    echo = ask(katgate, name, "echo", "a b", "é").json
    assert ["a b", "é"] == echo["arguments"]
    assert [["echo", "first", "1"], ["echo", "second"]] == echo["informs"]
    refused = ask(katgate, name, "refuse")
    assert (409, "device-failed") == (refused.status, refused.json["code"])
    assert "no power" in refused.body.decode()
    crashed = ask(katgate, name, "crash")
    assert (409, "device-failed") == (crashed.status, crashed.json["code"])
    assert "Traceback" not in crashed.body.decode()
    unknown = ask(katgate, name, "no-such-request")
    assert (404, "unknown-request") == (unknown.status, unknown.json["code"])
    late = {"arguments": [0.3], "timeout": 0.05}
    assert 504 == katgate.ask("POST", f"devices/{name}/requests/sleep", late).status
    assert ["0.0"] == ask(katgate, name, "sleep", "0").json["arguments"]


def test_sensors_that_come_and_go(katgate: Katgate, name: str) -> None:
    """`#interface-changed` makes the mirror list again; the new sensor is sampled, the old one forgotten."""
    ask(katgate, name, "add", "new.sensor")
    ask(katgate, name, "remove", "to-be-removed")
    path = f"devices/{name}/sensors"
    wait_for(lambda: "new.sensor" in {s["name"] for s in katgate.get(path)["sensors"]}, "the new sensor")
    reading = wait_for(lambda: reading_of(katgate, name, "new.sensor"), "its reading")
    assert ("warn", 4.2) == (reading["status"], reading["value"])
    assert 404 == katgate.ask("GET", f"{path}/to-be-removed").status
    ask(katgate, name, "set", "new.sensor", "5.5")
    wait_for(lambda: reading_of(katgate, name, "new.sensor")["value"] == 5.5, "its change")


def test_device_that_goes_and_comes_back(katgate: Katgate, name: str) -> None:
    """Told at once when it goes, with its farewell; listed and sampled anew when it is back."""
    with katgate.browser() as browser:
        browser.call("sensors.subscribe", device=name, sensors=["counter"])
        browser.next("readings")
        assert 200 == ask(katgate, name, "vanish", "0.1").status
        assert "unreachable" == browser.next("readings")["readings"][name][0][2]
        farewell = f"{name}: the device closed the connection; it said: Device server shutting down."
        wait_for(lambda: farewell in katgate.log, "the farewell in the log")
        back = katgate.wait_for_state(name, "synced")
        assert (1, None) == (back["reconnects"], back["error"])
        ask(katgate, name, "set", "counter", "77", "error")
        row = browser.next("readings", lambda p: p["readings"][name][-1][2] == "error")["readings"][name][-1]
        assert ["counter", "error", 77] == [row[0], row[2], row[3]]
