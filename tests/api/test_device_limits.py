"""Requests: how long they may take, how many a device has at once, and which must be confirmed."""

import json
from typing import Any

import pytest

from katgate.config import DeviceDefaults
from katgate.device_options import device_options
from tests.api.asking import ask, open_request
from tests.api.rig import READINGS, SENSORS, FakeSocket, Rig, short
from tests.support import V5_WITHOUT_IDS, Wire

API = "/api/v1"
POST_X = ("POST", f"{API}/devices/cbf/requests/x")
HINTED = b"#version-connect katcp-protocol 5.1-MIBT\n"


def connect_with_hints(rig: Rig, hints: bytes) -> Wire:
    """Let a device come up that says how long its requests take."""
    wire = rig.endpoint.accept()
    wire.say(HINTED, b"#help[1] slew Slew.\n#help[1] halt Halt.\n!help[1] ok 2\n", hints)
    listed = b"".join(SENSORS).replace(b"[2]", b"[3]")
    wire.say(listed, READINGS + b"!sensor-sampling[4] ok\n", b"!sensor-value[5] ok 0\n")
    assert rig.fleet["cbf"].view().state == "synced"
    wire.heard()
    return wire


@pytest.mark.parametrize(
    ("hint", "body", "elapsed"),
    [
        (120, b"", 150.0),  # on top of the usual
        (120, b'{"timeout":5}', 5.0),  # the sender knows better
        (9000, b"", 3600.0),  # no longer than anybody may be waited for
        (0, b"", 30.0),
    ],
)
def test_time_that_a_request_has(rig: Rig, hint: int, body: bytes, elapsed: float) -> None:
    """What the sender says; else what the device says, on top of the usual; else the usual."""
    connect_with_hints(rig, b"#request-timeout-hint[2] slew %d\n!request-timeout-hint[2] ok 1\n" % hint)
    connection = open_request(rig, "POST", f"{API}/devices/cbf/requests/slew", body)
    rig.clock.advance(elapsed - 0.1)
    assert b"" == connection.raw()
    rig.clock.advance(0.1)
    assert elapsed == pytest.approx(connection.answer().json["elapsed"])


def test_requests_as_they_are_listed() -> None:
    """With the device's own hint, and which must be confirmed."""
    rig = Rig(DeviceDefaults(confirm=("sl*",)))
    connect_with_hints(rig, b"#request-timeout-hint[2] slew 120\n!request-timeout-hint[2] ok 1\n")
    listed = ask(rig, "GET", f"{API}/devices/cbf/requests").json["requests"]
    assert [("halt", None, True), ("slew", 120, True)] == [
        (one["name"], one["timeout_hint"], one["dangerous"]) for one in listed
    ]


CONFIRMATIONS = [
    ("capture-start", {}, 428),
    ("capture-start", {"confirm": True}, 400),
    ("capture-start", {"confirm": "capture-stop"}, 428),
    ("capture-start", {"confirm": "capture-start"}, None),
    ("halt", {}, 428),
    ("restart", {}, 428),
    ("halt", {"confirm": "halt"}, None),
    ("watchdog", {}, None),
    ("watchdog", {"confirm": "anything"}, None),
]


@pytest.mark.parametrize(("name", "body", "status"), CONFIRMATIONS)
def test_requests_that_must_be_confirmed(name: str, body: dict[str, Any], status: int | None) -> None:
    """By their own name, over REST; the device hears nothing before."""
    rig = Rig(DeviceDefaults(confirm=("capture-*",)))
    device = rig.connect()
    connection = open_request(rig, "POST", f"{API}/devices/cbf/requests/{name}", json.dumps(body).encode())
    assert ([f"?{name}[5]"] if status is None else []) == device.heard()
    if status is not None:
        assert status == connection.answer().status


def test_too_many_requests_under_way() -> None:
    """The next is refused, over REST and over a socket, naming the device; a place is free once one is answered."""
    rig = Rig(DeviceDefaults(requests_in_flight=2))
    device = rig.connect()
    first, _second = open_request(rig, *POST_X), open_request(rig, *POST_X)
    refused = ask(rig, *POST_X)
    assert (429, "too-many-requests", "2") == (
        refused.status,
        refused.json["code"],
        refused.headers["retry-after"],
    )
    assert "device 'cbf' has 2 requests under way" in refused.json["detail"]
    socket = FakeSocket(rig)
    socket.take()
    assert [("error", 1, -32000, "too-many-requests")] == short(
        socket.call("request", device="cbf", request="x")
    )
    assert ["?x[5]", "?x[6]"] == device.heard()
    device.say(b"!x[5] ok\n")
    assert 200 == first.answer().status
    assert [] == socket.call("request", device="cbf", request="x")
    assert ["?x[7]"] == device.heard()


def test_places_are_free_again_however_a_request_ends() -> None:
    """It timed out, its browser went, or the connection was lost."""
    rig = Rig(DeviceDefaults(requests_in_flight=1))
    device = rig.connect()
    open_request(rig, *POST_X)
    rig.clock.advance(30)
    open_request(rig, *POST_X).transport.loseConnection()
    lost = open_request(rig, *POST_X)
    assert 3 == len(device.heard())
    device.cut()
    assert 503 == lost.answer().status
    rig.clock.advance(1)
    device = rig.connect()
    assert b"" == open_request(rig, *POST_X).raw()
    assert 1 == len(device.heard())


def test_own_traffic_does_not_count() -> None:
    """katgate lists and samples while a browser has all places there are."""
    rig = Rig(DeviceDefaults(requests_in_flight=1))
    device = rig.connect()
    open_request(rig, *POST_X)
    device.say(b"#interface-changed sensor-list\n")
    rig.clock.advance(2)
    assert ["?x[5]", "?help[6]"] == device.heard()


def test_late_reply_never_reaches_the_next_caller(rig: Rig) -> None:
    """Without ids: the first gave up, and the device answers both in its time."""
    device = rig.endpoint.accept()
    device.say(V5_WITHOUT_IDS, b"!help ok 0\n", b"!sensor-list ok 0\n")
    first = open_request(rig, *POST_X, b'{"timeout":1,"arguments":["first"]}')
    rig.clock.advance(1)
    assert 504 == first.answer().status
    second = open_request(rig, *POST_X, b'{"timeout":5,"arguments":["second"]}')
    assert "?x first" == device.heard()[-1]
    device.say(b"#x late\n!x ok late\n")
    assert b"" == second.raw()
    assert ["?x second"] == device.heard()
    device.say(b"!x ok mine\n")
    assert (["mine"], []) == (second.answer().json["arguments"], second.answer().json["informs"])


def test_limits_that_are_configured_anew(rig: Rig) -> None:
    """They count from the next request on; the connection stays."""
    device = rig.connect()
    anew = DeviceDefaults(
        requests_in_flight=1, confirm=("y",), request_timeout_s=3, longest_request_timeout_s=4
    )
    rig.fleet["cbf"].configure(device_options(anew))
    running = open_request(rig, *POST_X)
    statuses = [
        ask(rig, *POST_X).status,
        ask(rig, "POST", f"{API}/devices/cbf/requests/y").status,
        ask(rig, *POST_X, b'{"timeout":5}').status,
    ]
    assert [429, 428, 400] == statuses
    rig.clock.advance(3)
    assert 504 == running.answer().status
    assert ["?x[5]"] == device.heard()
