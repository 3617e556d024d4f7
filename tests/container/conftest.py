"""katgate's image, built once for all tests."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.container.container import Container
from tests.container.images import KATGATE, Images
from tests.container.network import own_network


@pytest.fixture(scope="session")
def images() -> Iterator[Images]:
    """A store with the base and katgate's image."""
    missing = [name for name in ("buildah", "debootstrap", "unshare", "ip") if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"it takes root, and here are no {', '.join(missing)}" if missing else "it takes root")
    with tempfile.TemporaryDirectory() as folder:
        images = Images(Path(folder))
        began = time.monotonic()
        images.add_base()
        print(f"base image: {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        images.build()
        print(f"katgate's image: {time.monotonic() - began:.1f} s")
        yield images


@pytest.fixture
def run(images: Images) -> Iterator[Callable[..., Container]]:
    """Run containers of katgate's image in a network of the test's own."""
    with own_network(), ExitStack() as stack:

        def run(command: list[str] | None = None, **around: Any) -> Container:
            container = Container(images, KATGATE, command, **around)
            stack.callback(container.remove)
            return container

        yield run
