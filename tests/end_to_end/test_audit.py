"""The audit log of a katgate that runs: in its file, over REST, and after a restart."""

import json
import re
import signal
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.fake_device import FakeDevice
from tests.processes import DEADLINE_S, Katgate, run_katgate, wait_for


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def audited(start: Callable[..., Katgate], device: FakeDevice, log: Path) -> Katgate:
    config = log.parent / "katgate.toml"
    config.write_text(f'[access]\naudit_file = "{log}"\n[katcp]\nlisten = "127.0.0.1:0"\n')
    katgate = start("serve", f"cbf=127.0.0.1:{device.port}", "--config", str(config))
    katgate.wait_for_state("cbf", "synced")
    return katgate


def records(log: Path) -> list[tuple[Any, ...]]:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [(line["user"], line["what"], line["request"], line["outcome"]) for line in lines]


def test_audit_log(start: Callable[..., Katgate], device: FakeDevice, log: Path) -> None:
    """Web, KATCP and signals, in one file that others do not read; it goes on after a restart."""
    katgate = audited(start, device, log)
    assert 200 == katgate.ask("POST", "devices/cbf/requests/go", {"arguments": ["a\nb"]}).status
    found = re.search(r"KATCP proxy at 127\.0\.0\.1 port (\d+)", katgate.log)
    assert found is not None
    with (
        socket.create_connection(("127.0.0.1", int(found[1])), DEADLINE_S) as client,
        client.makefile("rwb", buffering=0) as lines,
    ):
        lines.write(b"?cbf-go[1]\n")
        while not (line := lines.readline()).startswith(b"!"):
            pass
    assert b"fail clients\\_of\\_this\\_port\\_are\\_viewers" in line
    katgate.popen.send_signal(signal.SIGHUP)
    wait_for(lambda: len(records(log)) == 3, "the reload")
    assert [
        ("local", "request", "go", "ok"),
        ("katcp", "request", "go", "refused"),
        (None, "reload", None, "ok"),
    ] == records(log)
    assert 0o600 == stat.S_IMODE(log.stat().st_mode)
    assert "= audit" not in katgate.log
    assert 0 == katgate.stop()
    again = audited(start, device, log)
    again.ask("POST", "devices/cbf/lease", {})
    assert [4, 3, 2, 1] == [record["number"] for record in again.get("audit")["records"]]


def test_file_that_cannot_be_written(log: Path) -> None:
    """katgate does not start: somebody counts on that file."""
    config = log.parent / "katgate.toml"
    config.write_text(f'[access]\naudit_file = "{log}/x"\n[server]\nlisten = "127.0.0.1:0"\n')
    log.touch()
    ended = run_katgate("serve", "cbf=127.0.0.1:1", "--config", str(config))
    assert (2, "") == (ended.returncode, ended.stdout)
    assert f"the audit log cannot be written to {log}/x: Not a directory" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_disk_that_is_full(start: Callable[..., Katgate], device: FakeDevice) -> None:
    """Requests are carried out, and their records are in katgate's log, with an error."""
    katgate = start(
        "serve", f"cbf=127.0.0.1:{device.port}", variables={"KATGATE_ACCESS_AUDIT_FILE": "/dev/full"}
    )
    katgate.wait_for_state("cbf", "synced")
    for _ in range(3):
        assert 200 == katgate.ask("POST", "devices/cbf/requests/go", {}).status
    assert 1 == katgate.log.count("! the audit log cannot be written to /dev/full: No space left on device")
    assert 3 == katgate.log.count("= audit {")
    assert 3 == katgate.get("audit")["unwritten"]
