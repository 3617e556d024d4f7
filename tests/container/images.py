"""Images: a store of buildah's own, the base image in it, and katgate's built on that."""

import json
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.container.base import base_archive
from tests.processes import ROOT

__all__ = ["BASE", "KATGATE", "Images"]

BASE: Final = "localhost/katgate-test-base"
KATGATE: Final = "localhost/katgate-test"

#: The build takes half a minute where it has what it downloads nearby.
_TIMEOUT_S: Final = 900


class Images:
    """Images and containers in one folder, which may be removed with all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._containers: dict[str, tuple[str, Path]] = {}
        self.buildah = [
            *("buildah", "--storage-driver", "vfs"),
            *("--root", str(folder / "store"), "--runroot", str(folder / "run")),
        ]

    def run(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Run a command of buildah, and return what it prints."""
        command = [*self.buildah, *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=cwd, timeout=_TIMEOUT_S, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout.strip()

    def add_base(self) -> None:
        """Import the base image."""
        container = self.run("from", "scratch")
        self.run("add", "--quiet", container, base_archive(), "/")
        self.run("commit", "--quiet", container, BASE)
        self.run("rm", container)

    def build(self) -> None:
        """Build katgate's image on the base, as `docker build` would; in its format, as OCI's has no HEALTHCHECK."""
        volumes = [f"--volume={outside}:{inside}:ro" for outside, inside in self._of_this_machine()]
        self.run(
            *("bud", "--isolation", "chroot", "--format", "docker", *volumes),
            *("--build-arg", f"BASE_IMAGE={BASE}", "--tag", KATGATE, "."),
            cwd=ROOT,
        )

    def described(self, image: str) -> Any:
        """Return what an image says of itself."""
        return json.loads(self.run("inspect", "--type", "image", image))["Docker"]

    def container(self, image: str) -> tuple[str, Path]:
        """Return the name of a container of an image, and where its files are. There is one of each, for it costs a
        copy of all its files; they are only read, so many may run in it.
        """
        if image not in self._containers:
            name = self.run("from", image)
            self._containers[image] = (name, Path(self.run("mount", name)))
        return self._containers[image]

    def _of_this_machine(self) -> Iterator[tuple[Path, str]]:
        """Yield what pip and npm need to know here to download anything, and where they look for it: certificates,
        and mirrors or proxies. It is there while the image is built, and not in the image.
        """
        certificates = "/etc/ssl/certs/ca-certificates.crt"
        here = ssl.get_default_verify_paths().cafile or certificates
        yield Path(here).resolve(), certificates
        pip = ["[global]", f"cert = {certificates}", *_said_to_pip("index-url", "proxy", "trusted-host")]
        npm = [f"cafile={certificates}", *_said_to_npm("registry", "proxy", "https-proxy")]
        for name, lines, inside in (("pip.conf", pip, "/etc/pip.conf"), ("npmrc", npm, "/root/.npmrc")):
            file = self._folder / name
            file.write_text("\n".join([*lines, ""]))
            yield file, inside


def _said_to_pip(*options: str) -> Iterator[str]:
    for option in options:
        for source in (f"global.{option}", f":env:.{option}"):
            said = _said("pip", "config", "get", source)
            if said:
                yield f"{option} = {said}"
                break


def _said_to_npm(*options: str) -> Iterator[str]:
    for option in options:
        said = _said("npm", "config", "get", option)
        if said and said != "null":
            yield f"{option}={said}"


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
