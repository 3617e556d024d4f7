"""Command leases over REST and the WebSocket. Through the real HTTP parser, without a network."""

import json
from typing import Any

import pytest

from katgate.authority.role import Role
from tests.api.asking import ask, open_request
from tests.api.rig import FakeSocket, Rig, short, token

LEASE = "/api/v1/devices/cbf/lease"
REQUEST = "/api/v1/devices/cbf/requests/capture-start"
FREE = {"lease": None}


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A gateway with a viewer, two operators and an admin, by name; its device is connected."""
    rig.with_tokens(
        token("viewer", Role.VIEWER),
        token("olga", Role.OPERATOR),
        token("otto", Role.OPERATOR),
        token("anna", Role.ADMIN),
    )
    return rig


def by(name: str) -> dict[str, Any]:
    return {"authorization": f"Bearer kg_{name}"}


def take(rig: Rig, name: str, body: bytes = b"") -> Any:
    return ask(rig, "POST", LEASE, body, **by(name))


def test_lease_is_taken_shown_and_released(rig: Rig) -> None:
    """For an hour, if nothing is said."""
    lease = {"holder": "olga", "since": 1e9, "expires": 1e9 + 3600, "comment": ""}
    assert FREE == ask(rig, "GET", LEASE, **by("viewer")).json
    assert lease == take(rig, "olga").json
    assert {"lease": lease} == ask(rig, "GET", LEASE, **by("viewer")).json
    assert lease == ask(rig, "GET", "/api/v1/devices/cbf", **by("viewer")).json["lease"]
    rig.clock.advance(10)
    renewed = take(rig, "olga", b'{"seconds": 60, "comment": "calibrating"}').json
    assert lease | {"expires": 1e9 + 70, "comment": "calibrating"} == renewed
    assert FREE == ask(rig, "DELETE", LEASE, **by("olga")).json
    assert FREE == ask(rig, "DELETE", LEASE, **by("olga")).json
    assert ask(rig, "GET", "/api/v1/devices/cbf", **by("viewer")).json["lease"] is None


@pytest.mark.parametrize(
    "body",
    [{"seconds": 0.5}, {"seconds": 86401}, {"seconds": "1"}, {"comment": "x" * 201}, {"second": 1}, [], 1],
)
def test_lease_that_cannot_be_had(rig: Rig, body: Any) -> None:
    """The body is wrong, and says how."""
    answer = take(rig, "olga", json.dumps(body).encode())
    assert (400, "bad-request") == (answer.status, answer.json["code"])
    assert rig.leases.of("cbf") is None


def test_others_are_kept_out(rig: Rig) -> None:
    """Admins too, until they break it; the answer names the holder. Nothing reaches the device."""
    wire = rig.connect()
    take(rig, "olga")
    for name in ("otto", "anna"):
        for method, path in (("POST", LEASE), ("POST", REQUEST)):
            answer = ask(rig, method, path, **by(name))
            assert (403, "leased", "olga") == (answer.status, answer.json["code"], answer.json["holder"])
    answer = ask(rig, "DELETE", LEASE, **by("otto"))
    assert (403, "leased", "olga") == (answer.status, answer.json["code"], answer.json["holder"])
    assert [] == wire.heard()
    watchdog = open_request(rig, "POST", "/api/v1/devices/cbf/requests/watchdog", **by("otto"))
    [asked] = wire.heard()
    assert asked.startswith("?watchdog")
    assert b"" == watchdog.raw()
    assert FREE == ask(rig, "DELETE", LEASE, **by("anna")).json
    assert 200 == take(rig, "otto").status


def test_socket_is_kept_out_and_told(rig: Rig) -> None:
    """Who watches the devices sees whose it is, and that it ends."""
    rig.connect()
    socket = FakeSocket(rig, rig.identification.by_token("kg_otto", ""))
    socket.call("devices.subscribe")
    rig.clock.advance(1)
    socket.take()
    take(rig, "olga", b'{"seconds": 60}')
    rig.clock.advance(1)
    [told] = socket.take()
    assert "olga" == told["params"]["devices"][0]["lease"]["holder"]
    [refused] = socket.call("request", device="cbf", request="capture-start")
    assert ("error", 1, -32000, "leased") == short([refused])[0]
    assert "olga" == refused["error"]["data"]["holder"]
    rig.clock.advance(60)
    rig.clock.advance(1)
    [told] = [one for one in socket.take() if one["method"] == "devices"]
    assert told["params"]["devices"][0]["lease"] is None


def test_lease_of_an_unknown_device(rig: Rig) -> None:
    """There is none."""
    for method in ("GET", "POST", "DELETE"):
        answer = ask(rig, method, "/api/v1/devices/gone/lease", **by("olga"))
        assert (404, "unknown-device") == (answer.status, answer.json["code"])
