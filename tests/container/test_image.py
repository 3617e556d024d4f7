"""What is in the image: katgate, and nothing besides."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.container.images import BASE, KATGATE, Images

pytestmark = pytest.mark.container

#: On top of the base, in bytes.
MOST = 150e6

#: Where a volume may be, which is empty.
STATE = "var/lib/katgate"

#: What builds, and what fetches; and what keeps what was fetched.
UNWANTED = (
    "node",
    "npm",
    "gcc",
    "cc",
    "g++",
    "rustc",
    "cargo",
    "pip",
    "pip3",
    "pip.conf",
    ".npmrc",
    "node_modules",
)


@pytest.fixture(scope="module")
def config(images: Images) -> Any:
    return images.described(KATGATE)["config"]


@pytest.fixture(scope="module")
def added(images: Images) -> dict[str, Path]:
    """What the image has besides its base, by name."""
    before, after = (_files(images.container(image)[1]) for image in (BASE, KATGATE))
    return {name: path for name, path in after.items() if name not in before}


def _files(root: Path) -> dict[str, Path]:
    return {
        str(Path(folder, name).relative_to(root)): Path(folder, name)
        for folder, folders, names in os.walk(root)
        for name in (*folders, *names)
    }


def _top(name: str) -> str:
    return name if name == STATE else "/".join(Path(name).parts[:2])


def test_size(images: Images, added: dict[str, Path]) -> None:
    """An update is pulled over slow lines."""
    layers = json.loads(images.run("inspect", "--type", "image", KATGATE))["Manifest"]
    *_, on_top = (layer["size"] for layer in json.loads(layers)["layers"])
    print(f"on top of the base: {on_top / 1e6:.1f} MB, {len(added)} files")
    assert on_top < MOST


def test_nothing_besides(added: dict[str, Path]) -> None:
    """No compiler, no Node, no pip, no cache, no configuration of the machine that built it."""
    assert {"opt/katgate", "etc/katgate", STATE} == {_top(name) for name in added}
    assert [] == [name for name in added if Path(name).name in UNWANTED]
    assert "opt/katgate/lib/python3.11/site-packages/katgate/static/index.html" in added


def test_nothing_is_writable(added: dict[str, Path]) -> None:
    """Whoever gets into the process cannot change what runs next; a volume is written to, where there is one."""
    assert 65532 == added[STATE].stat().st_uid
    found = {name: path.lstat() for name, path in added.items() if name != STATE and not path.is_symlink()}
    assert {(0, 0)} == {(status.st_uid, status.st_gid) for status in found.values()}
    assert [] == [name for name, status in found.items() if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)]


def test_description(config: Any) -> None:
    """A user by number, no shell before katgate, and a health check."""
    assert "65532:65532" == config["User"]
    assert (["katgate"], ["serve"], "SIGTERM") == (config["Entrypoint"], config["Cmd"], config["StopSignal"])
    assert ["CMD", "katgate", "healthcheck"] == config["Healthcheck"]["Test"]
    assert {"8147/tcp": {}} == config["ExposedPorts"]
