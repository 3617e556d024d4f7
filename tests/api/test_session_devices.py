"""Devices that come and go, as a browser sees it."""

from typing import Any

import pytest

from katgate.errors import UnknownDevice
from tests.api.rig import FakeSocket, Rig, short


def test_device_that_is_removed(rig: Rig, socket: FakeSocket) -> None:
    """Its connection is closed, its sensors and itself go; nothing of it is left."""
    device = rig.connect()
    socket.call("sensors.subscribe", 1, device="*", sensors=["*"])
    socket.call("devices.subscribe", 2)
    rig.clock.advance(1)
    socket.take()
    closed: list[Any] = []
    rig.fleet.remove("cbf").addCallback(closed.append)
    device.cut()
    rig.clock.advance(0.05)
    assert [None] == closed
    told = short(socket.take())
    assert ["readings", "sensors", "devices"] == [method for method, _ in told]
    assert 3 == len(told[1][1]["removed"])
    assert {"sub": 0, "devices": [], "removed": ["cbf"]} == told[2][1]
    socket.call("unsubscribe", sub=0)
    assert [] == rig.clock.getDelayedCalls()
    with pytest.raises(UnknownDevice):
        rig.fleet["cbf"]


def test_device_that_is_removed_and_comes_at_once(rig: Rig, socket: FakeSocket) -> None:
    """For a browser it has changed; and what the old one still does is no news of the new one."""
    device = rig.connect()
    socket.call("devices.subscribe", 2)
    rig.clock.advance(1)
    socket.take()
    rig.fleet.remove("cbf")
    rig.add_device()
    device.cut()
    rig.clock.advance(0.05)
    [(method, params)] = short(socket.take())
    assert ("devices", [("cbf", "connecting")]) == (
        method,
        [(one["name"], one["state"]) for one in params["devices"]],
    )
    assert "removed" not in params
