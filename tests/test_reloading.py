"""Reloading: what is asked of the house, in which order, and what is said of it."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed

from katgate.api.wire import ReloadJson
from katgate.config import Config, DeviceConfig, HostConfig, LogConfig, MetricsConfig, ServerConfig
from katgate.errors import ConfigurationError
from katgate.reloading import Reloading

A = DeviceConfig(name="a", address="a:1")
B = DeviceConfig(name="b", address="b:1")


class FakeHouse:
    """Notes what it is asked; `closing` holds a removal up until it fires."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.closing: Deferred[None] = succeed(None)

    def add(self, one: DeviceConfig | HostConfig) -> None:
        self.asked.append(("add", one))

    def remove(self, name: str) -> "Deferred[None]":
        self.asked.append(("remove", name))
        return self.closing

    def adjust(self, one: DeviceConfig | HostConfig) -> None:
        self.asked.append(("adjust", one))

    def log_as(self, log: LogConfig) -> None:
        self.asked.append(("log", log.level))

    def check(self, config: Config) -> None:
        """Everything can be used."""

    def admit_as(self, config: Config) -> None:
        self.asked.append(("admit", len(config.token)))

    def watch_as(self, metrics: MetricsConfig) -> None:
        self.asked.append(("metrics", metrics.sensors))


def result_of(reloaded: "Deferred[ReloadJson]") -> list[Any]:
    results: list[Any] = []
    reloaded.addBoth(results.append)
    return results


def test_only_what_is_another_is_touched() -> None:
    """The old connection is closed before the new one is made: some devices have only one to give."""
    house = FakeHouse()
    house.closing = Deferred()
    moved = DeviceConfig(name="a", address="a:2")
    treated = DeviceConfig(name="b", address="b:1", strategy="event")
    new = HostConfig(name="c", server="x:Y")
    same = DeviceConfig(name="same", address="same:1")
    after = Config(
        server=ServerConfig(listen="127.0.0.1:1"),
        log=LogConfig(level="debug"),
        metrics=MetricsConfig(sensors=("a/*",)),
        device=(moved, treated, same),
        host=(new,),
    )
    results = result_of(Reloading(Config(device=(A, B, same)), lambda: after, house).reload())
    assert [("log", "debug"), ("remove", "a"), ("admit", 0), ("metrics", ("a/*",))] == house.asked
    house.closing.callback(None)
    assert [("add", moved), ("add", new), ("adjust", treated)] == house.asked[4:]
    assert [ReloadJson(["c"], [], ["a", "b"], ["[server] listen"])] == results


def test_bad_configuration_changes_nothing() -> None:
    """The next good one is compared with what is in use, not with the bad one."""
    house = FakeHouse()
    files: list[Config | ConfigurationError] = [
        ConfigurationError("katgate.toml:3: bad"),
        Config(device=(B,)),
    ]

    def read() -> Config:
        file = files.pop(0)
        if isinstance(file, Exception):
            raise file
        return file

    reloading = Reloading(Config(device=(A,)), read, house)
    [failure] = result_of(reloading.reload())
    assert "katgate.toml:3: bad" == failure.getErrorMessage()
    assert [] == house.asked
    assert [ReloadJson(["b"], ["a"], [], [])] == result_of(reloading.reload())


def test_what_needs_a_restart_is_said_until_there_was_one_or_it_is_taken_back() -> None:
    """What is compared with is what katgate was started with: it listens there."""
    there, elsewhere = (Config(server=ServerConfig(listen=f"127.0.0.1:{port}")) for port in (1, 2))
    files = [elsewhere, elsewhere, there]
    reloading = Reloading(there, lambda: files.pop(0), FakeHouse())
    said = [result_of(reloading.reload())[0].needs_restart for _ in range(3)]
    assert [["[server] listen"], ["[server] listen"], []] == said


@pytest.mark.parametrize("times", [2, 5])
def test_one_reload_at_a_time(times: int) -> None:
    """Signals come in storms; what the first has done is not done again."""
    house = FakeHouse()
    house.closing = Deferred()
    reloading = Reloading(Config(device=(A,)), lambda: Config(device=(B,)), house)
    results = [result_of(reloading.reload()) for _ in range(times)]
    assert [[]] * times == results
    house.closing.callback(None)
    nothing = [ReloadJson([], [], [], [])]
    assert [[ReloadJson(["b"], ["a"], [], [])], *[nothing] * (times - 1)] == results
    assert [("remove", "a"), ("add", B)] == [
        asked for asked in house.asked if asked[0] not in ("log", "admit")
    ]
