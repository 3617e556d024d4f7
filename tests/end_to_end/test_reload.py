"""A configuration that is changed while katgate runs, as an operator does it: edit, and SIGHUP or the API."""

import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.fake_device import FakeDevice
from tests.end_to_end.test_bad_devices import good_device
from tests.processes import Katgate, wait_for

Start = Callable[..., Katgate]


def table(name: str, device: FakeDevice, *more: str) -> str:
    return "\n".join(["[[device]]", f'name = "{name}"', f'address = "127.0.0.1:{device.port}"', *more, ""])


@pytest.fixture
def devices() -> Any:
    with ExitStack() as stack:
        yield [stack.enter_context(FakeDevice(good_device)) for _ in range(3)]


def test_devices_come_go_and_change(tmp_path: Path, devices: list[FakeDevice], start: Start) -> None:
    """The one that stays keeps its connection, and browsers their subscriptions; the rest is as the file says."""
    stays, goes, comes = devices
    file = tmp_path / "katgate.toml"
    file.write_text(table("stays", stays) + table("goes", goes) + table("moves", goes))
    katgate = start("serve", "--config", str(file))
    for name in ("stays", "goes", "moves"):
        katgate.wait_for_state(name, "synced")
    with katgate.browser() as browser:
        answer = browser.call("sensors.subscribe", device="*", sensors=["a"])
        assert ["goes", "moves", "stays"] == sorted(one["device"] for one in answer["sensors"])
        browser.call("devices.subscribe")

        file.write_text(
            table("stays", stays, "request_timeout_s = 5") + table("moves", comes) + table("comes", comes)
        )
        katgate.popen.send_signal(signal.SIGHUP)
        # In whatever order: a device that comes may be in step before it is told that another has gone.
        sensors_gone, sensors_come, devices_gone = set[str](), set[str](), set[str]()
        while not {"goes"} <= sensors_gone & devices_gone or not {"moves", "comes"} <= sensors_come:
            message = browser.receive()
            params = message["params"]
            if message["method"] == "sensors":
                assert params["sub"] == answer["sub"]
                sensors_gone.update(device for device, _ in params["removed"])
                sensors_come.update(one["device"] for one in params["added"])
            elif message["method"] == "devices":
                devices_gone.update(params.get("removed", []))
        assert "stays" not in sensors_gone | sensors_come | devices_gone
        katgate.wait_for_state("moves", "synced")
        stays.connections[0].sendall(b"#sensor-status 9 1 a nominal 8\n")
        browser.next("readings", lambda params: [["a", 9, "nominal", 8]] == params["readings"].get("stays"))
    assert [1, 2, 2] == [len(device.connections) for device in devices]
    assert f"127.0.0.1:{comes.port}" == katgate.device("moves")["address"]
    assert "added: comes; removed: goes; changed: moves, stays" in katgate.log

    file.write_text("[limits]\nbrowsers = 7\n" + table("stays", stays))
    assert {
        "added": [],
        "removed": ["moves", "comes"],
        "changed": ["stays"],
        "needs_restart": ["[limits] browsers"],
    } == katgate.ask("POST", "admin/reload").json
    assert ["stays"] == [one["name"] for one in katgate.get("devices")["devices"]]
    assert 1 == len(stays.connections)


def test_bad_file_changes_nothing(tmp_path: Path, devices: list[FakeDevice], start: Start) -> None:
    """It is reported with its line, in the log and to who asked."""
    file = tmp_path / "katgate.toml"
    file.write_text(table("stays", devices[0]))
    katgate = start("serve", "--config", str(file))
    katgate.wait_for_state("stays", "synced")
    file.write_text("[srver]\n")
    katgate.popen.send_signal(signal.SIGHUP)
    why = f"{file}:1: the configuration has no 'srver'; did you mean 'server'?"
    wait_for(lambda: f"! the configuration is left as it was: {why}" in katgate.log, "the complaint")
    reload = katgate.ask("POST", "admin/reload")
    assert (409, "bad-configuration", why) == (reload.status, reload.json["code"], reload.json["detail"])
    file.unlink()
    assert (
        f"{file} cannot be read: No such file or directory"
        == katgate.ask("POST", "admin/reload").json["detail"]
    )
    assert "synced" == katgate.device("stays")["state"]
    assert 1 == len(devices[0].connections)
    assert 0 == katgate.stop()


def test_reload_without_anything_new(devices: list[FakeDevice], start: Start) -> None:
    """Devices of the command line stay; asking with GET says what to do."""
    katgate = start("serve", f"stays=127.0.0.1:{devices[0].port}")
    katgate.wait_for_state("stays", "synced")
    nothing: dict[str, list[str]] = {"added": [], "removed": [], "changed": [], "needs_restart": []}
    assert nothing == katgate.ask("POST", "admin/reload").json
    assert "POST" == katgate.ask("GET", "admin/reload").headers["allow"]
    assert 400 == katgate.ask("POST", "admin/reload?dry-run=1").status
    foreign = katgate.ask("POST", "admin/reload", headers={"origin": "http://elsewhere.example"})
    assert 403 == foreign.status


def test_hosted_servers_come_change_and_go(tmp_path: Path, devices: list[FakeDevice], start: Start) -> None:
    """One that is made with other arguments is made anew, on the same port; one that is gone leaves its port."""
    file = tmp_path / "katgate.toml"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = "tests.examples.demotxserver:DemoServerFactory"
    hosted = f'[[host]]\nname = "lamp"\nserver = "{server}"\nlisten = "127.0.0.1:{port}"\n'
    file.write_text(table("stays", devices[0]))
    katgate = start("serve", "--config", str(file))
    katgate.wait_for_state("stays", "synced")
    file.write_text(table("stays", devices[0]) + hosted)
    assert ["lamp"] == katgate.ask("POST", "admin/reload").json["added"]
    assert katgate.wait_for_state("lamp", "synced")["hosted"]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as other:
        assert other.recv(1000)
        file.write_text(table("stays", devices[0]) + hosted + "arguments = { nothing = 1 }\n")
        assert ["lamp"] == katgate.ask("POST", "admin/reload").json["changed"]
    lamp = katgate.wait_for_state("lamp", "closed")
    assert "unexpected keyword argument 'nothing'" in lamp["error"]
    file.write_text(table("stays", devices[0]) + hosted)
    assert ["lamp"] == katgate.ask("POST", "admin/reload").json["changed"]
    katgate.wait_for_state("lamp", "synced")
    file.write_text(table("stays", devices[0]))
    assert ["lamp"] == katgate.ask("POST", "admin/reload").json["removed"]
    assert 404 == katgate.ask("GET", "devices/lamp").status
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=10)
    assert "synced" == katgate.device("stays")["state"]
    assert "defect of ours" not in katgate.log
