"""The programs of the guide, taken from its pages word for word, and run in processes of their own."""

import re
import subprocess
import sys
from pathlib import Path

import katgate
from tests.processes import DEADLINE_S, environment

__all__ = ["GUIDE", "lengths", "programs_of", "run"]

GUIDE = Path(katgate.__file__).parent / "guide"

_PROGRAM = re.compile(r"<!-- program: (\S+) -->\n```(?:python|toml|html)\n(.+?)```\n", re.DOTALL)


def programs_of(page: str, folder: Path) -> dict[str, Path]:
    """Write the programs of a page into files of their names; return name -> file."""
    found = dict(_PROGRAM.findall((GUIDE / page).read_text()))
    for name, text in found.items():
        (folder / name).write_text(text)
    return {name: folder / name for name in found}


def lengths(programs: dict[str, Path]) -> dict[str, int]:
    """Return how many lines that are not empty each program has."""
    return {
        name: len([line for line in path.read_text().splitlines() if line.strip()])
        for name, path in programs.items()
    }


def run(program: Path, *arguments: str) -> list[str]:
    """Run a program to its end; return what it prints."""
    command = [sys.executable, "-W", "error", str(program), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=DEADLINE_S, check=False, env=environment()
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout.splitlines()
