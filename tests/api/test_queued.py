"""queued_bytes: what waits in this process, over TLS too."""

from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.abstract import FileDescriptor
from twisted.internet.testing import MemoryReactor, StringTransport

from katgate.api.queued import queued_bytes


def stuck(written: bytes) -> Any:
    """Return a connection that has sent two bytes of the first half, and nothing of the rest."""
    descriptor = FileDescriptor(MemoryReactor())
    half = len(written) // 2
    descriptor.dataBuffer, descriptor.offset = written[:half], 2
    descriptor._tempDataBuffer, descriptor._tempDataLen = [written[half:]], len(written) - half
    return descriptor


@pytest.mark.parametrize(
    ("transport", "queued"),
    [
        pytest.param(stuck(b"x" * 100), 98, id="socket"),
        pytest.param(
            SimpleNamespace(_appSendBuffer=[b"abc", b"d"], transport=stuck(b"x" * 100)), 102, id="TLS"
        ),
        pytest.param(SimpleNamespace(_appSendBuffer=[b"abc"], transport=None), 0, id="TLS that is lost"),
        pytest.param(StringTransport(), 0, id="no socket"),
        pytest.param(None, 0, id="none"),
    ],
)
def test_bytes_that_wait(transport: Any, queued: int) -> None:
    """Neither sent nor given up."""
    assert queued == queued_bytes(transport)
