"""ClientKatCPProtocol against devices of katcp-python's that speak v4, 5.0 and 5.1.

The client runs in a process of its own, see driven.py; what a mirror makes of the same devices is in
test_katcp_python_mirrored.py.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.conftest import KATCP_PYTHON, KATCP_PYTHON_DEVICE
from tests.interop.driven import Driven, driven, needs_katcp_python
from tests.processes import DEADLINE_S, Process, running, wait_for

pytestmark = needs_katcp_python

#: v4 says nothing of flags.
FLAGS = KATCP_PYTHON | {"v4": "4.0"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    """A process with katgate.tx's client."""
    with driven("katgate_client", tmp_path_factory.mktemp("client") / "client.log") as program:
        yield program
        assert "Traceback" not in program.process.log


@pytest.fixture(scope="module", params=KATCP_PYTHON)
def version(request: pytest.FixtureRequest) -> str:
    """Which device."""
    return str(request.param)


@pytest.fixture(scope="module")
def number(client: Driven, version: str, katcp_python_ports: dict[str, int]) -> int:
    """The number of a client that is connected to the device."""
    opened: int = client.call("open", katcp_python_ports[version])
    return opened


def test_hello(client: Driven, number: int, version: str) -> None:
    """The protocol is taken from `#version-connect`, and from its absence."""
    hello = client.call("hello", number)
    assert FLAGS[version] == hello["protocol"]
    # The rest of the hello may come after the protocol.
    said = wait_for(lambda: client.call("hello", number)["versions"].get("katcp-device"), "its versions")
    assert ["engine-2.1", "engine-2.1rc3"] == said


def test_ids(client: Driven, number: int, version: str) -> None:
    """Sent where the device lists them, and nowhere else; the request's informs are its own either way."""
    echo = client.call("request", number, "echo", ["a b", "", "é\\"])
    assert ([["first", "1"], ["second"]], ["ok", "a b", "", "é\\"]) == (echo["informs"], echo["reply"])
    assert ["I" in FLAGS[version]] * 3 == [mid is not None for mid in echo["mids"]]


def test_requests_at_once(client: Driven, number: int, version: str) -> None:
    """Answered as they are done; without ids, those of one name in turn, each with its own reply."""
    replies = client.call("race", number, [["sleep", "0.2"], ["sleep", "0.1"], ["watchdog"]])
    sleeps = [["sleep", "ok", "0.2"], ["sleep", "ok", "0.1"]]
    assert [["watchdog", "ok"], *(sleeps[::-1] if "I" in FLAGS[version] else sleeps)] == replies


def test_late_reply(client: Driven, number: int) -> None:
    """A reply that comes after its request has timed out is not given to the next of that name."""
    assert {"error": "RequestTimeout"} == client.call("request", number, "sleep", ["0.2"], 0.05)
    assert ["ok", "0.1"] == client.ask(number, "sleep", "0.1")


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["refuse"], "fail", "no power"),
        (["crash"], "fail", "RuntimeError: out of beans"),
        (["sleep", "long"], "fail", "Error in parameter 1"),
        (["no-such-request"], "invalid", "Unknown request"),
        (["sensor-value", "no-such-sensor"], "fail", "Unknown sensor"),
        (["sensor-sampling", "no-such-sensor", "event"], "fail", "Unknown sensor"),
        (["sensor-sampling", "counter", "often"], "fail", "often"),
    ],
)
def test_request_that_fails(client: Driven, number: int, words: list[str], code: str, text: str) -> None:
    """The device's own code and words; the connection lives on."""
    reply = client.ask(number, *words)
    assert code == reply[0]
    assert text in reply[1]
    assert ["ok"] == client.ask(number, "watchdog")


@pytest.mark.parametrize(
    "strategy",
    [["none"], ["auto"], ["event"], ["differential", "2"], ["event-rate", "0.1", "10.0"]],
    ids=lambda strategy: strategy[0],
)
def test_strategies(client: Driven, number: int, version: str, strategy: list[str]) -> None:
    """The present reading comes at once, its time in seconds (v4: milliseconds); v4 refuses those with rates."""
    before = len(client.readings(number, "counter"))
    reply = client.ask(number, "sensor-sampling", "counter", *strategy)
    if version == "v4" and strategy[0] == "event-rate":
        assert ["fail", "Strategy event-rate not allowed for version 4 of katcp"] == reply
        return
    assert ["ok", "counter", *strategy] == reply
    updates = client.readings(number, "counter")[before:]
    assert ([] if strategy == ["none"] else [["nominal", "3"]]) == [update[2:] for update in updates]
    per_second = 1000 if version == "v4" else 1
    assert all(abs(time.time() - float(update[1]) / per_second) < DEADLINE_S for update in updates)
    assert ["ok", "counter", "none"] == client.ask(number, "sensor-sampling", "counter", "none")


def test_period(client: Driven, number: int, version: str) -> None:
    """Updates come at the rate asked for: v4 takes milliseconds, v5 seconds."""
    words = ["adc.level", "period", "100" if version == "v4" else "0.1"]
    before = len(client.readings(number, "adc.level"))
    assert ["ok", *words] == client.ask(number, "sensor-sampling", *words)
    wait_for(lambda: len(client.readings(number, "adc.level")) >= before + 5, "five updates")
    assert ["ok", "adc.level", "none"] == client.ask(number, "sensor-sampling", "adc.level", "none")
    came = client.readings(number, "adc.level")[before:]
    assert 0.3 < came[4][0] - came[0][0]
    assert {"-0.5"} == {update[3] for update in came}


def test_inform_to_all(client: Driven, number: int) -> None:
    """An inform that nobody asked for reaches its method."""
    assert ["ok"] == client.ask(number, "say", "hello", "all")
    assert ["announcement", "hello", "all"] == client.call("informs", number)[-1]


def test_halt(client: Driven, version: str, tmp_path: Path) -> None:
    """The reply first, then the device's farewell, then the loss."""
    command = [*KATCP_PYTHON_DEVICE, KATCP_PYTHON[version]]
    with running(Process(command, tmp_path / "engine.log")) as process:
        number = client.call("open", int(process.first_line()))
        assert ["ok"] == client.ask(number, "halt")
        wait_for(lambda: client.call("is_lost", number)[0], "the loss")
        assert [True, "Device server shutting down."] == client.call("is_lost", number)
        assert {"error": "DeviceNotConnected"} == client.call("request", number, "watchdog", [])
