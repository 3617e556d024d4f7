"""How many sensors of a device have each status, as browsers are told."""

from typing import Any

from tests.api.rig import FakeSocket, Rig
from tests.support import Wire


def counts(socket: FakeSocket) -> list[Any]:
    """Return the counts that a browser was told since the last call."""
    return [device["statuses"] for m in socket.take() for device in m["params"]["devices"]]


def say(device: Wire, *readings: bytes) -> None:
    for reading in readings:
        device.say(b"#sensor-status 1000 1 %b\n" % reading)


def test_other_counts_are_told_once_a_second(rig: Rig, socket: FakeSocket) -> None:
    """However often they change; what is as it was is not told, whatever the values did."""
    device = rig.connect()
    result = socket.call("devices.subscribe")[-1]["result"]
    assert {"unknown": 1, "nominal": 1, "warn": 1} == result["devices"][0]["statuses"]
    rig.clock.advance(0.05)
    socket.take()
    for _ in range(10):
        say(device, b"mode error on", b"wind.speed warn 1", b"wind.speed error 1")
        rig.clock.advance(0.09)
    assert [] == counts(socket)
    rig.clock.pump([0.1, 0.1])
    assert [{"unknown": 1, "error": 2}] == counts(socket)
    for value in (b"1", b"2"):
        say(device, b"mode nominal on", b"mode error off", b"wind.speed error " + value)
        rig.clock.pump([0.5, 0.5, 0.5])
    assert [] == counts(socket)


def test_state_of_a_device_comes_with_its_counts(rig: Rig, socket: FakeSocket) -> None:
    """At once, and they are not told once more by themselves."""
    device = rig.connect()
    socket.call("devices.subscribe")
    rig.clock.advance(0.05)
    socket.take()
    device.cut()
    rig.clock.advance(0.05)
    [first] = socket.take()
    rig.clock.pump([0.1] * 15)
    told = [first["params"]["devices"][0], *(m["params"]["devices"][0] for m in socket.take())]
    assert [{"unknown": 1, "unreachable": 2}] * len(told) == [one["statuses"] for one in told]
    assert ["sleeping", "connecting"] == [one["state"] for one in told]


def test_nobody_counts_for_nobody(rig: Rig) -> None:
    """There is a timer while somebody has subscribed, however many, and one for all."""
    rig.connect()
    rig.clock.advance(10)
    assert [] == rig.clock.getDelayedCalls()
    first, second = FakeSocket(rig), FakeSocket(rig)
    for socket in (first, second, first):
        socket.call("devices.subscribe")
    rig.clock.advance(10)
    assert 1 == len(rig.clock.getDelayedCalls())
    first.call("unsubscribe", sub=0)
    assert 1 == len(rig.clock.getDelayedCalls())
    second.session.closed()
    assert [] == rig.clock.getDelayedCalls()


def test_change_while_nobody_watched_is_no_news(rig: Rig, socket: FakeSocket) -> None:
    """Who subscribes is told how it is, and only then of changes."""
    device = rig.connect()
    rig.clock.advance(0.05)
    socket.call("devices.subscribe")
    socket.call("unsubscribe", sub=0)
    say(device, b"mode error on")
    socket.call("devices.subscribe")
    rig.clock.pump([0.5] * 4)
    assert [] == counts(socket)
