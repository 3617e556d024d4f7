"""Starting katgate in front of devices that misbehave."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.fake_device import FakeDevice, small_talk
from tests.processes import Katgate, running


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Katgate]]:
    """Start katgate with these arguments; it listens on any free port unless they say otherwise."""
    with ExitStack() as stack:

        def start(*arguments: str, **around: Any) -> Katgate:
            listen = () if "--listen" in arguments else ("--listen", "127.0.0.1:0")
            log = tmp_path / f"katgate-{len(list(tmp_path.iterdir()))}.log"
            return stack.enter_context(running(Katgate([*arguments, *listen], log, **around)))

        yield start


@pytest.fixture
def device() -> Iterator[FakeDevice]:
    """A small device of two sensors, a and b."""
    with FakeDevice(small_talk) as device:
        yield device


@pytest.fixture
def katgate(device: FakeDevice, start: Callable[..., Katgate]) -> Katgate:
    """A katgate that serves it as `cbf`, synced."""
    katgate = start("serve", f"cbf=127.0.0.1:{device.port}")
    katgate.wait_for_state("cbf", "synced")
    return katgate
