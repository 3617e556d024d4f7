"""Container: one that runs, with a read-only root, as an orchestrator runs it."""

import os
import re
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.container.images import Images
from tests.processes import DEADLINE_S, wait_for

__all__ = ["Container"]

#: What a script of the virtual environment is run by.
_PYTHON: Final = "/opt/katgate/bin/python"

#: Makes the container's root read-only, in mounts of our own, before buildah runs in it. buildah wants files to mount
#: others on, and to write to /run: that is a tmpfs of root's, as podman's is with --read-only.
_READ_ONLY: Final = (
    "for file in hosts hostname resolv.conf; do : >> {0}/etc/$file; done && mount --bind {0} {0} && "
    "mount -o remount,ro,bind {0} && mount -t tmpfs -o mode=755 tmpfs {0}/run"
)


class Container:
    """An image that runs: its entry point with a command, or any `program`."""

    def __init__(
        self,
        images: Images,
        image: str,
        command: list[str] | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        program: list[str] | None = None,
    ) -> None:
        config = images.described(image)["config"]
        name, root = images.container(image)
        what = program or [*config["Entrypoint"], *(command or config["Cmd"])]
        settings = [f"--env={name}={value}" for name, value in (variables or {}).items()]
        run = [*images.buildah, "run", "--isolation", "chroot", *settings, name, "--", *what]
        shell = f"{_READ_ONLY.format(shlex.quote(str(root)))} && exec {shlex.join(run)}"
        self._folder = tempfile.TemporaryDirectory()
        self._out, self._err = (Path(self._folder.name) / name for name in ("out", "err"))
        #: When it was started, on the monotonic clock.
        self.started = time.monotonic()
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._outside = subprocess.Popen(
                ["unshare", "-m", "sh", "-c", shell], stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

    @property
    def out(self) -> str:
        """What it has printed."""
        return self._out.read_text()

    @property
    def err(self) -> str:
        """What it has printed on standard error, and buildah if something was wrong."""
        return self._err.read_text()

    @property
    def pid(self) -> int:
        """Its first process, as it is called out here; 0 while there is none."""
        processes = _processes()
        below = [self._outside.pid]
        for parent in below:  # which grows
            below += [pid for pid, (its_parent, _) in processes.items() if its_parent == parent]
        inside = [pid for pid in below if pid in processes and processes[pid][1][0] == _PYTHON]
        return inside[0] if inside else 0

    def terminate(self) -> None:
        """Send it SIGTERM, as an engine does to stop it."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self) -> int:
        """Return its exit code once it has ended."""
        return self._outside.wait(DEADLINE_S)

    def wait_for(self, text: str) -> None:
        """Wait until it has printed that."""
        wait_for(
            lambda: text in self.out or self._outside.poll() is not None,
            f"{text!r} from the container, which said:\n{self.out}{self.err}",
        )
        assert text in self.out, self.out + self.err

    def remove(self) -> None:
        """End it, however it is."""
        if self._outside.poll() is None:
            pid = self.pid
            if pid:
                os.kill(pid, signal.SIGKILL)
            else:
                self._outside.kill()
            self.wait()
        self._folder.cleanup()


def _processes() -> dict[int, tuple[int, list[str]]]:
    """Return all that run: the parent of each, and its words."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                status = (folder / "status").read_text()
                words = (folder / "cmdline").read_text().split("\0")
            except OSError:
                continue  # it has ended
            parent = re.search(r"^PPid:\s+(\d+)", status, re.M)
            assert parent is not None
            found[int(folder.name)] = (int(parent[1]), words)
    return found
