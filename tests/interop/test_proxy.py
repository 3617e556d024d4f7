"""A proxy of katgate.tx before devices that are not ours, as clients see it that are not ours either.

The devices: one of aiokatcp's, and four of katcp-python's that speak 4.0, 5.0 and 5.1. The clients: aiokatcp's with
its SensorWatcher, and katcp-python's inspecting client. All stay for the whole file, and the tests stand in the order
of what they change: the first find the devices as they were started.
"""

import time
from typing import Any

import pytest

from tests.interop.conftest import KATCP_PYTHON
from tests.interop.driven import Driven, needs_katcp_python
from tests.interop.judges import Judge
from tests.processes import DEADLINE_S

pytestmark = needs_katcp_python

#: Of the five, `v5` is the beginning of two other names: requests must still find their device.
NAMES = ["aio", *KATCP_PYTHON]


def test_devices(judge: Judge) -> None:
    """Every device is listed, and each has a sensor that says that it is in step."""
    answer = judge.request("device-list")
    assert [[name, "full"] for name in sorted(NAMES)] == answer["informs"]
    assert ["ok", "5"] == answer["reply"]
    assert dict.fromkeys(NAMES, "synced") == judge.states()


#: Of katcp-python's devices: type, units, parameters, status and value.
SENSORS: dict[str, tuple[str, str, list[Any], str, Any]] = {
    "adc.level": ("float", "dBFS", [-20.0, 0.0], "nominal", -0.5),
    "counter": ("integer", "", [-100, 100], "nominal", 3),
    "fan": ("lru", "", [], "nominal", 0),
    "is-locked": ("boolean", "", [], "nominal", True),
    "message": ("string", "", [], "nominal", "text with spaces"),
    "mode": ("discrete", "", ["idle", "capturing"], "nominal", "idle"),
    "peer": ("address", "", [], "nominal", ["10.0.0.1", 7148]),
    "started": ("timestamp", "", [], "nominal", 1.5e9 + 0.25),
    "to-be-removed": ("integer", "", [], "unknown", 0),
}
#: And of aiokatcp's, but for the timestamp: katcp-python's client takes no units with one.
AIO: dict[str, Any] = {
    "adc.level": 0.5,
    "counter": 0,
    "is-locked": True,
    "message": "text with spaces",
    "mode": "idle",
    "peer": ["10.0.0.1", 7148],
}


@pytest.mark.parametrize("name", KATCP_PYTHON)
@pytest.mark.parametrize("who", ["katcp-python", "aiokatcp"])
def test_sensors_of_every_type(judges: dict[str, Judge], who: str, name: str) -> None:
    """Descriptions and first readings come out as they went in; times are seconds, whatever the device speaks."""
    judge = judges[who]
    for sensor, (kind, units, params, *reading) in SENSORS.items():
        if (who, kind) == ("aiokatcp", "lru"):
            continue  # deprecated, and the one type that aiokatcp leaves out
        about = judge.program.call("describe", judge.number, f"{name}.{sensor}")
        assert (kind, units) == (about["type"], about["units"])
        assert params == about.get("params", params)
        seen = judge.follow(f"{name}.{sensor}")
        assert reading == seen[1:]
        assert abs(time.time() - seen[0]) < DEADLINE_S


def test_sensors_of_aiokatcp(judge: Judge) -> None:
    """The same of a device of another library."""
    for sensor, value in AIO.items():
        seen = judge.follow(f"aio.{sensor}")
        assert ["nominal", value] == seen[1:]
        assert abs(time.time() - seen[0]) < DEADLINE_S


CHANGES: dict[str, tuple[str, Any]] = {
    "adc.level": ("-12.25", -12.25),
    "counter": ("-17", -17),
    "is-locked": ("0", False),
    "message": ("new\nline", "new\nline"),
    "mode": ("capturing", "capturing"),
    "peer": ("[::1]:80", ["::1", 80]),
}


@pytest.mark.parametrize("name", NAMES)
def test_changes_reach_both_clients(judges: dict[str, Judge], name: str) -> None:
    """Each change at a device comes through by itself, with its status and its time."""
    changes = dict(CHANGES)
    if name != "aio":
        # Arguments pass through as they are, so towards v4 a time is in milliseconds.
        changes["started"] = ("1600000000125" if name == "v4" else "1600000000.125", 1.6e9 + 0.125)
    began = time.time()
    for sensor, (sent, _) in changes.items():
        assert "ok" == judges["aiokatcp"].ask(f"{name}-set", sensor, sent, "warn")[0]
    for judge in judges.values():
        for sensor, (_, value) in changes.items():
            judge.wait_for_last(f"{name}.{sensor}", "warn", value)
            assert began - 0.01 < judge.readings(f"{name}.{sensor}")[-1][0] < time.time() + 0.01


