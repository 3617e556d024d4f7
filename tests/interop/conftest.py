"""A device on aiokatcp and a katgate that serves it, each in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Katgate, Process, running

ENGINE = str(Path(__file__).with_name("aiokatcp_device.py"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Process]:
    """A device of aiokatcp's."""
    with running(Process([ENGINE], tmp_path / "engine.log")) as process:
        yield process


@pytest.fixture
def engine_port(engine: Process) -> int:
    """Where it listens."""
    return int(engine.first_line())


@pytest.fixture
def katgate(engine_port: int, tmp_path: Path) -> Iterator[Katgate]:
    """A katgate that serves it as `cbf`, synced."""
    arguments = ["serve", f"cbf=127.0.0.1:{engine_port}", "--listen", "127.0.0.1:0"]
    with running(Katgate(arguments, tmp_path / "katgate.log")) as process:
        process.wait_for_state("cbf", "synced")
        yield process
