"""REST, through the real HTTP parser, without a network: the contract's table, row by row."""

import pytest
from twisted.logger import LogEvent

from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.katcp.types import decode_value
from tests.api.asking import ask, open_request
from tests.api.rig import Rig

API = "/api/v1"


def test_root(rig: Rig) -> None:
    """Who answers, what there is, who asks."""
    rig.connect()
    root = ask(rig, "GET", API).json
    assert ("katgate", "e1", {"devices": 1, "sensors": 3}, "admin") == (
        root["name"],
        root["epoch"],
        root["counts"],
        root["role"],
    )


def test_devices(rig: Rig) -> None:
    """A device before and after it has connected."""
    before = ask(rig, "GET", f"{API}/devices").json["devices"]
    assert [("cbf", "connecting", None)] == [(d["name"], d["state"], d["protocol"]) for d in before]
    rig.connect()
    expected = {
        "name": "cbf",
        "address": "10.0.0.1:7147",
        "state": "synced",
        "since": 1e9,
        "protocol": {"major": 5, "minor": 1, "flags": "BIM"},
        "versions": {"katcp-protocol": ["5.1-MIB", ""]},
        "sensors": 3,
        "statuses": {"unknown": 1, "nominal": 1, "warn": 1},
        "requests": 2,
        "reconnects": 0,
        "error": None,
        "hosted": False,
        "lease": None,
    }
    assert expected == ask(rig, "GET", f"{API}/devices/cbf").json


WIND = {
    "name": "wind.speed",
    "description": "Wind",
    "units": "m/s",
    "type": "float",
    "params": [0.0, 20.0],
    "sampling": "auto",
    "reading": {"timestamp": 1000.5, "status": "nominal", "value": 3.5, "received": 1e9},
}


def test_one_sensor(rig: Rig) -> None:
    """With its reading; null before any has come in; a slash in a name is %2F."""
    rig.connect()
    assert WIND == ask(rig, "GET", f"{API}/devices/cbf/sensors/wind.speed").json
    odd = ask(rig, "GET", f"{API}/devices/cbf/sensors/a%2Fb").json
    assert ("a/b", None) == (odd["name"], odd["reading"])


def test_device_that_went_away_keeps_its_last_values(rig: Rig) -> None:
    """The status says that they are old."""
    rig.connect().cut()
    reading = ask(rig, "GET", f"{API}/devices/cbf/sensors/wind.speed").json["reading"]
    assert WIND["reading"] | {"status": "unreachable"} == reading  # type: ignore[operator]


LISTS = [
    ("", ["a/b", "mode", "wind.speed"], None),
    ("?match=w*", ["wind.speed"], None),
    ("?match=mode&match=/speed$/", ["mode", "wind.speed"], None),
    ("?match=nothing", [], None),
    ("?status=warn", ["mode"], None),
    ("?status=unknown&status=nominal", ["a/b", "wind.speed"], None),
    ("?limit=2", ["a/b", "mode"], "mode"),
    ("?limit=2&after=mode", ["wind.speed"], None),
    ("?limit=3", ["a/b", "mode", "wind.speed"], None),
]


@pytest.mark.parametrize(("query", "names", "following"), LISTS)
def test_list_of_sensors(rig: Rig, query: str, names: list[str], following: str | None) -> None:
    """By name, filtered, in pages."""
    rig.connect()
    answer = ask(rig, "GET", f"{API}/devices/cbf/sensors{query}").json
    assert (names, following) == ([s["name"] for s in answer["sensors"]], answer["next"])


def test_sensors_of_all_devices(rig: Rig) -> None:
    """Each says whose it is; pages go on after `device/sensor`."""
    rig.connect()
    first = ask(rig, "GET", f"{API}/sensors?limit=1&device=c*").json
    assert ([("cbf", "a/b")], "cbf/a/b") == (
        [(s["device"], s["name"]) for s in first["sensors"]],
        first["next"],
    )
    rest = ask(rig, "GET", f"{API}/sensors?after=cbf%2Fa%2Fb").json
    assert ["mode", "wind.speed"] == [s["name"] for s in rest["sensors"]]
    assert [] == ask(rig, "GET", f"{API}/sensors?device=m*").json["sensors"]


