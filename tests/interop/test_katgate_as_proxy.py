"""katgate as a KATCP proxy (`[katcp] listen`) with the devices and clients that ProxyKatCP is tried on, none ours."""

import re
from collections.abc import Iterator

import pytest

from tests.interop import test_proxy as any_proxy
from tests.interop.conftest import KATCP_PYTHON
from tests.interop.driven import Driven, needs_katcp_python
from tests.interop.judges import Judge, Returning
from tests.processes import Katgate, running, wait_for

pytestmark = needs_katcp_python

NAMES = ["aio", *KATCP_PYTHON]

# What holds of any proxy holds of this one, with the fixture below; in the order of what they change.
test_devices = any_proxy.test_devices
test_sensors_of_every_type = any_proxy.test_sensors_of_every_type
test_sensors_of_aiokatcp = any_proxy.test_sensors_of_aiokatcp
test_changes_reach_both_clients = any_proxy.test_changes_reach_both_clients
test_forwarded_requests = any_proxy.test_forwarded_requests
test_forwarded_requests_without_ids = any_proxy.test_forwarded_requests_without_ids
test_requests_that_would_change_how_all_are_told = any_proxy.test_requests_that_would_change_how_all_are_told
test_a_slow_request_delays_no_other = any_proxy.test_a_slow_request_delays_no_other
test_help = any_proxy.test_help
test_model_of_the_inspecting_client = any_proxy.test_model_of_the_inspecting_client


@pytest.fixture(scope="module")
def katgate(
    aio: Returning, katcp_python_ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Katgate]:
    """A katgate in front of the five devices, and of one whose name no KATCP request can begin with."""
    folder = tmp_path_factory.mktemp("katgate")
    devices = {"aio": aio.port, **katcp_python_ports, "aio.2": aio.port}
    config = folder / "katgate.toml"
    config.write_text('[katcp]\nlisten = "127.0.0.1:0"\nrole = "operator"\n')
    arguments = [f"{name}=127.0.0.1:{port}" for name, port in devices.items()]
    arguments = ["serve", *arguments, "--config", str(config), "--listen", "127.0.0.1:0"]
    with running(Katgate(arguments, folder / "katgate.log")) as katgate:
        for name in devices:
            katgate.wait_for_state(name, "synced")
        yield katgate
        assert "Traceback" not in katgate.log


@pytest.fixture(scope="module")
def proxy_port(katgate: Katgate) -> int:
    """Where it serves KATCP."""
    found = re.search(r"KATCP proxy at 127\.0\.0\.1 port (\d+)", katgate.log)
    assert found is not None, katgate.log
    return int(found[1])


def test_device_that_is_left_out(judge: Judge, katgate: Katgate) -> None:
    """Its name is in no request; the log names it, and the web has it."""
    assert "aio.2" not in [name for name, _ in judge.request("device-list")["informs"]]
    assert "! aio.2: the KATCP proxy leaves it out: a device cannot be called 'aio.2'" in katgate.log
    assert "synced" == katgate.device("aio.2")["state"]


def test_one_connection_for_all(judges: dict[str, Judge], katgate: Katgate) -> None:
    """However many KATCP clients and browsers there are, each device has katgate alone."""
    for judge in judges.values():
        for name in NAMES:
            judge.follow(f"{name}.counter")
    with katgate.browser() as browser:
        browser.call("sensors.subscribe", device="*", sensors=["*"])
        for name in KATCP_PYTHON:
            assert ["ok", "1"] == judges["aiokatcp"].ask(f"{name}-client-list")
    # aiokatcp's is connected to once more under its other name, in this test alone.
    assert ["ok", "2"] == judges["aiokatcp"].ask("aio-client-list")


@pytest.mark.parametrize("request_and_arguments", ["halt", "restart", "halt v5", "restart v5"])
def test_halt_and_restart_are_refused(judge: Judge, katgate: Katgate, request_and_arguments: str) -> None:
    """katgate is not the clients' to stop; the words say what they may ask instead."""
    name, *arguments = request_and_arguments.split()
    code, words = judge.ask(name, *arguments)
    assert "fail" == code
    assert words.endswith(f"to {name} one of its devices, ask ?<device>-{name}")
    assert ["ok"] == judge.ask("v5-watchdog")
    assert 200 == katgate.ask("GET", "/readyz").status


def test_device_that_is_killed_and_comes_back(judges: dict[str, Judge], aio: Returning) -> None:
    """Its sensors are unreachable meanwhile, and its requests fail with a sentence."""
    for judge in judges.values():
        judge.follow("aio-state")
        judge.follow("aio.counter")
    aio.kill()
    for judge in judges.values():
        judge.wait_for_last("aio-state", "nominal", "unsynced")
        wait_for(lambda j=judge: j.readings("aio.counter")[-1][1] == "unreachable", "it to be unreachable")  # type: ignore[misc]
        code, words = judge.ask("aio-echo", "x")
        assert "fail" == code
        assert words.startswith("device 'aio' is not connected: ")
    aio.come_back()
    for judge in judges.values():
        judge.wait_for_last("aio-state", "nominal", "synced")
        judge.wait_for_last("aio.counter", "nominal", 0)


def test_client_that_leaves(client: Driven, judges: dict[str, Judge], proxy_port: int) -> None:
    """katgate goes on, for all the others."""
    number = client.call("open", proxy_port)
    assert ["ok"] == client.ask(number, "watchdog")
    before = len(judges["aiokatcp"].request("client-list")["informs"])
    client.call("leave", proxy_port)
    wait_for(
        lambda: len(judges["aiokatcp"].request("client-list")["informs"]) < before, "its clients to be gone"
    )
    assert "ok" == judges["aiokatcp"].ask("v5-echo", "x")[0]
