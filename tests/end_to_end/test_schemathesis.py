"""What the OpenAPI description says is so: schemathesis asks a katgate with the demo for all of it, well and badly.

By hand, for as long as you like: SCHEMATHESIS_EXAMPLES=1000 pytest tests/end_to_end/test_schemathesis.py
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.processes import Katgate, environment

_SETTINGS: Final = Path(__file__).parent / "schemathesis.toml"

#: For each operation and phase: some ten seconds in all.
_EXAMPLES: Final = os.environ.get("SCHEMATHESIS_EXAMPLES", "20")
_LONGEST_S: Final = 60 + 3 * int(_EXAMPLES)

#: What takes devices away. The others are asked first without it, while all are there.
_STOPPING: Final = r"/hosting/"


@pytest.fixture
def demo(start: Callable[..., Katgate]) -> Katgate:
    """A katgate with its demo, whose devices are there."""
    katgate = start("demo")
    for device in katgate.get("devices")["devices"]:
        katgate.wait_for_state(device["name"], "synced")
    return katgate


def test_answers_are_as_described(demo: Katgate, tmp_path: Path) -> None:
    """No 5xx save for devices, no status, type or schema that is not described, nothing taken that is not allowed."""
    asked = _ask(demo, tmp_path, "--exclude-path-regex", _STOPPING)
    assert {"examples", "coverage", "fuzzing", "stateful"} <= {phase.lower() for phase in asked}
    # Now while devices come and go.
    _ask(demo, tmp_path, "--include-path-regex", rf"{_STOPPING}|/sensors", "--phases", "coverage,fuzzing")
    assert "a defect of ours" not in demo.log


def _ask(katgate: Katgate, folder: Path, *options: str) -> list[str]:
    """Run schemathesis, and return the phases in which something was asked. Its words are what a failure shows."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(_SETTINGS)),
            *("run", f"{katgate.url}api/v1/openapi.json", "--max-examples", _EXAMPLES, *options),
        ],
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        env=environment(),
        cwd=folder,  # where it keeps what it has found
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{katgate.log[-2000:]}"
    return re.findall(r"✅\s+(\w+) \(in", done.stdout)
