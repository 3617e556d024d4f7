"""katcp-python's clients that keep a model of a device, against one of katgate.tx; and all of them when it goes.

Each program runs in a process of its own; see driven.py. The tests stand in the order of what they change: the first
find the device as it was started.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.conftest import KATGATE_DEVICE
from tests.interop.driven import Driven, needs_katcp_python
from tests.processes import DEADLINE_S, Process, running, wait_for

pytestmark = needs_katcp_python

NAMES = ["adc.level", "counter", "fan", "is-locked", "load", "message", "mode", "peer", "started"]


@pytest.fixture(scope="module")
def inspecting(client: Driven, port: int) -> int:
    """The number of an inspecting client that is in step with the device."""
    number: int = client.call("inspect", port)
    return number


def test_model(client: Driven, inspecting: int) -> None:
    """It is synced with all our sensors and requests."""
    model = client.call("model", inspecting)
    assert (True, NAMES) == (model["synced"], model["sensors"])
    helped = client.call("request", inspecting, "help", [])
    assert sorted(inform[0] for inform in helped["informs"]) == model["requests"]


def test_descriptions(client: Driven, inspecting: int) -> None:
    """Type, units and parameters come out as they went in; katcp-python's own parsers read them."""
    described = {name: client.call("describe", inspecting, name) for name in NAMES}
    assert {
        "adc.level": ("float", "dBFS", [-20.0, -10.0, -1.0, 0.0]),
        "counter": ("integer", "", [-100, 100]),
        "fan": ("lru", "", []),
        "is-locked": ("boolean", "", []),
        "load": ("integer", "", []),
        "message": ("string", "", []),
        "mode": ("discrete", "", ["idle", "capturing"]),
        "peer": ("address", "", []),
        "started": ("timestamp", "", []),
    } == {name: (d["type"], d["units"], d["params"]) for name, d in described.items()}
    assert "The adc.level" == described["adc.level"]["description"]


@pytest.mark.parametrize(
    ("name", "first", "sent", "then"),
    [
        ("counter", 3, "-17", -17),
        ("adc.level", -0.5, "-12.25", -12.25),
        ("is-locked", True, "0", False),
        ("mode", "idle", "capturing", "capturing"),
        ("message", "text with spaces", "new\nline", "new\nline"),
        ("started", 1.5e9 + 0.25, "1600000000.125", 1.6e9 + 0.125),
        ("peer", ["10.0.0.1", 7148], "[::1]:80", ["::1", 80]),
        ("fan", 0, "error", 1),
    ],
)
def test_readings_of_every_type(
    client: Driven, inspecting: int, name: str, first: object, sent: str, then: object
) -> None:
    """The first reading and a change arrive as Python values, with status and a time in seconds."""
    client.call("watch", inspecting, name)
    assert "ok" == client.ask(inspecting, "sensor-sampling", name, "event")[0]
    assert ["ok"] == client.ask(inspecting, "set", name, sent, "error")
    wait_for(lambda: len(client.readings(inspecting, name)) > 1, f"the change of {name}")
    seen = client.readings(inspecting, name)
    assert [["nominal", first], ["error", then]] == [reading[1:] for reading in seen]
    assert all(abs(time.time() - reading[0]) < DEADLINE_S for reading in seen)


def test_period(client: Driven, inspecting: int) -> None:
    """Updates come on their own, a period apart, and end with `none`."""
    client.call("watch", inspecting, "load")
    began = time.monotonic()
    client.ask(inspecting, "sensor-sampling", "load", "period", "0.05")
    wait_for(lambda: len(client.readings(inspecting, "load")) >= 5, "five updates")
    assert 0.19 < time.monotonic() - began
    client.ask(inspecting, "sensor-sampling", "load", "none")
    so_far = len(client.readings(inspecting, "load"))
    client.ask(inspecting, "sleep", "0.15")
    assert so_far == len(client.readings(inspecting, "load"))


