"""Session: a browser whose connection was lost goes on where it was."""

from typing import Any

import pytest

from tests.api.rig import FakeSocket, Rig


def test_resume(rig: Rig, socket: FakeSocket) -> None:
    """The browser goes on where it was: what came meanwhile, and no snapshot."""
    device = rig.connect()
    result, _ = socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    device.say(b"#sensor-status 1002 1 mode nominal off\n")
    rig.clock.advance(0.02)
    assert 1 == socket.take()[-1]["params"]["seq"]
    socket.session.closed()
    device.say(b"#sensor-status 1003 1 mode nominal on\n")
    rig.clock.advance(1)
    again = FakeSocket(rig)
    again.take()
    since = {"epoch": result["result"]["epoch"], "seq": 1}
    resumed, update = again.call("sensors.subscribe", device="cbf", sensors=["*"], since=since)
    assert (True, 1, 1) == tuple(resumed["result"][key] for key in ("resumed", "seq", "sub"))
    assert 3 == len(resumed["result"]["sensors"])
    assert (2, {"cbf": [["mode", 1003.0, "nominal", "on"]]}) == (
        update["params"]["seq"],
        update["params"]["readings"],
    )


@pytest.mark.parametrize(
    "since", [{"epoch": "e0", "seq": 0}, {"epoch": "e1", "seq": 7}, {"epoch": "e1", "seq": -1}]
)
def test_resume_from_nowhere(rig: Rig, socket: FakeSocket, since: dict[str, Any]) -> None:
    """Another process's numbers, or numbers that never were: a fresh snapshot."""
    rig.connect()
    socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    socket.session.closed()
    again = FakeSocket(rig)
    again.take()
    result, snapshot = again.call("sensors.subscribe", device="cbf", sensors=["*"], since=since)
    assert (False, True) == (result["result"]["resumed"], snapshot["params"]["snapshot"])


def test_resume_of_what_is_subscribed_already(rig: Rig, socket: FakeSocket) -> None:
    """The same wish twice on one connection gets a fresh snapshot, whatever it says of before."""
    rig.connect()
    result, _ = socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    since = {"epoch": result["result"]["epoch"], "seq": 0}
    again, snapshot = socket.call("sensors.subscribe", 2, device="cbf", sensors=["*"], since=since)
    assert (False, True) == (again["result"]["resumed"], snapshot["params"]["snapshot"])


def test_resume_after_unsubscribe(rig: Rig, socket: FakeSocket) -> None:
    """A wish that was given up has ended at once: there is nothing to go on with."""
    rig.connect()
    result, _ = socket.call("sensors.subscribe", device="cbf", sensors=["*"])
    socket.call("unsubscribe", 2, sub=1)
    since = {"epoch": result["result"]["epoch"], "seq": 0}
    again, _ = socket.call("sensors.subscribe", 3, device="cbf", sensors=["*"], since=since)
    assert not again["result"]["resumed"]