def test_requests_from_help(rig: Rig) -> None:
    """What the device can be asked."""
    rig.connect()
    requests = ask(rig, "GET", f"{API}/devices/cbf/requests").json["requests"]
    assert [("capture-start", "Start."), ("watchdog", "Ping.")] == [
        (r["name"], r["description"]) for r in requests
    ]


def test_request_with_informs_and_reply(rig: Rig) -> None:
    """Arguments go as the contract's table says; informs come in order, with their name."""
    device = rig.connect()
    body = b'{"arguments":["a b",1,true,0.5,{"base64":"/w=="}],"timeout":5}'
    connection = open_request(rig, "POST", f"{API}/devices/cbf/requests/capture-start", body)
    assert ["?capture-start[5] a\\_b 1 1 0.5 \\xff"] == device.heard()
    assert b"" == connection.raw()
    rig.clock.advance(0.25)
    device.say(b"#capture-start[5] half \xff\n!capture-start[5] ok 7\n")
    expected = {
        "device": "cbf",
        "request": "capture-start",
        "ok": True,
        "arguments": ["7"],
        "informs": [["capture-start", "half", {"base64": "/w=="}]],
        "duration": 0.25,
    }
    assert expected == connection.answer().json


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (b"!x[5] fail no\\_power\n", 409, "device-failed"),
        (b"!x[5] perhaps\n", 409, "device-failed"),
        (b"!x[5]\n", 409, "device-failed"),
        (b"!x[5] invalid Unknown\\_request\n", 404, "unknown-request"),
        (b"!x[5] fail unknown\\_command\n", 404, "unknown-request"),
    ],
)
def test_request_that_the_device_refuses(rig: Rig, reply: bytes, status: int, code: str) -> None:
    """The device's answer is told apart from the gateway's own failures."""
    device = rig.connect()
    connection = open_request(rig, "POST", f"{API}/devices/cbf/requests/x")
    device.say(reply)
    assert (status, code) == (connection.answer().status, connection.answer().json["code"])


def test_invalid_to_a_request_that_is_listed(rig: Rig) -> None:
    """The device knows it, but not like this."""
    device = rig.connect()
    connection = open_request(rig, "POST", f"{API}/devices/cbf/requests/capture-start")
    device.say(b"!capture-start[5] invalid usage\n")
    problem = connection.answer().json
    assert ("device-invalid", 400, "usage") == (problem["code"], problem["status"], problem["reply"])


def test_request_that_times_out(rig: Rig) -> None:
    """In the time that its sender gave."""
    rig.connect()
    connection = open_request(rig, "POST", f"{API}/devices/cbf/requests/x", b'{"timeout":0.5}')
    rig.clock.advance(0.5)
    problem = connection.answer().json
    assert ("device-timeout", 504, 0.5) == (problem["code"], problem["status"], problem["elapsed"])


def test_request_that_is_lost_in_flight_is_not_repeated(rig: Rig) -> None:
    """The sentence says that it may have been carried out."""
    device = rig.connect()
    connection = open_request(rig, "POST", f"{API}/devices/cbf/requests/x")
    device.cut()
    answer = connection.answer()
    assert (503, "device-disconnected") == (answer.status, answer.json["code"])
    assert "may or may not" in answer.json["detail"]
    assert "2" == answer.headers["retry-after"]
    rig.clock.advance(1)
    assert [] == rig.connect().heard()


def test_browser_that_goes_while_its_request_runs(rig: Rig) -> None:
    """Nothing is left waiting for it."""
    device = rig.connect()
    rig.clock.advance(1)
    assert [] == rig.clock.getDelayedCalls()
    connection = open_request(rig, "POST", f"{API}/devices/cbf/requests/x")
    connection.transport.loseConnection()
    assert [] == [c for c in rig.clock.getDelayedCalls() if "_timed_out" in str(c)]
    device.say(b"!x[5] ok\n")


