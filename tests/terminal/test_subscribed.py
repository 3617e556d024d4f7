"""What is subscribed at a katgate, over lost connections: the calls that are made, and what is told."""

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from katgate.errors import DeviceNotConnected, GatewayRefused
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.terminal.mailbox import Mailbox
from katgate.terminal.source import Away, Event, Here, Informed, Listed, Noticed, Read
from katgate.terminal.subscribed import SubscribedInforms, SubscribedSensors
from tests.support import outcome

A = {"name": "a", "description": "", "units": "K", "type": "float", "params": [], "device": "cbf"}
ABOUT_A = SensorDescription("a", "", "K", "float")


class FakeGateway:
    """Answers calls as it was told to, in order, and notes them."""

    address = "http://katgate"

    def __init__(self, *results: Any, state: str = "synced", error: str | None = None) -> None:
        device = {"name": "cbf", "state": state, "error": error}
        self.results: list[Any] = [{"devices": [device]}, None, *results]
        self.calls: list[tuple[str, Any]] = []
        self.subs: list[int] = []
        self.on_notification: Any = None

    def call(self, method: str, params: Any) -> "Deferred[Any]":
        """Answer."""
        self.calls.append((method, params))
        return succeed(self.results.pop(0))


def subscribed(*, resumed: bool = False, **more: Any) -> dict[str, Any]:
    """Return the result of `sensors.subscribe`."""
    return {"sub": 1, "epoch": "e", "seq": 4, "sensors": [A], "resumed": resumed} | more


def snapshot(seq: int, value: Any) -> dict[str, Any]:
    """Return a notification of the one reading of a."""
    return {"sub": 1, "seq": seq, "snapshot": True, "readings": {"cbf": [["a", 1.0, "nominal", value, 1.1]]}}


class Rig:
    """A subscription and what it tells."""

    def __init__(self, kind: Any = SubscribedSensors) -> None:
        self.clock = Clock()
        self.mailbox: Mailbox[Event] = Mailbox(self.clock)
        wish = () if kind is SubscribedInforms else (["a"], "event")
        self.subscribed = kind("cbf", *wish, self.mailbox, self.clock)

    def begin(self, gateway: FakeGateway) -> "Deferred[None]":
        """Begin on a connection."""
        return Deferred.fromCoroutine(self.subscribed.begin(gateway))


def test_the_present_and_what_comes() -> None:
    """It has begun when the last page of the snapshot is there."""
    rig, gateway = Rig(), FakeGateway(subscribed())
    begun = rig.begin(gateway)
    page = snapshot(4, "nan")
    del page["seq"]
    gateway.on_notification("readings", page | {"more": True})
    assert not begun.called
    gateway.on_notification("readings", snapshot(4, 1.5))
    assert begun.called
    gateway.on_notification(
        "readings", {"sub": 1, "seq": 5, "conflated": 3, "readings": {"cbf": [["a", 2.0, "warn", 2]]}}
    )
    assert [
        Here(),
        Listed((ABOUT_A,)),
        Read("a", Reading(1.0, Status.NOMINAL, "nan")),
        Read("a", Reading(1.0, Status.NOMINAL, 1.5)),
        Read("a", Reading(2.0, Status.WARN, 2)),
        Noticed("3 readings were replaced by newer ones: too slow"),
    ] == rig.mailbox.take_now()
    assert [1] == gateway.subs


def test_goes_on_after_the_last_number() -> None:
    """While the katgate is away nothing is current; when it has kept the place, all is as it was."""
    rig, gateway = Rig(), FakeGateway(subscribed())
    rig.begin(gateway)
    gateway.on_notification("readings", snapshot(6, 1.5))
    rig.subscribed.lost("gone")
    again = FakeGateway(subscribed(resumed=True))
    rig.mailbox.take_now()
    assert rig.begin(again).called
    assert {"epoch": "e", "seq": 6} == again.calls[-1][1]["since"]
    assert [Here(), Read("a", Reading(1.0, Status.NOMINAL, 1.5))] == rig.mailbox.take_now()


def test_that_nothing_is_current_is_told_once() -> None:
    """A katgate that is away for an hour is tried hundreds of times: a file shall not hold a line of each sensor for
    each.
    """
    rig, gateway = Rig(), FakeGateway(subscribed())
    rig.begin(gateway)
    gateway.on_notification("readings", snapshot(6, 1.5))
    rig.mailbox.take_now()
    for why in ("gone", "nobody listens", "nobody listens"):
        rig.subscribed.lost(why)
    assert [
        Away("gone"),
        Read("a", Reading(1.0, Status.UNREACHABLE, 1.5)),
        Away("nobody listens"),
    ] == rig.mailbox.take_now()


