"""What every test may use. Twisted parts run on `Clock` and in-memory transports; no test waits for luck."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from twisted.logger import LogEvent, globalLogPublisher


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure: a green run must have driven the browser and the peers."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if os.environ.get("CI") and skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped, which CI does not allow", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@contextmanager
def observed_by(observe: Callable[[LogEvent], None]) -> Iterator[None]:
    """Let `observe` see what Twisted's log is told."""
    publisher: Any = globalLogPublisher  # a plain function is an observer too, which its types do not say
    publisher.addObserver(observe)
    yield
    publisher.removeObserver(observe)


@pytest.fixture
def logged() -> Iterator[list[LogEvent]]:
    """What Twisted's log was told during the test, as events."""
    events: list[LogEvent] = []
    with observed_by(events.append):
        yield events


@pytest.fixture(autouse=True)
def no_lost_failure() -> Iterator[None]:
    """Fail a test that leaves a Deferred's failure unlooked at."""
    lost: list[LogEvent] = []

    def observe(event: LogEvent) -> None:
        if "Unhandled error in Deferred" in str(event.get("log_format") or event.get("why") or ""):
            lost.append(event)

    with observed_by(observe):
        yield
        gc.collect(0)
    assert [] == lost
