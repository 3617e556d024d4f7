"""katgate in front of aiokatcp's own server: every endpoint, and the WebSocket."""

import json
from pathlib import Path

import pytest

from tests.interop.conftest import ENGINE
from tests.processes import Katgate, Process, running, wait_for


def test_device(katgate: Katgate, engine_port: int) -> None:
    """What aiokatcp says of itself is what browsers see."""
    device = katgate.device("cbf")
    assert (f"127.0.0.1:{engine_port}", "synced", 7, None) == (
        device["address"],
        device["state"],
        device["sensors"],
        device["error"],
    )
    assert {"major": 5, "minor": 1, "flags": "BIM"} == device["protocol"]
    assert ["engine-1.0", "engine-1.0.0"] == device["versions"]["katcp-device"]
    assert [device] == katgate.get("devices")["devices"]
    assert {"devices": 1, "sensors": 7} == katgate.get("/api/v1")["counts"]


VALUES = {
    "adc.level": ("float", 0.5),
    "counter": ("integer", 0),
    "is-locked": ("boolean", True),
    "message": ("string", "text with spaces"),
    "mode": ("discrete", "idle"),
    "peer": ("address", "10.0.0.1:7148"),
    "started": ("timestamp", 1.5e9),
}


def test_sensors_of_every_type(katgate: Katgate) -> None:
    """The initial update of each has come in, in the types of the contract's table."""
    sensors = katgate.get("devices/cbf/sensors")["sensors"]
    assert VALUES == {s["name"]: (s["type"], s["reading"]["value"]) for s in sensors}
    assert {"nominal"} == {s["reading"]["status"] for s in sensors}
    level = katgate.get("devices/cbf/sensors/adc.level")
    assert ("The adc.level", "dBFS") == (level["description"], level["units"])
    assert ["idle", "capturing"] == katgate.get("devices/cbf/sensors/mode")["params"]
    assert level["reading"]["received"] >= level["reading"]["timestamp"]


def test_lists_of_sensors(katgate: Katgate) -> None:
    """Filtered and in pages."""
    matched = katgate.get("devices/cbf/sensors?match=*e*&match=/^adc/&limit=3")
    assert (["adc.level", "counter", "is-locked"], "is-locked") == (
        [s["name"] for s in matched["sensors"]],
        matched["next"],
    )
    assert 7 == len(katgate.get("sensors?device=c*")["sensors"])


def test_requests(katgate: Katgate) -> None:
    """From aiokatcp's ?help; informs and reply come back."""
    names = {r["name"]: r["description"] for r in katgate.get("devices/cbf/requests")["requests"]}
    assert "Set the counter." == names["set-counter"]
    answer = katgate.ask("POST", "devices/cbf/requests/echo", {"arguments": ["a b", 1, 2.5, "é"]})
    assert 200 == answer.status
    result = answer.json
    assert ["a b", "1", "2.5", "é"] == result["arguments"]
    assert [["echo", "first", "1"], ["echo", "second"]] == result["informs"]
    assert 0 < result["duration"] < 10


@pytest.mark.parametrize(
    ("request_name", "body", "status", "code"),
    [
        ("refuse", None, 409, "device-failed"),
        ("crash", None, 409, "device-failed"),
        ("set-counter", {"arguments": ["many"]}, 409, "device-failed"),
        ("nope", None, 404, "unknown-request"),
        ("sleep", {"arguments": [20], "timeout": 0.1}, 504, "device-timeout"),
        ("sensor-sampling", {"arguments": ["counter", "none"]}, 409, "reserved-request"),
        ("halt", None, 428, "confirm-required"),
    ],
)
def test_request_that_fails(
    katgate: Katgate, request_name: str, body: object, status: int, code: str
) -> None:
    """Each its own code, and the device serves on."""
    answer = katgate.ask("POST", f"devices/cbf/requests/{request_name}", body)
    assert (status, code) == (answer.status, answer.json["code"])
    assert "Traceback" not in answer.body.decode()
    assert 200 == katgate.ask("POST", "devices/cbf/requests/watchdog").status


def test_slow_request_does_not_hold_up_another(katgate: Katgate) -> None:
    """With message ids the device answers in any order."""
    with katgate.browser() as browser:
        slow = {"device": "cbf", "request": "sleep", "arguments": [30]}
        browser.socket.send(json.dumps({"jsonrpc": "2.0", "id": "slow", "method": "request", "params": slow}))
        assert browser.call("request", device="cbf", request="watchdog")["ok"]


def test_live_readings(katgate: Katgate) -> None:
    """Snapshot, then every change, numbered without a gap."""
    with katgate.browser() as browser:
        result = browser.call("sensors.subscribe", device="cbf", sensors=["counter", "mode"])
        assert ["counter", "mode"] == [s["name"] for s in result["sensors"]]
        snapshot = browser.next("readings")
        assert (True, result["seq"]) == (snapshot["snapshot"], snapshot["seq"])
        assert [["counter", 0], ["mode", "idle"]] == [[r[0], r[3]] for r in snapshot["readings"]["cbf"]]
        for value in range(1, 21):
            katgate.ask("POST", "devices/cbf/requests/set-counter", {"arguments": [value]})
        seen: list[int] = []
        seq = result["seq"]
        while len(seen) < 20:
            frame = browser.next("readings")
            assert seq + 1 == frame.get("from", frame["seq"])
            seq = frame["seq"]
            seen += [row[3] for row in frame["readings"]["cbf"]]
        assert list(range(1, 21)) == seen
        assert {} == browser.call("unsubscribe", sub=result["sub"])


