"""No message of a WebSocket is larger than limits.frame, whatever a device or a browser says."""

import json
from dataclasses import replace
from typing import Any

import pytest

from katgate.api.fitting import FRAME_LIMIT, device_pages
from katgate.api.wire import device_json
from katgate.katcp.reading import Reading, SensorDescription, Status
from tests.api.rig import FakeSocket, Rig, short

#: The worst that JSON makes of a byte.
CONTROL = b"\\e"


@pytest.fixture
def sizes(socket: FakeSocket, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of all messages that are sent."""
    seen: list[int] = []
    send = socket.send_text

    def note(payload: bytes) -> None:
        seen.append(len(payload))
        send(payload)

    monkeypatch.setattr(socket, "send_text", note)
    return seen


def add_many(rig: Rig, count: int) -> None:
    """Let a device have sensors that are described at length."""
    rig.hub.change_sensors(
        "big", [SensorDescription(f"s{n:05}", "x" * 300, "V", "integer") for n in range(count)], []
    )


def test_many_sensors(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """The answer has as many as fit, the others are announced before the snapshot; each once."""
    add_many(rig, 5000)
    result, *more = socket.call("sensors.subscribe", device="big", sensors=["*"])
    assert result["result"]["more"]
    announced = [m for m in more if m["method"] == "sensors"]
    names = [s["name"] for s in result["result"]["sensors"]]
    names += [s["name"] for m in announced for s in m["params"]["added"]]
    assert [f"s{n:05}" for n in range(5000)] == names
    assert ["sensors"] * len(announced) == [m["method"] for m in more[: len(announced)]]
    rows = [row for m in more[len(announced) :] for row in m["params"]["readings"]["big"]]
    assert 5000 == len(rows)
    assert max(sizes) <= FRAME_LIMIT


def test_many_sensors_of_a_browser_that_returns(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """It is told all of them again, and goes on where it was."""
    add_many(rig, 5000)
    socket.call("sensors.subscribe", 1, device="big", sensors=["*"])
    socket.session.closed()
    again = FakeSocket(rig)
    again.take()
    since = {"epoch": "e1", "seq": 0}
    result, *more = again.call("sensors.subscribe", 2, device="big", sensors=["*"], since=since)
    assert result["result"]["resumed"]
    assert ["sensors"] * len(more) == [m["method"] for m in more]
    assert 5000 == len(result["result"]["sensors"]) + sum(len(m["params"]["added"]) for m in more)


def test_many_sensors_that_come_and_go(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """Announced in pages, each sensor once; also to one that was paused until the ring had moved on."""
    socket.call("sensors.subscribe", device="*", sensors=["*"])
    late = FakeSocket(rig)
    late.call("sensors.subscribe", device="*", sensors=["*"], strategy="auto")
    late.session.paused()
    add_many(rig, 5000)
    rig.hub.change_sensors("big", [], [f"s{n:05}" for n in range(2500)])
    came = [m["params"] for m in socket.take()]
    assert 5000 == sum(len(p["added"]) for p in came)
    assert 2500 == sum(len(p["removed"]) for p in came)
    for n in range(1100):
        rig.clock.advance(1)
        rig.hub.publish("big", "s04000", Reading(n, Status.NOMINAL, n))
        rig.hub.flush_soon()
    late.session.resumed()
    told = [m["params"] for m in late.take() if m["method"] == "sensors"]
    assert {f"s{n:05}" for n in range(2500, 5000)} == {s["name"] for p in told for s in p["added"]}
    assert max(sizes) <= FRAME_LIMIT


@pytest.mark.parametrize("text", [b"x" * 1_500_000, CONTROL * 200_000, b"\xff" * 900_000])
def test_long_reading(rig: Rig, socket: FakeSocket, sizes: list[int], text: bytes) -> None:
    """It is told, with how long its value is; REST has the value."""
    device = rig.connect()
    device.say(b"#sensor-status 1 1 a/b nominal " + text + b"\n")
    _, snapshot = socket.call("sensors.subscribe", device="cbf", sensors=["a/b"], strategy="auto")
    rig.clock.advance(1)
    device.say(b"#sensor-status 2 1 a/b warn " + text + b"\n")
    [update] = socket.take()
    size = len(text) // len(CONTROL) if text.startswith(CONTROL) else len(text)
    rows = [m["params"]["readings"]["cbf"][0] for m in (snapshot, update)]
    assert [["a/b", 1.0, "nominal", {"omitted": size}], ["a/b", 2.0, "warn", {"omitted": size}]] == [
        row[:4] for row in rows
    ]
    assert max(sizes) <= FRAME_LIMIT


@pytest.mark.parametrize("text", [b"x" * 1_500_000, CONTROL * 200_000, b"\\@ " * 400_000, b"\xff" * 900_000])
def test_long_words(rig: Rig, socket: FakeSocket, sizes: list[int], text: bytes) -> None:
    """Informs and replies: what fits, and how much is missing."""
    device = rig.connect()
    socket.call("informs.subscribe", device="cbf")
    socket.call("request", 2, device="cbf", request="x")
    device.say(b"#log info 1 name " + text + b"\n#x[5] begin " + text + b"\n!x[5] ok done " + text + b"\n")
    rig.clock.advance(1)
    sent = short(socket.take())
    by_kind = {message[0]: message[-1] for message in sent}
    assert 3 == len(sent)
    for words in (
        by_kind["request.inform"]["inform"],
        by_kind["result"]["arguments"],
        by_kind["informs"]["informs"][0],
    ):
        assert words[-1]["omitted"] > 100_000
    assert 1 == by_kind["result"]["omitted"]
    assert max(sizes) <= FRAME_LIMIT


def test_long_inform_after_others(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """It does not join a page that it does not fit into."""
    device = rig.connect()
    socket.call("informs.subscribe", device="cbf")
    socket.session.paused()
    device.say(*[b"#log info 1 a " + CONTROL * 1000 + b"\n" for _ in range(50)])
    device.say(b"#log info 1 a " + CONTROL * 173_000 + b"\n")
    rig.clock.advance(0.1)
    socket.session.resumed()
    assert 51 == sum(len(m["params"]["informs"]) for m in socket.take() if m.get("method") == "informs")
    assert max(sizes) <= FRAME_LIMIT


def test_many_sensors_of_few_words(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """What stands between the descriptions counts too."""
    rig.hub.change_sensors("big", [SensorDescription(f"s{n}", "", "", "integer") for n in range(20_000)], [])
    socket.call("sensors.subscribe", device="big", sensors=["*"])
    assert max(sizes) <= FRAME_LIMIT


def test_many_informs_of_a_request(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """They came one by one, so the result need not repeat what would make it too large."""
    device = rig.connect()
    socket.call("request", 2, device="cbf", request="x")
    for _ in range(30):
        device.say(b"#x[5] " + b"x" * 50_000 + b"\n")
    device.say(b"!x[5] ok 30\n")
    *informs, result = socket.take()
    assert 30 == len(informs)
    assert (["30"], [], 30) == tuple(result["result"][key] for key in ("arguments", "informs", "omitted"))
    assert max(sizes) <= FRAME_LIMIT


@pytest.mark.parametrize("text", [b"x" * 1_500_000, CONTROL * 500_000])
def test_long_words_of_an_error(rig: Rig, socket: FakeSocket, sizes: list[int], text: bytes) -> None:
    """The beginning says what went wrong."""
    device = rig.connect()
    socket.call("request", 2, device="cbf", request="x")
    device.say(b"!x[5] fail " + text + b"\n")
    [(kind, *_)] = short(socket.take())
    assert "error" == kind
    assert max(sizes) <= FRAME_LIMIT


def test_long_method(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """A browser's own words come back shortened."""
    assert [("error", 1, -32601, "not-found")] == short(socket.call("\x01" * 150_000))
    assert max(sizes) <= FRAME_LIMIT


def test_many_names_in_subscriptions(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """They are shown in part."""
    names = [f"a-sensor-with-quite-a-name.{n}" for n in range(10_000)]
    for n in range(100):
        socket.call("sensors.subscribe", n, device=f"d{n}", sensors=names)
    [(_, _, result)] = short(socket.call("subscriptions", "s"))
    assert 100 == len(result["subscriptions"])
    assert {10_000} == {len(s["sensors"]) + s["omitted"] for s in result["subscriptions"]}
    assert max(sizes) <= FRAME_LIMIT


def test_sensors_described_at_length(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """One that is described by a megabyte is named in its list."""
    long: list[Any] = [
        SensorDescription("description", "\x01" * 200_000, "V", "integer"),
        SensorDescription("params", "", "V", "discrete", tuple(f"option-{n}" for n in range(100_000))),
        SensorDescription("units", "", "V" * 2_000_000, "T" * 2_000_000),
    ]
    rig.hub.change_sensors("big", long, [])
    result, _ = socket.call("sensors.subscribe", device="big", sensors=["*"])
    assert ["description", "params", "units"] == [s["name"] for s in result["result"]["sensors"]]
    assert max(sizes) <= FRAME_LIMIT


def test_ping_gives_back_all_that_could_be_sent(rig: Rig, socket: FakeSocket, sizes: list[int]) -> None:
    """A message that may come in may also go out."""
    text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": ""})
    socket.call("ping", params="x" * (FRAME_LIMIT - len(text) - 20))
    assert max(sizes) <= FRAME_LIMIT


def test_many_devices(rig: Rig) -> None:
    """They come in lists that fit, whatever they say of themselves."""
    view = replace(
        rig.fleet["cbf"].view(),
        error="\x01" * 1_000_000,
        versions={f"{n}" + "\x01" * 1000: ["\x01" * 1000, "x"] for n in range(10_000)},
    )
    pages = list(device_pages(device_json(view) for _ in range(50)))
    assert 50 == sum(len(page) for page in pages)
    assert max(sum(len(bytes(one)) for one in page) for page in pages) < FRAME_LIMIT
    assert [[]] == list(device_pages([]))