def test_event_rate(client: Driven, inspecting: int) -> None:
    """Changes within the shortest time become one update, of the last of them."""
    client.ask(inspecting, "set", "load", "0")
    client.call("watch", inspecting, "load")
    changes = [["set", "load", str(value)] for value in range(1, 6)]
    client.call("race", inspecting, [["sensor-sampling", "load", "event-rate", "0.3", "1000"], *changes])
    wait_for(lambda: client.readings(inspecting, "load")[-1][2] == 5, "the last of them")
    assert [0, 5] == [reading[2] for reading in client.readings(inspecting, "load")]
    client.ask(inspecting, "sensor-sampling", "load", "none")


def test_sensors_that_come_and_go(client: Driven, inspecting: int) -> None:
    """`#interface-changed` makes the inspecting client list again."""
    client.ask(inspecting, "add", "new.sensor")
    wait_for(lambda: "new.sensor" in client.call("model", inspecting)["sensors"], "the new sensor")
    about = client.call("describe", inspecting, "new.sensor")
    assert ("float", "K") == (about["type"], about["units"])
    client.ask(inspecting, "remove", "new.sensor")
    wait_for(lambda: NAMES == client.call("model", inspecting)["sensors"], "it to be gone")
    wait_for(lambda: client.call("model", inspecting)["synced"], "the client to be synced")


# A device that goes.


@pytest.fixture
def own(client: Driven, tmp_path: Path) -> Iterator[tuple[Process, int]]:
    """A device of the test's own, to be ended by it, and its port; nobody looks for it afterwards."""
    with running(Process(KATGATE_DEVICE, tmp_path / "own.log")) as process:
        port = int(process.first_line())
        yield process, port
        client.call("leave", port)


def test_restart(client: Driven, own: tuple[Process, int]) -> None:
    """`?restart` answers, says goodbye, and the device is back at its port; clients of both kinds find it."""
    _, port = own
    numbers = [client.call("open", port), client.call("inspect", port)]
    before = [client.call("connected_at", number) for number in numbers]
    assert ["ok"] == client.ask(numbers[0], "restart")
    wait_for(lambda: client.call("connected_at", numbers[0]) > before[0], "the client to be back")
    wait_for(lambda: client.call("connected_at", numbers[1]) > before[1], "the inspecting client to be back")
    wait_for(lambda: client.call("model", numbers[1])["synced"], "the inspecting client to be synced")
    assert ["disconnect", "the device is shutting down"] in client.call("informs", numbers[0])
    assert [["ok"], ["ok"]] == [client.ask(number, "watchdog") for number in numbers]


def test_strategies_are_put_back(client: Driven, own: tuple[Process, int]) -> None:
    """The client that telescope software is written on: requests as methods, strategies kept over a return."""
    _, port = own
    number = client.call("resource", port)
    assert [True, ["ok", "x"], [["first", "1"], ["second"]]] == client.call("ask", number, "echo", ["x"])
    assert [False, ["fail", "no power"], []] == client.call("ask", number, "refuse", [])
    assert [True, ["event"]] == client.call("follow", number, "load", "event")
    assert [True, ["ok"], []] == client.call("ask", number, "restart", [])
    other = client.call("open", port)
    assert ["ok"] == client.ask(other, "set", "load", "50")
    wait_for(lambda: client.readings(number, "load")[-1][2] == 50, "a reading after the return")


def test_halt(client: Driven, own: tuple[Process, int]) -> None:
    """`?halt` answers, says why it disconnects, and the process ends well."""
    process, port = own
    number = client.call("open", port)
    assert ["ok"] == client.ask(number, "halt")
    assert 0 == process.popen.wait(DEADLINE_S)
    wait_for(lambda: not client.call("is_connected", number), "the loss")
    assert ["disconnect", "the device is shutting down"] == client.call("informs", number)[-1]


def test_crash_and_return(client: Driven, own: tuple[Process, int], tmp_path: Path) -> None:
    """A device that dies without a word and comes back is found and listed again."""
    process, port = own
    number = client.call("inspect", port)
    client.ask(number, "add", "only.here")
    wait_for(lambda: "only.here" in client.call("model", number)["sensors"], "the new sensor")
    process.kill()
    wait_for(lambda: not client.call("model", number)["synced"], "the loss")
    with running(Process([*KATGATE_DEVICE, str(port)], tmp_path / "again.log")) as again:
        assert port == int(again.first_line())
        wait_for(lambda: client.call("model", number)["synced"], "it to be synced again")
        assert NAMES == client.call("model", number)["sensors"]
