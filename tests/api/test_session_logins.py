"""Logins on the WebSocket: who a socket is, and what one may do that has not said so."""

from typing import Any

import pytest

from tests.api.rig import ROLES, FakeSocket, Rig, short


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A gateway with logins: tokens kg_viewer, kg_operator and kg_admin."""
    rig.with_tokens(*ROLES)
    return rig


def hello(socket: FakeSocket) -> Any:
    [(method, params)] = short(socket.take())
    assert "hello" == method
    return params


def test_socket_of_somebody(rig: Rig) -> None:
    """It is told who it is."""
    viewer = rig.identification.by_token("kg_viewer", "")
    assert ("viewer", "viewer") == (hello(socket := FakeSocket(rig, viewer))["user"], "viewer")
    assert [("error", 1, -32000, "forbidden")] == short(
        socket.call("request", device="cbf", request="capture-start")
    )


def test_socket_of_nobody(rig: Rig) -> None:
    """It may say who it is, and ask whether we are there; for ten seconds."""
    socket = FakeSocket(rig, None)
    assert (None, None) == (hello(socket)["user"], hello_role(rig))
    for method in ("devices.subscribe", "subscriptions", "sensors.subscribe", "request", "unsubscribe"):
        assert [("error", 1, -32000, "unauthorized")] == short(socket.call(method))
    assert [("result", 1, {})] == short(socket.call("ping"))
    assert [("error", 1, -32000, "unauthorized")] == short(socket.call("authenticate", token="kg_wrong"))
    rig.clock.advance(9.9)
    assert not socket.is_closed_unknown
    rig.clock.advance(0.1)
    assert socket.is_closed_unknown


def hello_role(rig: Rig) -> Any:
    return hello(FakeSocket(rig, None))["role"]


def test_authenticate(rig: Rig) -> None:
    """From then on it is somebody's, and is not closed."""
    socket = FakeSocket(rig, None)
    socket.take()
    assert [("result", 1, {"user": "viewer", "role": "viewer"})] == short(
        socket.call("authenticate", token="kg_viewer")
    )
    rig.clock.advance(60)
    assert not socket.is_closed_unknown
    assert "result" in short(socket.call("devices.subscribe"))[0]
    assert [("error", 1, -32000, "bad-request")] == short(socket.call("authenticate", token="kg_admin"))
    assert [("result", 1, {"user": "viewer", "role": "viewer"})] == short(
        socket.call("authenticate", token="kg_viewer")
    )


def test_socket_that_closes_before_it_is_known(rig: Rig) -> None:
    """Nothing waits for it."""
    socket = FakeSocket(rig, None)
    before = len(rig.clock.getDelayedCalls())
    socket.session.closed()
    assert before - 1 == len(rig.clock.getDelayedCalls())
