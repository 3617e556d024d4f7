"""Devices behind a proxy of katgate.tx that change, go and come back, and a proxy that ends.

As in test_proxy.py neither the devices nor the clients are ours, all stay for the whole file, and the tests stand in
the order of what they change.
"""

import time

from tests.interop.conftest import KATCP_PYTHON
from tests.interop.driven import Driven, needs_katcp_python
from tests.interop.judges import Judge, Returning
from tests.processes import DEADLINE_S, Process, wait_for

pytestmark = needs_katcp_python

NAMES = ["aio", *KATCP_PYTHON]


def test_sensors_that_come_and_go(judges: dict[str, Judge]) -> None:
    """What devices announce reaches both clients, which sample the new ones, and forget the old."""
    asking = judges["aiokatcp"]
    for name in NAMES:
        assert ["ok"] == asking.ask(f"{name}-add", "new.sensor")
    for name in KATCP_PYTHON:
        assert ["ok"] == asking.ask(f"{name}-remove", "to-be-removed")
    for judge in judges.values():
        judge.wait_for_sensors(
            there=[f"{name}.new.sensor" for name in NAMES],
            gone=[f"{name}.to-be-removed" for name in KATCP_PYTHON],
        )
        for name in NAMES:
            first = ["unknown", 0] if name == "aio" else ["warn", 4.2]
            assert first == judge.follow(f"{name}.new.sensor")[1:]
    for name in NAMES:
        assert "ok" == asking.ask(f"{name}-set", "new.sensor", "6", "error")[0]
    for judge in judges.values():
        for name in NAMES:
            judge.wait_for_last(f"{name}.new.sensor", "error", 6)


def test_device_that_is_killed_and_comes_back(judges: dict[str, Judge], aio: Returning) -> None:
    """Its sensors are unreachable and its requests fail with a sentence meanwhile; strategies last over it."""
    assert ["ok"] == judges["katcp-python"].ask("aio-set", "counter", "5")
    for judge in judges.values():
        judge.follow("aio-state")
        judge.follow("aio.counter")
    aio.kill()
    for judge in judges.values():
        judge.wait_for_last("aio-state", "nominal", "unsynced")
        judge.wait_for_last("aio.counter", "unreachable", 5)
        code, words = judge.ask("aio-echo", "x")
        assert "fail" == code
        assert words.startswith("device 'aio' is not connected: ")
        assert "ok" == judge.ask("v4-echo", "x")[0]
        assert {name for name in NAMES if name != "aio"} == {
            name for name, state in judge.states().items() if state == "synced"
        }
    aio.come_back()
    for judge in judges.values():
        judge.wait_for_last("aio-state", "nominal", "synced")
        judge.wait_for_last("aio.counter", "nominal", 0)
        judge.wait_for_sensors(gone=["aio.new.sensor"])
    assert ["ok"] == judges["katcp-python"].ask("aio-set", "counter", "44", "warn")
    for judge in judges.values():
        judge.wait_for_last("aio.counter", "warn", 44)


def test_v4_device_that_closes_and_comes_back(judges: dict[str, Judge]) -> None:
    """A device that closes with a word of goodbye is found again, with the times of the old protocol."""
    for judge in judges.values():
        judge.follow("v4.started")
    began = time.time()
    assert ["ok"] == judges["aiokatcp"].ask("v4-vanish", "0.1")
    for judge in judges.values():
        seen = judge.wait_for_readings("v4.started", 3)
        assert ["nominal", "unreachable", "nominal"] == [reading[1] for reading in seen]
        assert {1.5e9 + 0.25} == {reading[2] for reading in seen}
        assert all(began - DEADLINE_S < reading[0] < began for reading in seen)


def test_halt_of_a_device(judges: dict[str, Judge]) -> None:
    """The device stops, and all that the proxy showed of it is gone for both clients."""
    assert ["ok", "v5-ids"] == judges["katcp-python"].ask("halt", "v5-ids")
    assert ["fail", "Unknown device v5-ids"] == judges["aiokatcp"].ask("halt", "v5-ids")
    for judge in judges.values():
        informs = judge.request("device-list")["informs"]
        assert sorted(set(NAMES) - {"v5-ids"}) == [name for name, _ in informs]
        judge.wait_for_sensors(gone=["v5-ids-state", "v5-ids.counter"])
        assert not [name for name in judge.sensors() if name.startswith("v5-ids")]
        assert "invalid" == judge.ask("v5-ids-echo", "x")[0]
        assert not [name for name, _ in judge.request("help")["informs"] if name.startswith("v5-ids-")]


def test_halt_of_the_proxy(
    client: Driven,
    judges: dict[str, Judge],
    proxy: Process,
    proxy_port: int,
    katcp_python_ports: dict[str, int],
) -> None:
    """It answers, says goodbye and ends well; the devices live on."""
    number = client.call("open", proxy_port)
    assert ["ok"] == client.ask(number, "halt")
    assert 0 == proxy.popen.wait(DEADLINE_S)
    wait_for(lambda: not client.call("is_connected", number), "the loss")
    assert ["disconnect", "the device is shutting down"] == client.call("informs", number)[-1]
    for judge in judges.values():
        judge.program.call("leave", proxy_port)
    for name in ("v4", "v5", "v5-bulk"):
        device = client.call("open", katcp_python_ports[name])
        assert ["ok"] == client.ask(device, "watchdog")
