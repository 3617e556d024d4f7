"""The README is true: its commands stand where CI looks for them, and its program runs."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.testing import MemoryReactorClock

from tests.support import Wire

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    ("name", "end"), [("demo", ".venv/bin/katgate demo"), ("test", ".venv/bin/pytest -n 2")]
)
def test_command_is_one_line_that_ci_finds(name: str, end: str) -> None:
    """A newcomer copies one line; CI runs the same one."""
    found = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "readme-command"), name],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert 1 == found.count("\n")
    assert found.strip().endswith(end)


def test_device_server_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program does what the text beside it says."""
    found = re.search(r"```python\n(.+?)\n```", README, re.DOTALL)
    assert found is not None
    program, start, run = found[1].rpartition("\n\n\n")[0], "Lamp(7147", "reactor.run()"
    assert start in found[1]
    assert found[1].endswith(run)
    names: dict[str, Any] = {}
    exec(program, names)
    lamp = names["Lamp"](7147, "127.0.0.1", reactor=MemoryReactorClock())
    wire = Wire(lamp.buildProtocol(None))
    wire.heard()
    wire.say(b"?switch 1\n?sensor-value is-on\n")
    switched, value, done = wire.heard()
    assert ("!switch ok", "!sensor-value ok 1") == (switched, done)
    assert re.fullmatch(r"#sensor-value [\d.]+ 1 is-on nominal 1", value)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_link_leads_somewhere(link: str) -> None:
    """Nothing is promised that is not there."""
    assert (ROOT / link).exists()
