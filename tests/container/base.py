"""A base image such as python:slim, of Debian's packages: bookworm with its Python, and nothing to compile with."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final

__all__ = ["base_archive"]

_PACKAGES: Final = "python3,python3-venv,ca-certificates"


def base_archive() -> Path:
    """Return its files as an archive: made once (about 45 s), then kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "katgate"
    archive = cache / "bookworm-python3.tar"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            root, made = Path(folder) / "root", Path(folder) / "made.tar"
            _run("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", "bookworm", root)
            left_overs = ("./var/cache/apt", "./var/lib/apt/lists", "./proc", "./sys")
            _run("tar", "-C", root, *(f"--exclude={path}/*" for path in left_overs), "-cf", made, ".")
            made.rename(archive)
    return archive


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
