"""The guide's page on hosting: its server as a program and inside katgate, its file, its commands, its proxy."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.guide_programs import GUIDE, lengths, programs_of
from tests.processes import DEADLINE_S, Answer, Katgate, Process, running

_CURL = re.compile(r"curl -X POST http://127\.0\.0\.1:8147/api/v1/(\S+)(?: \\\n.* -d '(.+)')?")


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, Path]:
    """The server and the file of hosting.md."""
    return programs_of("hosting.md", tmp_path)


@contextmanager
def katgate(folder: Path, *arguments: str) -> Iterator[Katgate]:
    """katgate by a script that stands elsewhere, as pip installs it: nothing finds the folder for it."""
    script = folder / "bin" / "katgate-script.py"
    script.parent.mkdir()
    script.write_text("from katgate.cli import main\n\nmain()\n")
    arguments = (*arguments, "--listen", "127.0.0.1:0")
    with running(
        Katgate([*arguments], folder / "katgate.log", folder=folder, command=[str(script)])
    ) as process:
        yield process


def commands() -> Iterator[tuple[str, str | None]]:
    """Yield path and body of each POST on the page."""
    for path, body in _CURL.findall((GUIDE / "hosting.md").read_text()):
        yield path, json.loads(body) if body else None


def say(port: int, line: bytes) -> list[bytes]:
    """Say a request over KATCP; return what comes of it, up to the reply."""
    with (
        socket.create_connection(("127.0.0.1", port), DEADLINE_S) as connection,
        connection.makefile("rwb", buffering=0) as lines,
    ):
        lines.write(line + b"\n")
        heard: list[bytes] = []
        while not (heard and heard[-1].startswith(b"!")):
            heard.append(lines.readline())
            assert heard[-1]
        return heard


def test_program_of_its_own(programs: dict[str, Path], tmp_path: Path) -> None:
    """`?halt` ends it."""
    assert lengths(programs)["lamp.py"] <= 25
    with running(Process([str(programs["lamp.py"]), "0"], tmp_path / "lamp.log")) as process:
        assert b"!halt[1] ok\n" == say(int(process.first_line()), b"?halt[1]")[-1]
        assert 0 == process.popen.wait(DEADLINE_S)


def test_command(programs: dict[str, Path], tmp_path: Path) -> None:
    """Both lines in one; the module is in the current directory."""
    with katgate(tmp_path, "host", "lamp:Lamp", "porch=lamp:Lamp") as process:
        for name in ("lamp", "porch"):
            assert "internal" == process.wait_for_state(name, "synced")["address"]


def test_file_and_commands(programs: dict[str, Path], tmp_path: Path) -> None:
    """Every command of the page, in its order, and what the page says of each."""
    with katgate(tmp_path, "serve", "--config", "katgate.toml") as process:
        assert "internal" == process.wait_for_state("hall", "synced")["address"]
        assert process.wait_for_state("porch", "synced")["address"].startswith("127.0.0.1:")
        sensor = process.get("devices/porch/sensors/is-on")
        assert "Whether the lamp in the porch is on" == sensor["description"]
        states = []
        for path, body in commands():
            answer: Answer = process.ask("POST", path, body)
            assert 200 == answer.status, answer.body
            state = "closed" if path.endswith(("stop", "halt")) else "synced"
            states.append((path.rpartition("/")[2], process.wait_for_state("porch", state)["error"]))
        anew = "; POST /api/v1/devices/porch/hosting/start starts it anew"
        assert [
            ("stop", f"it was stopped{anew}"),
            ("start", None),
            ("restart", None),
            ("halt", f"it was halted{anew}"),
        ] == states
        assert "synced" == process.device("hall")["state"]


def test_proxy(programs: dict[str, Path], tmp_path: Path) -> None:
    """The table of what KATCP clients find."""
    with katgate(tmp_path, "serve", "--config", "katgate.toml") as process:
        process.wait_for_state("porch", "synced")
        found = re.search(r"KATCP proxy at 127\.0\.0\.1 port (\d+)", process.log)
        assert found is not None, process.log
        port = int(found[1])
        assert {b"#device-list[1] hall full\n", b"#device-list[1] porch full\n"} < set(
            say(port, b"?device-list[1]")
        )
        assert b"!porch-switch[2] ok\n" == say(port, b"?porch-switch[2] 1")[-1]
        assert b" porch.is-on nominal 1\n" in say(port, b"?sensor-value[3] porch.is-on")[-2]
        assert b" porch-state nominal synced\n" in say(port, b"?sensor-value[4] porch-state")[-2]
        assert b"use\\_?sensor-sampling\\_porch.<sensor>" in say(port, b"?porch-sensor-sampling[5] is-on")[-1]
        assert b"dangerous\\_=\\_true" in say(port, b"?porch-halt[6]")[-1]
        process.ask("POST", "devices/porch/hosting/stop")
        process.wait_for_state("porch", "closed")
        assert b" porch-state nominal unsynced\n" in say(port, b"?sensor-value[7] porch-state")[-2]
