"""Device servers that run inside katgate: started, halted and started again, and a few that fail."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import DEADLINE_S, Katgate, running, wait_for

DEMO = "tests.examples.demotxserver:DemoServerFactory"

CONFIG = """
[[host]]
name = "demo"
server = "tests.examples.demotxserver:DemoServerFactory"
listen = "127.0.0.1:0"

[[host]]
name = "taken"
server = "tests.examples.demotxserver:DemoServerFactory"
listen = "127.0.0.1:{port}"

[[host]]
name = "bare"
server = "katgate.tx:KatCPServer"

[[host]]
name = "broken"
server = "katgate.tx:DeviceServer"
arguments = {{ beams = 4 }}
"""


@pytest.fixture
def katgate(tmp_path: Path) -> Iterator[Katgate]:
    """A katgate that hosts four servers, one of which has a port that another has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = tmp_path / "katgate.toml"
        config.write_text(CONFIG.format(port=taken.getsockname()[1]))
        arguments = ["serve", "--config", str(config), "--listen", "127.0.0.1:0"]
        with running(Katgate(arguments, tmp_path / "katgate.log")) as katgate:
            yield katgate
            assert 0 == katgate.stop()


def host(katgate: Katgate, device: str, what: str) -> Any:
    answer = katgate.ask("POST", f"devices/{device}/hosting/{what}")
    assert 200 == answer.status, answer.body
    return answer.json


def ask(katgate: Katgate, device: str, request: str, **body: Any) -> Any:
    return katgate.ask("POST", f"devices/{device}/requests/{request}", body)


def connects_to(address: str) -> bool:
    where, _, port = address.rpartition(":")
    try:
        socket.create_connection((where, int(port)), DEADLINE_S).close()
    except ConnectionRefusedError:
        return False
    return True


def test_halt_of_a_server_written_to_be_a_program(katgate: Katgate) -> None:
    """It is `production`: halted, it alone ends, and can be started anew over REST; browsers see all of it."""
    device = katgate.wait_for_state("demo", "synced")
    assert device["hosted"]
    assert connects_to(device["address"])
    with katgate.browser() as browser:
        subscribed = browser.call("devices.subscribe")
        assert ["bare", "broken", "demo", "taken"] == [one["name"] for one in subscribed["devices"]]
        assert 428 == ask(katgate, "demo", "halt").status
        assert ask(katgate, "demo", "halt", confirm="halt").json["ok"]
        closed = katgate.wait_for_state("demo", "closed")
        why = "it was halted; POST /api/v1/devices/demo/hosting/start starts it anew"
        assert why == closed["error"]
        assert not connects_to(device["address"])
        seen: list[str] = []
        while "closed" not in seen:
            seen += [one["state"] for one in browser.receive()["params"]["devices"] if one["name"] == "demo"]
        sensor = katgate.get("devices/demo/sensors/int_sensor")
        assert "unreachable" == sensor["reading"]["status"]
        refused = ask(katgate, "demo", "foo")
        assert (503, "device-disconnected") == (refused.status, refused.json["code"])
        assert why in refused.json["detail"]
        assert host(katgate, "demo", "start")["error"] is None
        again = katgate.wait_for_state("demo", "synced")
        assert connects_to(again["address"])
        assert [["foo", "fine"]] == ask(katgate, "demo", "foo").json["informs"]
        assert "nominal" == katgate.get("devices/demo/sensors/int_sensor")["reading"]["status"]


def test_start_stop_and_restart(katgate: Katgate) -> None:
    """Each may be asked for twice; a restart ends with a new server, and with ?restart it is the same."""
    katgate.wait_for_state("demo", "synced")
    host(katgate, "demo", "start")
    assert "synced" == katgate.device("demo")["state"]
    for _ in range(2):
        stopped = host(katgate, "demo", "stop")
        assert "closed" == stopped["state"]
        assert "it was stopped; POST /api/v1/devices/demo/hosting/start starts it anew" == stopped["error"]
    host(katgate, "demo", "restart")
    katgate.wait_for_state("demo", "synced")
    host(katgate, "demo", "restart")
    before = katgate.wait_for_state("demo", "synced")
    assert ask(katgate, "demo", "restart", confirm="restart").json["ok"]
    wait_for(lambda: katgate.device("demo")["reconnects"] > before["reconnects"], "it to be back")
    after = katgate.wait_for_state("demo", "synced")
    assert before["address"] == after["address"]
    assert [["client-list", "katgate"]] == ask(katgate, "demo", "client-list").json["informs"]


def test_servers_that_fail(katgate: Katgate) -> None:
    """Each says in words what is wrong with it, and the others run."""
    taken = katgate.wait_for_state("taken", "synced")
    assert "internal" == taken["address"]
    assert taken["error"].startswith("it has no port of its own: 127.0.0.1 port ")
    assert taken["error"].endswith("Address already in use; katgate reaches it inside")
    broken = katgate.wait_for_state("broken", "closed")
    assert (
        "it cannot be started: TypeError: DeviceServer.__init__() got an unexpected keyword argument 'beams'"
        == (broken["error"])
    )
    assert broken["error"] == host(katgate, "broken", "start")["error"]
    bare = katgate.wait_for_state("bare", "synced")
    assert (0, 0, None) == (bare["requests"], bare["sensors"], bare["error"])
    assert (404, "unknown-request") == (
        (answer := ask(katgate, "bare", "watchdog")).status,
        answer.json["code"],
    )


def test_command(start: Callable[..., Katgate], tmp_path: Path) -> None:
    """`katgate host` finds modules in the current directory, and names a device after its class."""
    katgate = start("host", DEMO, f"lamp={DEMO}", "nothing.here:X")
    for name in ("demo-server-factory", "lamp"):
        assert "internal" == katgate.wait_for_state(name, "synced")["address"]
    assert "there is no module 'nothing' in " in katgate.device("x")["error"]


def test_device_that_is_called_as_one_of_the_demo(start: Callable[..., Katgate]) -> None:
    """The configured one is served; the other, which nobody could reach, is not run at all."""
    katgate = start("demo", variables={"KATGATE_DEVICES": "weather=127.0.0.1:1"})
    view = katgate.device("weather")
    assert (False, "127.0.0.1:1") == (view["hosted"], view["address"])
    assert 6 == len(katgate.get("devices")["devices"])
    assert "weather: hosted" not in katgate.log


def test_katgate_without_devices(tmp_path: Path, start: Callable[..., Katgate]) -> None:
    """A file may have none yet: its log says so, rather than nothing."""
    file = tmp_path / "katgate.toml"
    file.write_text("")
    assert "devices: none\n" in start("serve", "--config", str(file)).log
