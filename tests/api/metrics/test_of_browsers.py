"""Metrics of browsers."""

from typing import Any

import pytest
from twisted.internet.task import Clock

from katgate.api.metrics.of_browsers import browser_families
from katgate.api.visitors import Account, Kind, Sent, Visitors
from katgate.hub.hub import Hub
from tests.api.follower import Follower
from tests.api.metrics.scraped import Scraped, scrape
from tests.api.rig import Rig
from tests.hub.rig import TupleEncoder


class Someone:
    """A browser of which all is said beforehand."""

    caller = None
    address = "10.0.0.1"
    agent = ""

    def __init__(self, queued: int, lag_s: float = 0.0, kind: Kind = Kind.WEBSOCKET) -> None:
        self.kind = kind
        self._account = Account(Sent(1, 10, 100, 1000, 10_000), queued, lag_s, {"sensors.subscribe": 2})

    def account(self) -> Account:
        return self._account

    def dismiss(self) -> None:
        raise AssertionError


def told(visitors: Visitors) -> Scraped:
    """Return the metrics of these."""
    return Scraped(browser_families(visitors, Hub(Clock(), lambda: 0.0, TupleEncoder())))


def test_nobody_is_here() -> None:
    """Every metric is there from the first, or a rate would miss the first that is counted."""
    nobody = told(Visitors(lambda: 0.0))
    zero = {"websocket": 0, "events": 0}
    for name in ("browsers_joined", "browsers_cut", "messages_sent", "sent_bytes", "readings_sent"):
        assert zero == nobody.all(f"katgate_{name}_total")
    assert zero == nobody.all("katgate_browsers")
    assert (
        0 == nobody.one("katgate_browser_queued_p95_bytes") == nobody.one("katgate_browser_queued_max_bytes")
    )
    assert 0 == nobody.one("katgate_browser_lag_max_seconds")


def test_what_waits_for_them() -> None:
    """In all, for the slowest, and for 95 of a hundred."""
    visitors = Visitors(lambda: 0.0)
    for number in range(100):
        visitors.enter(Someone(number + 1, 7.0 if number == 50 else 0.0))
    many = told(visitors)
    assert 5050 == many.one("katgate_browser_queued_bytes")
    assert 100 == many.one("katgate_browser_queued_max_bytes")
    assert 95 == many.one("katgate_browser_queued_p95_bytes")
    assert 7.0 == many.one("katgate_browser_lag_max_seconds")
    assert 1 == many.one("katgate_browsers_behind")
    assert 200 == many.all("katgate_subscriptions")["sensors.subscribe"]


def test_one_that_has_gone() -> None:
    """What it was sent stays counted, and nothing else."""
    visitors = Visitors(lambda: 0.0)
    leave = visitors.enter(Someone(5, 1.0))
    visitors.enter(Someone(0, kind=Kind.EVENTS))
    before = told(visitors)
    leave()
    after = told(visitors)
    for name, sent in [
        ("messages_sent", 1),
        ("sent_bytes", 10),
        ("readings_sent", 100),
        ("readings_conflated", 1000),
        ("informs_dropped", 10_000),
    ]:
        name = f"katgate_{name}_total"
        assert {"websocket": sent, "events": sent} == before.all(name) == after.all(name)
    assert {"websocket": 0, "events": 1} == after.all("katgate_browsers")
    assert {"websocket": 1, "events": 1} == after.all("katgate_browsers_joined_total")
    assert 0 == after.one("katgate_browser_queued_bytes")


def test_event_stream(rig: Rig) -> None:
    """As a gateway tells of it: it comes, is sent readings, takes nothing for a minute and is cut."""
    device = rig.connect()
    Follower(rig)
    device.say(b"#sensor-status 1002 1 wind.speed nominal 4\n")
    rig.clock.advance(0.02)
    here = scrape(rig)
    assert 1 == here.all("katgate_browsers")["events"] == here.all("katgate_subscriptions")["stream"]
    assert 1 == here.all("katgate_readings_sent_total")["events"] == here.one("katgate_streams")
    [visit] = rig.visitors
    events: Any = visit.visitor
    events.pauseProducing()
    rig.clock.advance(30)
    assert pytest.approx(30) == scrape(rig).one("katgate_browser_lag_max_seconds")
    rig.clock.advance(31)
    gone = scrape(rig)
    assert 0 == gone.all("katgate_browsers")["events"]
    assert 1 == gone.all("katgate_browsers_cut_total")["events"]
    assert 1 == gone.all("katgate_readings_sent_total")["events"]
