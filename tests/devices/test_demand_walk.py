"""Random walks: browsers come and go, the device is lost, changes its list, is configured anew. In the end it samples
what is wanted, and nothing else; who watches statuses wants nothing.
"""

from collections.abc import Iterator
from random import Random

import pytest

from katgate.config import DeviceDefaults, SamplingConfig
from katgate.hub.stream import Stream
from tests.devices.rig import Rig
from tests.support import V5, Wire

STEPS = 200
NAMES = ["a", "b", "c", "d", "e"]
RULES = [
    DeviceDefaults(strategy="on-demand", on_demand_linger_s=5),
    DeviceDefaults(strategy="auto"),
    DeviceDefaults(
        strategy="on-demand event",
        sampling=(
            SamplingConfig(sensors=("a",), strategy="period 5"),
            SamplingConfig(sensors=("b", "c"), strategy="on-demand differential 2"),
        ),
        on_demand_linger_s=0,
    ),
]


class Walk:
    """A device that keeps what it is told, and refuses strategy `differential` for the sensor c."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.defaults = RULES[0]
        self.rig = Rig(self.defaults)
        self.wire: Wire | None = None
        self.listed: set[str] = set(NAMES)
        self.sampled: dict[str, str] = {}
        self.wanted: list[tuple[str, Stream]] = []
        self.watched: Stream | None = None

    def run(self) -> Iterator[str]:
        for _ in range(STEPS):
            step = self.random.choice(
                [
                    self.want,
                    self.leave,
                    self.leave,
                    self.watch,
                    self.wait,
                    self.lose,
                    self.change,
                    self.configure,
                ]
            )
            step()
            yield step.__name__
            if self.random.random() < 0.7:
                self.answer()

    # What may happen.

    def want(self) -> None:
        name = self.random.choice([*NAMES, "*"])
        self.wanted.append((name, self.rig.want(name)))

    def leave(self) -> None:
        if self.wanted:
            name, stream = self.wanted.pop(self.random.randrange(len(self.wanted)))
            if name not in [other for other, _ in self.wanted]:
                self.rig.hub.release(stream)

    def watch(self) -> None:
        if self.watched is None:
            self.watched = self.rig.watch_statuses()
        else:
            self.rig.hub.release(self.watched)
            self.watched = None

    def wait(self) -> None:
        self.rig.clock.advance(self.random.choice([0.1, 1.0, 6.0]))
        self.connect()

    def lose(self) -> None:
        if self.wire is not None and self.random.random() < 0.2:
            self.wire.cut()

    def change(self) -> None:
        if self.wire is not None and not self.wire.is_cut:
            name = self.random.choice(NAMES)
            self.listed ^= {name}
            self.sampled.pop(name, None)
            what = "added" if name in self.listed else "removed"
            self.wire.say(f"#interface-changed sensor {name} {what}\n".encode())

    def configure(self) -> None:
        self.defaults = self.random.choice(RULES)
        self.rig.configure(self.defaults)

    # The device.

    def connect(self) -> None:
        if self.rig.endpoint.attempts:
            self.wire = self.rig.endpoint.accept()
            self.sampled = {}
            self.wire.say(V5)

    def answer(self) -> None:
        for _ in range(100):
            lines = self.wire.heard() if self.wire is not None else []
            if not lines:
                return
            for line in lines:
                self.reply(line)
        raise AssertionError("it is asked without end")

    def reply(self, line: str) -> None:
        head, *words = line[1:].split()
        ok, informs = "ok", ""
        if head.startswith("sensor-list"):
            informs = "".join(f"#{head} {name} x \\@ integer\n" for name in sorted(self.listed))
        elif head.startswith("sensor-sampling"):
            names, strategy = words[0].split(","), " ".join(words[1:])
            if not self.listed.issuperset(names) or ("c" in names and strategy.startswith("differential")):
                ok = "fail"
            else:
                self.sampled |= dict.fromkeys(names, strategy)
        assert self.wire is not None
        self.wire.say(f"{informs}!{head} {ok}\n".encode())

    # How it must be in the end.

    def settle(self) -> None:
        for _ in range(80):
            self.rig.clock.advance(1.0)
            self.connect()
            self.answer()

    def expected(self) -> dict[str, str]:
        wanted = {name for name, _ in self.wanted}
        found = {}
        for name in self.listed:
            strategy = next(
                (r.strategy for r in self.defaults.sampling if name in r.sensors), self.defaults.strategy
            )
            is_wanted = bool({name, "*"} & wanted)
            if not strategy.startswith("on-demand") or is_wanted:
                chosen = strategy.removeprefix("on-demand").strip() or "auto"
                found[name] = "auto" if name == "c" and chosen.startswith("differential") else chosen
        return found


@pytest.mark.parametrize("seed", range(40))
def test_what_is_wanted_is_sampled(seed: int) -> None:
    """And nothing is left behind when all have gone."""
    walk = Walk(seed)
    steps = list(walk.run())
    walk.settle()
    assert "synced" == walk.rig.device.view().state
    sampled = {name: how for name, how in walk.sampled.items() if how != "none"}
    assert walk.expected() == sampled, steps
    while walk.wanted:
        walk.leave()
    walk.settle()
    assert walk.expected() == {name: how for name, how in walk.sampled.items() if how != "none"}, steps
    assert [] == walk.rig.clock.getDelayedCalls()