def test_informs_that_came_by_themselves(rig: Rig) -> None:
    """Kept with number and time; readings and the hello are not among them."""
    device = rig.connect()
    device.say(b"#log warn 1 x hot\n#fpga down\n")
    informs = ask(rig, "GET", f"{API}/devices/cbf/informs").json
    assert [(1, "log", ["warn", "1", "x", "hot"]), (2, "fpga", ["down"])] == [
        (i["seq"], i["name"], i["arguments"]) for i in informs["informs"]
    ]
    assert 2 == informs["next"]
    after = ask(rig, "GET", f"{API}/devices/cbf/informs?after=1&limit=1").json["informs"]
    named = ask(rig, "GET", f"{API}/devices/cbf/informs?name=l*").json["informs"]
    assert (["fpga"], ["log"]) == ([i["name"] for i in after], [i["name"] for i in named])


def test_informs_of_a_level(rig: Rig) -> None:
    """Those of #log that are at least so grave; what has a level of its own making is not hidden."""
    device = rig.connect()
    levels = ["trace", "debug", "info", "warn", "error", "fatal", "panic"]
    device.say("".join(f"#log {level} 1 x y\n" for level in levels).encode(), b"#log\n#fpga down\n")
    for level, shown in (("warn", levels[3:]), ("fatal", levels[5:]), ("all", levels)):
        informs = ask(rig, "GET", f"{API}/devices/cbf/informs?level={level}").json["informs"]
        assert [[one, "1", "x", "y"] for one in shown] + [[]] == [one["arguments"] for one in informs]
    assert [] == ask(rig, "GET", f"{API}/devices/cbf/informs?level=warn&name=fpga").json["informs"]


def test_which_informs_are_kept(rig: Rig) -> None:
    """What a device says of itself and of others who are connected: not the hello, readings, or answers to us."""
    device = rig.connect()
    said = [
        b"#log info 1 x y",
        b"#interface-changed request-list",
        b"#client-connected 10.0.0.9:4000",
        b"#client-disconnected 10.0.0.9:4000",
        b"#sensor-status 1 1 mode nominal on",
        b"#help[77] late inform",
        b"#build-state x",
        b"#version-connect katcp-protocol 5.1-MIB",
        b"#disconnect bye",
    ]
    device.say(b"\n".join(said) + b"\n")
    kept = ask(rig, "GET", f"{API}/devices/cbf/informs").json["informs"]
    names = ["log", "interface-changed", "client-connected", "client-disconnected", "disconnect"]
    assert names == [one["name"] for one in kept]


