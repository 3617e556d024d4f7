"""Reloading: a running katgate takes over what has changed in its configuration, and leaves the rest alone."""

from collections.abc import Callable
from typing import Protocol

from twisted.internet.defer import Deferred, DeferredLock, gatherResults
from twisted.logger import Logger

from katgate.api.wire import ReloadJson
from katgate.config import Config, DeviceConfig, HostConfig, LogConfig, MetricsConfig
from katgate.config.changes import changes_between, needing_restart
from katgate.errors import ConfigurationError

__all__ = ["Reloadable", "Reloading"]


class Reloadable(Protocol):
    """What can be changed while it runs."""

    def add(self, one: DeviceConfig | HostConfig) -> None:
        """Take a device in."""

    def remove(self, name: str) -> "Deferred[None]":
        """Let a device go; done when its connection is closed: some devices have only one to give."""

    def adjust(self, one: DeviceConfig | HostConfig) -> None:
        """Treat a device otherwise from now on."""

    def log_as(self, log: LogConfig) -> None:
        """Log more or less."""

    def check(self, config: Config) -> None:
        """Raise ConfigurationError for what it names and cannot be used."""

    def admit_as(self, config: Config) -> None:
        """Know other tokens and rules from now on."""

    def watch_as(self, metrics: MetricsConfig) -> None:
        """Show Prometheus other sensors."""


class Reloading:
    """Reads the configuration again with `read` when it is asked to, and applies what is another to `house`."""

    _log = Logger()

    def __init__(self, config: Config, read: Callable[[], Config], house: Reloadable) -> None:
        self._started = config
        self._config = config
        self._read = read
        self._house = house
        self._one_at_a_time = DeferredLock()

    def reload(self) -> "Deferred[ReloadJson]":
        """Return a Deferred of what has changed. It fails with ConfigurationError if the configuration is not good;
        then nothing has.
        """
        return self._one_at_a_time.run(lambda: Deferred.fromCoroutine(self._reload()))

    async def _reload(self) -> ReloadJson:
        try:
            config = self._read()
            self._house.check(config)
        except ConfigurationError as error:
            self._log.error("! the configuration is left as it was: {error}", error=str(error))
            raise
        changes = changes_between(self._config, config)
        self._config = config
        self._house.log_as(config.log)
        # They go at once, before the rules that may have hidden them; to close them may take a while.
        closing = [self._house.remove(name) for name in changes.removed]
        self._house.admit_as(config)
        if changes.metrics is not None:
            self._house.watch_as(changes.metrics)
        await gatherResults(closing)
        for one in changes.added:
            self._house.add(one)
        for one in changes.adjusted:
            self._house.adjust(one)
        # One whose address is another has gone and come.
        moved = [one.name for one in changes.added if one.name in changes.removed]
        result = ReloadJson(
            added=[one.name for one in changes.added if one.name not in moved],
            removed=[name for name in changes.removed if name not in moved],
            changed=[*moved, *(one.name for one in changes.adjusted)],
            needs_restart=list(needing_restart(self._started, config)),
        )
        self._say(result)
        return result

    def _say(self, result: ReloadJson) -> None:
        self._log.info(
            "= the configuration is read again; added: {added}; removed: {removed}; changed: {changed}",
            added=", ".join(result.added) or "none",
            removed=", ".join(result.removed) or "none",
            changed=", ".join(result.changed) or "none",
        )
        if result.needs_restart:
            options = ", ".join(result.needs_restart)
            self._log.warn("! these options count from the next start on: {options}", options=options)
