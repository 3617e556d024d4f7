"""Starting katgate in front of devices that misbehave."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.processes import Katgate, running


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Katgate]]:
    """Start katgate with these arguments; it listens on any free port unless they say otherwise."""
    with ExitStack() as stack:

        def start(*arguments: str) -> Katgate:
            listen = () if "--listen" in arguments else ("--listen", "127.0.0.1:0")
            log = tmp_path / f"katgate-{len(list(tmp_path.iterdir()))}.log"
            return stack.enter_context(running(Katgate([*arguments, *listen], log)))

        yield start
