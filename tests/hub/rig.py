"""A hub on a fake clock, browsers that keep what they are sent, and frames that tests can read."""

import json
from collections.abc import Sequence
from typing import Any

from twisted.internet.task import Clock

from katgate.hub.hub import Hub
from katgate.hub.known import KnownSensor
from katgate.hub.outbox import Outbox
from katgate.hub.selection import Selection
from katgate.hub.status_changes import STATUS, StatusChanges
from katgate.hub.stream import Stream, Wish
from katgate.hub.telling import Rows
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.katcp.sampling import Strategy


class TupleEncoder:
    """Writes frames as JSON lists that tests can read."""

    def row(self, known: KnownSensor, reading: Reading) -> bytes:
        return json.dumps([known.name, reading.value, reading.status.value]).encode()

    def readings(self, sub: int, rows: Rows, seq: int, first: int, conflated: int) -> bytes:
        shown = {device: [json.loads(row) for row in its_rows] for device, its_rows in rows.items()}
        return json.dumps(["readings", [first, seq], shown, conflated]).encode()

    def snapshot_row(self, row: bytes, received: float | None) -> bytes:
        return row

    def no_reading(self, known: KnownSensor) -> bytes:
        return json.dumps([known.name, None, None]).encode()

    def snapshot(self, sub: int, rows: Rows, seq: int | None) -> bytes:
        listed = [[device, *json.loads(row)] for device, its_rows in rows.items() for row in its_rows]
        return json.dumps(["snapshot", seq, listed]).encode()

    def description(self, known: KnownSensor) -> bytes:
        return json.dumps([known.device, known.name]).encode()

    def sensors(self, sub: int, added: Sequence[bytes], removed: Sequence[tuple[str, str]]) -> bytes:
        return json.dumps(["sensors", [json.loads(one) for one in added], removed]).encode()


class FakeBrowser:
    """Keeps what it is sent; paused by the test, or by itself after `room` messages."""

    def __init__(self) -> None:
        self.is_paused = False
        self.sent: list[Any] = []
        self.room: int | None = None
        self.times_behind = 0

    def send(self, payload: bytes) -> None:
        assert not self.is_paused or self.room is None
        self.sent.append(json.loads(payload))
        if self.room is not None:
            self.room -= 1
            self.is_paused = self.room <= 0

    def fell_behind(self) -> None:
        self.times_behind += 1

    def take(self) -> list[Any]:
        sent, self.sent = self.sent, []
        return sent


class Rig:
    """A hub on a clock, with a device of the sensors a, b and c."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.hub = Hub(self.clock, lambda: 1e9 + self.clock.seconds(), TupleEncoder())
        self.add("dev", "a", "b", "c")

    def add(self, device: str, *names: str) -> None:
        self.hub.change_sensors(device, [SensorDescription(n, "", "", "integer") for n in names], [])

    def publish(self, name: str, value: Any, status: Status = Status.NOMINAL, *, flush: bool = True) -> None:
        self.hub.publish("dev", name, Reading(self.clock.seconds(), status, value))
        if flush:
            self.hub.flush_soon()

    def stream(self, *sensors: str, strategy: str = "event", device: str = "dev") -> Stream:
        parsed = StatusChanges() if strategy == STATUS else Strategy.parse(strategy.split())
        return self.hub.stream(Wish(Selection.of(device, sensors or ["*"]), parsed))

    def join(self, *sensors: str, strategy: str = "event", device: str = "dev") -> tuple[FakeBrowser, Outbox]:
        browser = FakeBrowser()
        stream = self.stream(*sensors, strategy=strategy, device=device)
        outbox = stream.join(browser)
        outbox.start(stream.snapshot(told=len(stream.sensors)))
        return browser, outbox

    def leave(self, *sensors: str, outbox: Outbox, strategy: str = "event", may_return: bool = False) -> None:
        stream = self.stream(*sensors, strategy=strategy)
        stream.leave(outbox)
        self.hub.release(stream, may_return=may_return)

    def come_back(
        self, *sensors: str, browser: FakeBrowser, seq: int, strategy: str = "event"
    ) -> Outbox | None:
        """Let a browser resume after a number; None if it has to begin anew."""
        stream = self.stream(*sensors, strategy=strategy)
        place = stream.place_after(seq)
        if place is None:
            self.hub.release(stream)
            return None
        outbox = stream.resume(browser, place)
        outbox.pump()
        return outbox
