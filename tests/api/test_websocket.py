"""BrowserProtocol: what lies between Autobahn and the session."""

import json
from typing import Any

import pytest

from katgate.api.identification import Standing
from katgate.api.websocket import BrowserFactory
from tests.api.rig import LOCAL, ROLES, Rig


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


def test_strangers_of_one_address_are_bounded(rig: Rig) -> None:
    """Each is waited for for ten seconds; those who say who they are make room."""
    rig.with_tokens(*ROLES)
    strangers = [stranger(rig, "10.0.0.1") for _ in range(101)]
    has_room = rig.sockets.has_room_for_stranger
    assert [True] * 100 + [False] == [has_room(one) for one in strangers]
    assert has_room(stranger(rig, "10.0.0.2"))
    strangers[0]._session._introduction.authenticate("kg_viewer")
    assert has_room(stranger(rig, "10.0.0.1"))


def stranger(rig: Rig, address: str) -> Any:
    """Return a browser's protocol as it is when it has not said who it is."""
    protocol: Any = rig.sockets.buildProtocol(None)
    protocol._address = address
    rig.sockets.browsers.add(protocol)
    return protocol


@pytest.mark.parametrize("end", [Standing.ENDED, Standing.CHANGED, None])
def test_messages_that_wait_when_somebody_is_thrown_out(rig: Rig, end: Standing | None) -> None:
    """They are not carried out by a role that is no more, however long the browser keeps its goodbye back."""
    wire = rig.connect()
    rig.sockets.next_caller = LOCAL
    protocol: Any = rig.sockets.buildProtocol(None)
    closes: list[int] = []
    protocol.sendClose = lambda code, reason: closes.append(code)
    protocol.state = protocol.STATE_OPEN
    protocol.pauseProducing()
    call = {"jsonrpc": "2.0", "id": 1, "method": "request", "params": {"device": "cbf", "request": "x"}}
    protocol.onMessage(json.dumps(call).encode(), False)
    if end is None:
        protocol.dismiss()
    else:
        protocol.throw_out(end)
    protocol.resumeProducing()
    rig.clock.advance(5)
    assert [{Standing.ENDED: 4500, Standing.CHANGED: 4003, None: 4501}[end]] == closes
    assert [] == wire.heard()
    protocol._session.closed()
