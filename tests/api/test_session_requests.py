"""Session: requests to devices."""

from typing import Any

import pytest

from tests.api.rig import FakeSocket, Rig, short


def test_request_with_informs(rig: Rig, socket: FakeSocket) -> None:
    """Informs as they come, then the result as REST has it."""
    device = rig.connect()
    assert [] == socket.call("request", "r", device="cbf", request="capture-start", arguments=["x"])
    assert ["?capture-start[5] x"] == device.heard()
    device.say(b"#capture-start[5] half\n")
    assert [("request.inform", {"id": "r", "inform": ["capture-start", "half"]})] == short(socket.take())
    device.say(b"!capture-start[5] ok 1\n")
    [(what, call_id, result)] = short(socket.take())
    assert ("result", "r", ["1"], [["capture-start", "half"]]) == (
        what,
        call_id,
        result["arguments"],
        result["informs"],
    )


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"device": "nope", "request": "x"}, "unknown-device"),
        ({"device": "cbf", "request": "halt"}, "confirm-required"),
        ({"device": "cbf", "request": "a b"}, "bad-request"),
        ({"device": "cbf", "request": "bulk-sampling"}, "reserved-request"),
    ],
)
def test_request_that_is_refused(rig: Rig, socket: FakeSocket, params: dict[str, Any], code: str) -> None:
    """The same problems as over REST."""
    device = rig.connect()
    assert [("error", 1, -32000, code)] == short(socket.call("request", **params))
    assert [] == device.heard()


def test_request_to_a_device_that_fails_or_is_lost(rig: Rig, socket: FakeSocket) -> None:
    """The device's answer, then the loss: each its own code."""
    device = rig.connect()
    socket.call("request", 1, device="cbf", request="x")
    socket.call("request", 2, device="cbf", request="y")
    device.say(b"!x[5] fail no\n")
    device.cut()
    assert [("error", 1, -32000, "device-failed"), ("error", 2, -32000, "device-disconnected")] == short(
        socket.take()
    )


def test_id_that_is_still_in_flight(rig: Rig, socket: FakeSocket) -> None:
    """Two calls of one id could not be told apart."""
    device = rig.connect()
    socket.call("request", 1, device="cbf", request="x")
    assert [("error", 1, -32600, "bad-request")] == short(socket.call("ping", 1))
    device.say(b"!x[5] ok\n")
    assert "result" == short(socket.take())[0][0]
    assert [("result", 1, {})] == short(socket.call("ping", 1))


def test_requests_in_flight_are_bounded(rig: Rig, socket: FakeSocket) -> None:
    """One browser cannot fill a device's queue."""
    rig.connect()
    for n in range(rig.limits.requests):
        assert [] == socket.call("request", n, device="cbf", request="x")
    assert [("error", "x", -32000, "too-many-requests")] == short(
        socket.call("request", "x", device="cbf", request="x")
    )


def test_reply_does_not_overtake_a_reading(rig: Rig, socket: FakeSocket) -> None:
    """What the device said before its reply is seen before it."""
    device = rig.connect()
    socket.call("sensors.subscribe", device="cbf", sensors=["mode"])
    socket.call("request", 2, device="cbf", request="x")
    device.say(b"#sensor-status 1002 1 mode nominal off\n!x[5] ok\n")
    assert ["readings", "result"] == [m[0] for m in short(socket.take())]
