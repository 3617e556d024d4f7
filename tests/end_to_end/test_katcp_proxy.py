"""katgate as a KATCP proxy: programs that speak KATCP beside browsers, over one connection to the device."""

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.end_to_end.fake_device import FakeDevice
from tests.processes import DEADLINE_S, Katgate, environment, run_katgate


@contextmanager
def katcp_client(katgate: Katgate) -> Iterator[Any]:
    """Connect to the proxy; give the lines that it says, and what to say by `write`."""
    found = re.search(r"KATCP proxy at 127\.0\.0\.1 port (\d+)", katgate.log)
    assert found is not None, katgate.log
    with (
        socket.create_connection(("127.0.0.1", int(found[1])), DEADLINE_S) as connection,
        connection.makefile("rwb", buffering=0) as lines,
    ):
        yield lines


def until(lines: Any, start: bytes) -> bytes:
    """Return the next line that starts so."""
    for line in lines:
        if line.startswith(start):
            return bytes(line)
    raise AssertionError(f"it closed before {start!r}")


def proxied(start: Callable[..., Katgate], device: FakeDevice, folder: Path) -> Katgate:
    config = folder / "katgate.toml"
    config.write_text('[katcp]\nlisten = "127.0.0.1:0"\n')
    katgate = start("serve", f"cbf=127.0.0.1:{device.port}", "--config", str(config))
    katgate.wait_for_state("cbf", "synced")
    return katgate


def test_one_connection_for_browsers_and_katcp_clients(
    start: Callable[..., Katgate], device: FakeDevice, tmp_path: Path
) -> None:
    """All see its readings, and may ask it what changes nothing."""
    katgate = proxied(start, device, tmp_path)
    assert "its clients are viewers" in katgate.log
    with ExitStack() as stack:
        clients = [stack.enter_context(katcp_client(katgate)) for _ in range(3)]
        browser = stack.enter_context(katgate.browser())
        browser.call("sensors.subscribe", device="cbf", sensors=["a"])
        for client in clients:
            client.write(b"?sensor-sampling[1] cbf.a event\n?cbf-watchdog[2]\n")
            assert until(client, b"#sensor-status").endswith(b" 1 cbf.a nominal 7\n")
            assert b"!cbf-watchdog[2] ok\n" == until(client, b"!cbf-watchdog")
        device.connections[0].sendall(b"#sensor-status 2 1 a warn 8\n")
        for client in clients:
            assert b"#sensor-status 2.000000 1 cbf.a warn 8\n" == until(client, b"#sensor-status")
        while (message := browser.receive())["params"].get("readings") != {"cbf": [["a", 2.0, "warn", 8]]}:
            assert message["method"] == "readings"
        clients[0].write(b"?halt[3]\n")
        assert until(clients[0], b"!halt").startswith(b"!halt[3] fail katgate")
    assert 1 == len(device.connections)
    assert "synced" == katgate.device("cbf")["state"]
    assert 0 == katgate.stop()


def test_port_open_to_others_must_be_meant(tmp_path: Path) -> None:
    """KATCP has no logins. It ends with 2 and a sentence, which check-config says too."""
    config = tmp_path / "katgate.toml"
    config.write_text('[katcp]\nlisten = "0.0.0.0:0"\n')
    for command in (["serve", "cbf=127.0.0.1:1", "--config"], ["check-config"]):
        ended = run_katgate(*command, str(config))
        assert (2, "") == (ended.returncode, ended.stdout)
        assert "katgate.toml:2: [katcp] listen: 0.0.0.0:0 can be reached from other machines" in ended.stderr
    config.write_text('[katcp]\nlisten = "0.0.0.0:0"\nexposed = true\n')
    assert 0 == run_katgate("check-config", str(config)).returncode


def test_port_that_is_taken(tmp_path: Path) -> None:
    """It is the proxy's, and so is the option to change: katgate does not run without what it was told to do."""
    config = tmp_path / "katgate.toml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config.write_text(f'[server]\nlisten = "127.0.0.1:0"\n[katcp]\nlisten = "127.0.0.1:{port}"\n')
        command = [sys.executable, "-m", "katgate", "serve", "cbf=127.0.0.1:1", "--config", str(config)]
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=DEADLINE_S, check=False, env=environment()
        )
    assert (1, "") == (ended.returncode, ended.stdout)
    assert f"cannot listen on 127.0.0.1:{port}: " in ended.stderr
    assert "Choose another address as listen of [katcp]" in ended.stderr