def test_request_over_the_socket(katgate: Katgate) -> None:
    """Informs first, one by one; and the reading that the request made comes before its reply."""
    with katgate.browser() as browser:
        result = browser.call("request", device="cbf", request="echo", arguments=["x"])
        assert ["x"] == result["arguments"]
        assert [["echo", "first", "1"], ["echo", "second"]] == [
            n["params"]["inform"] for n in browser.notifications if n["method"] == "request.inform"
        ]
        browser.call("sensors.subscribe", device="cbf", sensors=["counter"])
        browser.next("readings")
        browser.call("request", device="cbf", request="set-counter", arguments=[99])
        rows = [r for n in browser.notifications for r in n["params"].get("readings", {}).get("cbf", [])]
        assert ("counter", 99) == (rows[-1][0], rows[-1][3])


def test_odd_values(katgate: Katgate) -> None:
    """Numbers that JSON cannot carry."""
    for sent, shown in [("nan", "nan"), ("-inf", "-inf"), ("1e-300", 1e-300)]:
        katgate.ask("POST", "devices/cbf/requests/set-level", {"arguments": [sent]})
        assert shown == katgate.get("devices/cbf/sensors/adc.level")["reading"]["value"]
    for number in (2**53 - 1, 2**53, 2**64, 10**30):
        katgate.ask("POST", "devices/cbf/requests/set-counter", {"arguments": [number]})
        value = katgate.get("devices/cbf/sensors/counter")["reading"]["value"]
        assert (number if number < 2**53 else str(number)) == value


def test_sensors_that_come_and_go(katgate: Katgate) -> None:
    """The device says that its interface has changed; a live selection follows."""
    with katgate.browser() as browser:
        browser.call("sensors.subscribe", device="cbf", sensors=["new.*"])
        katgate.ask("POST", "devices/cbf/requests/add", {"arguments": ["new.sensor"]})
        assert ["new.sensor"] == [s["name"] for s in browser.next("sensors")["added"]]
        rows = browser.next("readings", lambda params: bool(params["readings"]))["readings"]["cbf"]
        assert ["new.sensor"] == [row[0] for row in rows]
        katgate.ask("POST", "devices/cbf/requests/remove", {"arguments": ["new.sensor"]})
        assert [["cbf", "new.sensor"]] == browser.next("sensors", lambda params: bool(params["removed"]))[
            "removed"
        ]
    assert 404 == katgate.ask("GET", "devices/cbf/sensors/new.sensor").status


def test_informs(katgate: Katgate) -> None:
    """What the device tells all its clients is kept."""
    katgate.ask("POST", "devices/cbf/requests/say", {"arguments": ["hello all"]})
    informs = wait_for(lambda: katgate.get("devices/cbf/informs?name=ann*")["informs"], "the announcement")
    assert ["hello all"] == informs[0]["arguments"]


def test_device_that_goes_and_comes_back(
    katgate: Katgate, engine: Process, engine_port: int, tmp_path: Path
) -> None:
    """Told at once when it goes; found again, listed and sampled anew, when it is back."""
    with katgate.browser() as browser:
        browser.call("devices.subscribe")
        browser.call("sensors.subscribe", device="cbf", sensors=["counter"])
        browser.next("readings")
        engine.kill()
        assert "unreachable" == browser.next("readings")["readings"]["cbf"][0][2]
        gone = katgate.device("cbf")
        assert gone["state"] != "synced"
        assert gone["error"]
        assert 0 == katgate.get("devices/cbf/sensors/counter")["reading"]["value"]
        refused = katgate.ask("POST", "devices/cbf/requests/watchdog")
        assert (503, "device-disconnected") == (refused.status, refused.json["code"])
        with running(Process([ENGINE, str(engine_port)], tmp_path / "again.log")) as again:
            assert engine_port == int(again.first_line())
            device = katgate.wait_for_state("cbf", "synced")
            assert (1, None) == (device["reconnects"], device["error"])
            row = browser.next("readings", lambda p: p["readings"]["cbf"][0][2] == "nominal")["readings"][
                "cbf"
            ][0]
            assert ["counter", "nominal", 0] == [row[0], row[2], row[3]]


def test_halt_of_the_device(katgate: Katgate, engine: Process) -> None:
    """Confirmed, it is carried out; katgate lives on and looks for the device."""
    answer = katgate.ask("POST", "devices/cbf/requests/halt", {"confirm": "halt"})
    assert (200, True) == (answer.status, answer.json["ok"])
    assert 0 == engine.popen.wait(30)
    wait_for(lambda: katgate.device("cbf")["state"] != "synced", "katgate to see it")
    assert 200 == katgate.ask("GET", "/readyz").status