@pytest.mark.parametrize("name", NAMES)
def test_period(judge: Judge, name: str) -> None:
    """The proxy keeps a client's period, whatever the device knows of seconds, and ends it with `none`."""
    sensor = f"{name}.counter"
    began = time.monotonic()
    judge.watch(sensor)
    assert ["ok", sensor, "period", "0.02"] == judge.ask("sensor-sampling", sensor, "period", "0.02")
    seen = judge.wait_for_readings(sensor, 5)
    assert 0.079 < time.monotonic() - began
    assert {-17} == {reading[2] for reading in seen}
    judge.ask("sensor-sampling", sensor, "none")
    so_far = len(judge.readings(sensor))
    judge.ask(f"{name}-sleep", "0.05")
    assert so_far == len(judge.readings(sensor))


def test_event_rate(judge: Judge) -> None:
    """Changes within the shortest time become one update, of the last; v4 has no such strategy of its own."""
    requests = []
    for name in ("aio", "v4"):
        judge.ask(f"{name}-set", "counter", "0")
        judge.watch(f"{name}.counter")
        requests.append(["sensor-sampling", f"{name}.counter", "event-rate", "0.5", "1000"])
        requests += [[f"{name}-set", "counter", str(value)] for value in range(1, 6)]
    judge.program.call("race", judge.number, requests)
    for name in ("aio", "v4"):
        judge.wait_for_last(f"{name}.counter", "nominal", 5)
        assert [0, 5] == [reading[2] for reading in judge.readings(f"{name}.counter")]
        judge.ask("sensor-sampling", f"{name}.counter", "none")
        assert ["ok", f"{name}.counter", "none"] == judge.ask("sensor-sampling", f"{name}.counter")


@pytest.mark.parametrize("name", NAMES)
def test_forwarded_requests(judge: Judge, name: str) -> None:
    """Arguments, informs and reply pass through under the client's own id; so does what the device refuses."""
    echo = judge.request(f"{name}-echo", "a b", "é", "")
    assert [["first", "1"], ["second"]] == echo["informs"]
    assert ["ok", "a b", "é", ""] == echo["reply"]
    assert 1 == len(set(echo["mids"]))
    assert None not in echo["mids"]
    assert ["fail", "no power"] == judge.ask(f"{name}-refuse")
    code, words = judge.ask(f"{name}-crash")
    assert "fail" == code
    assert "out of beans" in words
    assert "invalid" == judge.ask(f"{name}-no-such-request")[0]


def test_forwarded_requests_without_ids(client: Driven, judges: dict[str, Judge]) -> None:
    """A client that sends no ids gets none, whatever is used towards the device."""
    number = judges["katcp-python"].number
    for name in NAMES:
        echo = client.call("request", number, f"{name}-echo", ["x"], False)
        assert [None] * 4 == echo["mids"]
        assert [[["first", "1"], ["second"]], ["ok", "x"]] == [echo["informs"], echo["reply"]]


def test_requests_that_would_change_how_all_are_told(judge: Judge) -> None:
    """Sampling is set at the proxy, for oneself; the refusal says so."""
    words = judge.ask("v4-sensor-sampling", "counter", "none")
    assert ["fail", "use ?sensor-sampling v4.<sensor>, which every client has for itself"] == words


def test_a_slow_request_delays_no_other(judge: Judge) -> None:
    """A request that takes its time at one device lets those to the others, and to itself, go first."""
    quick = [[f"{name}-echo", "x"] for name in NAMES for _ in range(5)]
    order = judge.program.call("race", judge.number, [["v4-sleep", "0.4"], *quick])
    assert len(quick) + 1 == len(order)
    assert "v4-sleep 0.4" == order[-1]


def test_help(judge: Judge) -> None:
    """What a device knows is among the proxy's requests, with the device's own words."""
    texts = dict(judge.request("help")["informs"])
    for name in NAMES:
        own = {request for request, *_ in judge.request(f"{name}-help")["informs"]}
        own -= {"sensor-sampling", "sensor-sampling-clear"}  # which are not forwarded
        assert {f"{name}-{request}" for request in own} <= set(texts)
        assert texts[f"{name}-refuse"].startswith("Fail.")
    assert {"device-list", "halt", "sensor-sampling"} <= set(texts)
    one = judge.request("help", "v5-bulk-echo")["informs"]
    assert [["v5-bulk-echo", texts["v5-bulk-echo"]]] == one


def test_model_of_the_inspecting_client(client: Driven, judges: dict[str, Judge]) -> None:
    """It has the forwarded requests among the proxy's, and all sensors of all devices."""
    model = client.call("model", judges["katcp-python"].number)
    assert model["synced"]
    assert {f"{name}-echo" for name in NAMES} <= set(model["requests"])
    sensors = {f"{name}.{sensor}" for name in KATCP_PYTHON for sensor in SENSORS}
    sensors |= {f"aio.{sensor}" for sensor in (*AIO, "started")} | {f"{name}-state" for name in NAMES}
    assert sensors == set(model["sensors"])
