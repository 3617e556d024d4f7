"""The commands at a terminal against devices of other makes: straight, and through a katgate."""

import json
from collections.abc import Iterator

import pytest

from tests.processes import Katgate, run_katgate, running


@pytest.fixture(scope="module")
def gateway(
    katcp_python_ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Katgate]:
    """A katgate before katcp-python's devices."""
    names = [f"{name}=127.0.0.1:{port}" for name, port in katcp_python_ports.items()]
    log = tmp_path_factory.mktemp("gateway") / "katgate.log"
    with running(Katgate(["serve", *names, "--listen", "127.0.0.1:0"], log)) as katgate:
        for name in katcp_python_ports:
            katgate.wait_for_state(name, "synced")
        yield katgate


def check(*way: str) -> None:
    """Use the device as people would."""
    echoed = run_katgate("call", *way, "echo", "-1.5", "two words", "", "--", "-é")
    assert (0, "") == (echoed.returncode, echoed.stderr)
    assert ["#echo first 1", "#echo second", "!echo ok -1.5 'two words' '' -é"] == echoed.stdout.splitlines()
    refused = run_katgate("call", *way, "refuse")
    assert (1, "") == (refused.returncode, refused.stdout)
    assert "no power" in refused.stderr
    assert 1 == run_katgate("call", *way, "no-such-request").returncode
    shown = json.loads(run_katgate("sensors", *way, "--json", "started", "/^is-/").stdout)["sensors"]
    assert ["is-locked", "started"] == [sensor["name"] for sensor in shown]
    assert True is shown[0]["reading"]["value"]
    # Seconds, also of a device that says milliseconds.
    assert 0 <= shown[1]["reading"]["value"] - 1.5e9 < 1
    words = ["adc.level", "--strategy", "period 0.1", "--count", "2"]
    first, second = run_katgate("watch", *way, *words).stdout.splitlines()
    assert first.split()[1:] == second.split()[1:]
    assert ["adc.level", "nominal", "dBFS"] == [first.split()[at] for at in (1, 2, 4)]


@pytest.mark.parametrize("protocol", ["v4", "v5-ids"])
def test_katcp_python(protocol: str, katcp_python_ports: dict[str, int], gateway: Katgate) -> None:
    """With message ids and without, milliseconds and seconds."""
    check(f"127.0.0.1:{katcp_python_ports[protocol]}")
    check(protocol, "--via", gateway.url)


def test_aiokatcp(engine_port: int, katgate: Katgate) -> None:
    """What MeerKAT's engines are made with."""
    check(f"127.0.0.1:{engine_port}")
    check("cbf", "--via", katgate.url)


def test_help_of_a_device(engine_port: int) -> None:
    """A table, and one request in full."""
    table = run_katgate("call", f"127.0.0.1:{engine_port}", "help").stdout
    assert "set-counter      Set the counter.\n" in table
    one = run_katgate("call", f"127.0.0.1:{engine_port}", "?help", "echo").stdout
    assert "echo\n  Give back what was said, after two informs.\n" == one


def test_a_crash_is_told_in_its_lines(katcp_python_ports: dict[str, int]) -> None:
    """katcp-python answers with its traceback."""
    done = run_katgate("call", f"127.0.0.1:{katcp_python_ports['v4']}", "crash")
    assert (1, "") == (done.returncode, done.stdout)
    assert "\n  RuntimeError: out of beans" in done.stderr