def test_sensors_that_went_meanwhile_are_gone() -> None:
    """A katgate that was restarted lists anew; what it does not name is not there."""
    rig, gateway = Rig(), FakeGateway(subscribed())
    rig.begin(gateway)
    gateway.on_notification("readings", snapshot(6, 1.5))
    rig.mailbox.take_now()
    rig.subscribed.lost("gone")
    again = FakeGateway(subscribed(sensors=[], epoch="f"))
    begun = rig.begin(again)
    again.on_notification("readings", {"sub": 1, "seq": 0, "snapshot": True, "readings": {}})
    assert begun.called
    assert [
        Away("gone"),
        Read("a", Reading(1.0, Status.UNREACHABLE, 1.5)),
        Here(),
        Listed((), ("a",)),
    ] == rig.mailbox.take_now()


def test_a_device_that_is_not_known_there() -> None:
    """The names that are help who has mistyped."""
    rig, gateway = Rig(), FakeGateway()
    rig.subscribed.device = "cbg"
    [error] = outcome(rig.begin(gateway))
    assert isinstance(error, GatewayRefused)
    assert "has no device 'cbg'; it has cbf" in str(error)


def test_a_device_that_the_katgate_has_no_more() -> None:
    """Removed while it is watched it may come back; a katgate that was restarted without it has no such device."""
    rig, gateway = Rig(SubscribedInforms), FakeGateway({"sub": 2, "epoch": "e", "seq": 7})
    outcome(rig.begin(gateway))
    gateway.on_notification("devices", {"devices": [], "removed": ["cbf"]})
    gateway.on_notification("devices", {"devices": [{"name": "cbf", "state": "synced", "error": None}]})
    assert [Here(), Away("the katgate does not have it any more"), Here()] == rig.mailbox.take_now()
    rig.subscribed.lost("gone")
    again = FakeGateway()
    again.results[0] = {"devices": [{"name": "sdp", "state": "synced", "error": None}]}
    [error] = outcome(rig.begin(again))
    assert "has no device 'cbf'; it has sdp" in str(error)


def test_a_device_that_is_removed_while_it_is_waited_for() -> None:
    """What is said then is not the defect of ours that it would be to look for it."""
    rig, gateway = Rig(), FakeGateway(state="connecting")
    begun = rig.begin(gateway)
    gateway.on_notification("devices", {"devices": [], "removed": ["cbf"]})
    rig.clock.advance(10)
    [error] = outcome(begun)
    assert "does not have it any more" in str(error)


def test_a_device_that_is_away_at_first() -> None:
    """One that sleeps has been tried; one that connects is waited for, a while."""
    rig = Rig()
    begun = rig.begin(FakeGateway(state="sleeping", error="nobody at home"))
    rig.clock.advance(0)
    [error] = outcome(begun)
    assert isinstance(error, DeviceNotConnected)
    assert "nobody at home" in str(error)
    rig, gateway = Rig(), FakeGateway(subscribed(), state="connecting")
    begun = rig.begin(gateway)
    assert "sensors.subscribe" not in dict(gateway.calls)
    gateway.on_notification("devices", {"devices": [{"name": "cbf", "state": "synced", "error": None}]})
    assert "sensors.subscribe" in dict(gateway.calls)
    assert not rig.clock.getDelayedCalls()
    rig.subscribed.lost("gone")
    outcome(begun)


def test_informs_and_those_left_out() -> None:
    """What the device said, with the time at which the katgate heard it."""
    rig = Rig(SubscribedInforms)
    gateway = FakeGateway({"sub": 2, "epoch": "e", "seq": 7, "resumed": False})
    outcome(rig.begin(gateway))
    informs = [["cbf", 5.0, "log", "warn", {"base64": "/w=="}]]
    gateway.on_notification("informs", {"sub": 2, "seq": 9, "informs": informs, "dropped": 2})
    assert [
        Here(),
        Noticed("2 informs were left out: too slow"),
        Informed(5.0, Message.inform("log", "warn", b"\xff")),
    ] == rig.mailbox.take_now()
    assert {"epoch": "e", "seq": 9} == rig.subscribed.since