ERRORS: list[tuple[str, str, bytes, dict[str, str], int, str]] = [
    ("GET", "/devices/nope", b"", {}, 404, "unknown-device"),
    ("GET", "/devices/nope/sensors", b"", {}, 404, "unknown-device"),
    ("GET", "/devices/cbf/sensors/nope", b"", {}, 404, "unknown-sensor"),
    ("GET", "/nope", b"", {}, 404, "not-found"),
    ("GET", "/devices/cbf/", b"", {}, 404, "not-found"),
    ("GET", "/devices//", b"", {}, 404, "not-found"),
    ("DELETE", "/devices", b"", {}, 405, "method-not-allowed"),
    ("GET", "/devices/cbf/requests/watchdog", b"", {}, 405, "method-not-allowed"),
    ("GET", "/devices/%ff", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/sensors?match=%ff", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/sensors?match=/(/", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/sensors?mtch=x", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/sensors?limit=0", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/sensors?limit=10001", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/sensors?limit=1&limit=2", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/sensors?status=good", b"", {}, 400, "bad-request"),
    ("GET", "/sensors?device=none&status=good", b"", {}, 400, "bad-request"),
    ("GET", "/sensors?device=none&match=/(/", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/informs?after=x", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/informs?level=off", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/informs?level=loud", b"", {}, 400, "bad-request"),
    ("GET", "?x=1", b"", {}, 400, "bad-request"),
    ("GET", "/devices?x=1", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf?x=1", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/requests?x=1", b"", {}, 400, "bad-request"),
    ("GET", "/devices/cbf/sensors/mode?x=1", b"", {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x?timeout=1", b"", {}, 400, "bad-request"),
    ("GET", "/ws", b"", {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b"{", {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b"\xff", {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b"[" * 900, {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b"[]", {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b'{"arguments":1}', {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b'{"argument":[]}', {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b'{"timeout":0}', {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b'{"timeout":1e9}', {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b'{"timeout":1e400}', {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x", b'{"timeout":NaN}', {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/a%20b", b"", {}, 400, "bad-request"),
    ("POST", "/devices/cbf/requests/x%0A%3Fhalt", b"", {}, 400, "bad-request"),
    (
        "POST",
        "/devices/cbf/requests/x",
        b"a=1",
        {"content_type": "text/plain"},
        415,
        "unsupported-media-type",
    ),
    ("POST", "/devices/cbf/requests/halt", b"", {}, 428, "confirm-required"),
    ("POST", "/devices/cbf/requests/halt", b'{"confirm":"yes"}', {}, 428, "confirm-required"),
    (
        "POST",
        "/devices/cbf/requests/sensor-sampling",
        b'{"arguments":["a","auto"]}',
        {},
        409,
        "reserved-request",
    ),
    ("POST", "/devices/cbf/requests/sensor-sampling-clear", b"", {}, 409, "reserved-request"),
    ("POST", "/devices/cbf/requests/bulk-sampling", b"", {}, 409, "reserved-request"),
    ("POST", "/devices/cbf/requests/x", b"{}" + b" " * 1000, {}, 413, "too-large"),
    ("GET", "/devices", b"", {"host": "evil.example"}, 403, "forbidden"),
    ("GET", "/devices", b"", {"origin": "http://evil.example"}, 403, "forbidden"),
    ("GET", "/ws", b"", {"origin": "http://evil.example", "upgrade": "websocket"}, 403, "forbidden"),
    ("POST", "/devices/cbf/requests/x", b"{}", {"origin": "http://evil.example"}, 403, "forbidden"),
]


@pytest.mark.parametrize(("method", "path", "body", "headers", "status", "code"), ERRORS)
def test_bad_input_gets_a_clear_error_and_disturbs_nothing(
    rig: Rig, method: str, path: str, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    """Each is a problem with a sentence, and the device hears nothing of it."""
    device = rig.connect()
    answer = ask(rig, method, API + path, body, **headers)
    assert status == answer.status
    assert "application/problem+json" == answer.headers["content-type"]
    assert (code, status) == (answer.json["code"], answer.json["status"])
    assert len(answer.json["detail"]) > 10
    assert [] == device.heard()
    assert "synced" == ask(rig, "GET", f"{API}/devices/cbf").json["state"]


def test_refusal_is_in_the_log(rig: Rig, logged: list[LogEvent]) -> None:
    """An operator sees who asked for what, and why it was refused."""
    ask(rig, "GET", f"{API}/devices/nope")
    [event] = [e for e in logged if e.get("code") == 404]
    assert "no device is called" in event["why"]


@pytest.mark.parametrize("path", ["/sensors/x", "/sensors", "/requests"])
def test_device_whose_lists_are_not_known(rig: Rig, path: str) -> None:
    """`unknown` would be a guess: it is not connected."""
    answer = ask(rig, "GET", f"{API}/devices/cbf{path}")
    assert (503, "device-disconnected") == (answer.status, answer.json["code"])


def test_request_while_the_device_is_away(rig: Rig) -> None:
    """Nothing is queued."""
    answer = ask(rig, "POST", f"{API}/devices/cbf/requests/x", b"{}")
    assert (503, "device-disconnected") == (answer.status, answer.json["code"])


def test_integer_that_python_will_not_print(rig: Rig) -> None:
    """Four thousand hex digits from one device must not spoil the lists of all."""
    rig.connect().say(b"#sensor-list x\n")
    description = SensorDescription("huge", "", "", "integer")
    rig.hub.change_sensors("cbf", [description], [])
    value = decode_value(description.katcp_type, b"0x" + b"f" * 4000)
    rig.hub.publish("cbf", "huge", Reading(0.0, Status.NOMINAL, value))
    shown = ask(rig, "GET", f"{API}/devices/cbf/sensors/huge").json["reading"]["value"]
    assert "0x" + "f" * 4000 == shown
