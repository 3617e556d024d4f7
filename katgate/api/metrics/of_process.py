"""Metrics of the process: its event loop, what it was built of, and what the system says of it."""

import platform
from collections.abc import Iterator

import twisted
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import InfoMetricFamily, Metric

import katgate
from katgate.api.metrics.families import gauge, histogram
from katgate.api.metrics.lag import LoopLag

__all__ = ["ProcessFamilies"]


class ProcessFamilies:
    """Of this process. `started` is when, UNIX seconds."""

    def __init__(self, lag: LoopLag, started: float) -> None:
        self._lag = lag
        self._started = started
        # One of its own: several gateways may live in one process.
        self._system = CollectorRegistry()
        ProcessCollector(registry=self._system)
        GCCollector(registry=self._system)

    def families(self) -> Iterator[Metric]:
        """Yield what there is to tell."""
        versions = {
            "version": katgate.__version__,
            "python": platform.python_version(),
            "twisted": twisted.__version__,
        }
        yield InfoMetricFamily("katgate_build", "Versions of katgate and of what it stands on", versions)
        yield gauge(
            "katgate_start_time_seconds",
            "When this gateway was started, UNIX seconds",
            (),
            [((), self._started)],
        )
        yield histogram(
            "katgate_event_loop_lag_seconds",
            "How late the event loop came to what was due, looked at ten times a second",
            (),
            [((), self._lag.histogram)],
        )
        yield gauge(
            "katgate_event_loop_lag_max_seconds",
            "The worst event loop lag of the last minute",
            (),
            [((), self._lag.worst_s)],
        )
        yield from self._system.collect()
