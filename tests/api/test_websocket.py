"""BrowserProtocol: what lies between Autobahn and the session."""

from typing import Any

import pytest

from katgate.api.websocket import BrowserFactory
from tests.api.rig import Rig


@pytest.fixture
def factory(rig: Rig) -> BrowserFactory:
    return rig.sockets


@pytest.mark.parametrize(("state", "is_taken"), [("STATE_OPEN", True), ("STATE_CLOSING", False)])
def test_message_after_goodbye_is_not_carried_out(
    factory: BrowserFactory, state: str, is_taken: bool
) -> None:
    """A browser that was refused, and does not close, commands no device."""
    protocol: Any = factory.buildProtocol(None)
    taken: list[bytes] = []
    protocol._session.received = lambda payload, is_binary: taken.append(payload)
    protocol.state = getattr(protocol, state)
    protocol.onMessage(b"x", False)
    assert is_taken is bool(taken)
