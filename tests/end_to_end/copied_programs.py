"""Running what "copy as" of the dashboard gives, as a person would: by a shell and by Python."""

import subprocess
import sys
import threading
from pathlib import Path

from tests.processes import DEADLINE_S, environment

__all__ = ["first_lines", "program", "shell"]


def shell(text: str, folder: Path) -> str:
    """Run a text by the shell; return what it prints."""
    done = subprocess.run(
        ["sh", "-c", text],
        capture_output=True,
        cwd=folder,
        timeout=DEADLINE_S,
        check=False,
        env=environment(),
    )
    assert (0, b"") == (done.returncode, done.stderr)
    return done.stdout.decode()


def program(text: str, folder: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a program of Python to its end."""
    file = folder / "copied.py"
    file.write_text(text)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(file)],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
        env=environment(),
    )
    assert code == done.returncode, done.stderr
    return done


def first_lines(command: list[str], count: int) -> list[str]:
    """Start what follows for ever; return its first lines, and end it."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        watch = threading.Timer(DEADLINE_S, process.kill)
        watch.start()
        try:
            return [process.stdout.readline() for _ in range(count)]
        finally:
            watch.cancel()
            process.kill()
