"""Hidden devices: for those who may not see one it is as if it were not there, wherever they look."""

from typing import Any

import pytest
from klein import Klein

from katgate.authority.role import Role
from katgate.authority.rules import Rule
from katgate.katcp.patterns import Patterns
from tests.api.asking import HttpConnection, ask, open_request
from tests.api.rig import ROLES, FakeSocket, Rig, short

API = "/api/v1"
VIEWER: dict[str, Any] = {"authorization": "Bearer kg_viewer"}
ADMIN: dict[str, Any] = {"authorization": "Bearer kg_admin"}


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A gateway whose one device viewers do not see."""
    rig.with_tokens(*ROLES)
    rig.rules.change(
        [Rule(frozenset([Role.VIEWER]), frozenset(), Patterns.of(["c*"]), Patterns.of(["*"]), "hide")]
    )
    return rig


def socket_of(rig: Rig, name: str) -> FakeSocket:
    socket = FakeSocket(rig, rig.identification.by_token(f"kg_{name}", ""))
    socket.take()
    return socket


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/sensors"),
        ("GET", "/sensors/mode"),
        ("GET", "/informs"),
        ("GET", "/requests"),
        ("GET", "/lease"),
        ("POST", "/requests/capture-start"),
        ("POST", "/requests/halt"),
    ],
)
def test_unknown_and_hidden_answer_alike(rig: Rig, method: str, path: str) -> None:
    """Word for word, but for the name."""
    rig.connect()
    hidden = ask(rig, method, f"{API}/devices/cbf{path}", **VIEWER)
    unknown = ask(rig, method, f"{API}/devices/xyz{path}", **VIEWER)
    assert 404 == hidden.status
    assert hidden.body.replace(b"cbf", b"xyz") == unknown.body
    assert b"404" != open_request(rig, method, f"{API}/devices/cbf{path}", **ADMIN).raw()[9:12]


def test_lists_are_without_it(rig: Rig) -> None:
    """Also the numbers of what there is."""
    rig.connect()
    assert {"devices": 0, "sensors": 0} == ask(rig, "GET", API, **VIEWER).json["counts"]
    assert [] == ask(rig, "GET", f"{API}/devices", **VIEWER).json["devices"]
    assert [] == ask(rig, "GET", f"{API}/sensors", **VIEWER).json["sensors"]
    assert 3 == len(ask(rig, "GET", f"{API}/sensors", **ADMIN).json["sensors"])


def test_same_wish_of_a_viewer_and_an_admin(rig: Rig) -> None:
    """Two streams: what one is sent is not for the other. Operators, who see the same as admins, share theirs."""
    wire = rig.connect()
    sockets = [socket_of(rig, name) for name in ("viewer", "operator", "admin")]
    subs = []
    for socket in sockets:
        [(_, _, result), *_] = short(socket.call("sensors.subscribe", device="*", sensors=["*"]))
        subs.append((result["sub"], len(result["sensors"])))
    (viewers, none), *others = subs
    assert 0 == none
    assert others == [(others[0][0], 3)] * 2
    assert viewers != others[0][0]
    wire.say(b"#sensor-status 1002 1 wind.speed nominal 4.5\n")
    rig.clock.advance(1)
    heard = [[message["method"] for message in socket.take()] for socket in sockets]
    assert [[], ["readings"], ["readings"]] == heard


def test_devices_and_informs_of_a_socket(rig: Rig) -> None:
    """Neither at first, nor when something changes."""
    viewer, admin = socket_of(rig, "viewer"), socket_of(rig, "admin")
    told = []
    for socket in (viewer, admin):
        [(_, _, result)] = short(socket.call("devices.subscribe"))
        told.append([device["name"] for device in result["devices"]])
        socket.call("informs.subscribe", device="*")
    assert [[], ["cbf"]] == told
    wire = rig.connect()
    wire.say(b"#log info 1000 cbf hello\n")
    rig.clock.advance(1)
    assert [] == viewer.take()
    assert {"devices", "informs"} == {message["method"] for message in admin.take()}
    rig.fleet.remove("cbf")
    rig.clock.advance(1)
    assert [] == viewer.take()
    assert ["cbf"] == admin.take()[-1]["params"]["removed"]


def test_event_stream(rig: Rig) -> None:
    """Has none of its sensors."""
    rig.connect()
    streams: list[HttpConnection] = [
        open_request(rig, "GET", f"{API}/stream?device=cbf", **who) for who in (VIEWER, ADMIN)
    ]
    assert [False, True] == [b"wind.speed" in stream.raw() for stream in streams]


def test_every_route_is_asked(rig: Rig) -> None:
    """A new one about a device has to stand in the table above."""
    app: Klein = rig.app()
    about = {
        rule.rule.removeprefix(f"{API}/devices/<name:device>")
        for rule in app.url_map.iter_rules()
        if "<name:device>" in rule.rule
    }
    hosting = {f"/hosting/{act}" for act in ("start", "stop", "restart")}  # for admins, who see all
    expected = {
        "",
        "/sensors",
        "/sensors/<name:sensor>",
        "/informs",
        "/requests",
        "/requests/<name:request_>",
    }
    assert expected | hosting | {"/lease"} == about
