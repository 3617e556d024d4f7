"""katgate.service: systemd understands it, and it may do little."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

UNIT = ROOT / "deploy/katgate.service"

#: In tenths, of 100: without any sandboxing it would be 96; systemd calls less than 20 safe.
MOST_EXPOSED = 15

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze; install Debian's package systemd"
)


def analyze(*arguments: str | Path) -> str:
    """Run systemd-analyze; return what it says, and fail if it is against it."""
    done = subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_unit_is_understood(tmp_path: Path) -> None:
    """Each option is one of systemd's; a misspelt one would be ignored, and protect nothing."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/katgate/bin/katgate", sys.executable))
    assert "katgate.service" not in analyze("verify", "--man=no", unit)


def test_sandbox() -> None:
    """As much is forbidden as katgate does not need."""
    said = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", UNIT)
    assert "Overall exposure level" in said
