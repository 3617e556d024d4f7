"""Many browsers in one loop: cheap enough that one core drives 200 that take 4 million updates a second.

A benchmark gives a `Visit` to the program `browsers_client.py`, and is told what came of it.
"""

import resource
import select
import time
from typing import Any, Final

import msgspec

from tests.benchmarks.browser import Browser, Phase
from tests.benchmarks.dialects import DIALECTS
from tests.benchmarks.noted import Noted
from tests.benchmarks.pinned import CpuClock

__all__ = ["Browsers", "Visit"]

#: How long all may take to be ready, in seconds.
_DEADLINE_S: Final = 60.0
#: Files besides the browsers' sockets.
_OTHER_FILES: Final = 64


class Visit(msgspec.Struct, frozen=True):
    """What browsers are to do.

    Browser n subscribes with `params[n % len(params)]`, and one in `noting_every` notes all it is sent (0: none
    does; nor if `seconds` is 0). `server_pid`: whose CPU time is told too. `settle_s`: how long after all are ready
    the seconds begin, so that what piled up while the server was busy with those who joined is gone. If `stalls`,
    they take nothing more once all are ready.
    """

    port: int
    browsers: int
    seconds: float
    params: list[Any] = []
    dialect: str = "katgate"
    noting_every: int = 20
    server_pid: int | None = None
    settle_s: float = 1.0
    stalls: bool = False


class _Totals(msgspec.Struct):
    """A moment: what all browsers have had, and the CPU time that it took."""

    wall: float
    cpu_s: float
    server_cpu_s: float
    updates: int
    frames: int
    bytes: int


class Browsers:
    """The browsers of a visit. Use `join` first."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._dialect = DIALECTS[visit.dialect]
        self._epoll = select.epoll()
        self._by_fd: dict[int, Browser] = {}
        self._browsers: list[Browser] = []
        self._lost: list[OSError] = []

    def join(self) -> dict[str, float]:
        """Connect them all at once; return figures when all are ready. Raises TimeoutError or ConnectionError."""
        _allow_files(self._visit.browsers + _OTHER_FILES)
        began = self._totals()
        for number in range(self._visit.browsers):
            self._add(number)
        end = time.monotonic() + _DEADLINE_S
        while waiting := [its for its in self._browsers if its.phase is not Phase.READY]:
            if self._lost:
                raise ConnectionError(f"{len(self._lost)} browsers were refused or cut: {self._lost[0]}")
            if time.monotonic() > end:
                raise TimeoutError(
                    f"{len(waiting)} of {len(self._browsers)} are not ready: {waiting[0].phase}"
                )
            self.turn(0.1)
        return {"browsers": len(self._browsers), **_between(began, self._totals())}

    def measure(self) -> dict[str, float]:
        """Take for the seconds of the visit, and return what came in, and how late."""
        noted = Noted(time.time())
        began = self._totals()
        self.take(self._visit.seconds)
        end = self._totals()
        for browser in self._browsers:
            if browser.pieces is not None and self._dialect.read is not None:
                noted.take(browser.pieces, self._dialect.read)
                browser.pieces = None
        return {**_between(began, end), **noted.figures(), "lost": len(self._lost)}

    def take(self, seconds: float) -> None:
        """Take what comes in."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.turn(left)

    def leave(self) -> None:
        """Go, all at once, without a word."""
        for browser in self._by_fd.values():
            browser.close()
        self._by_fd.clear()
        self._epoll.close()

    def turn(self, seconds: float) -> None:
        """Let each browser that was sent something read once; wait so long at most."""
        for fd, event in self._epoll.poll(seconds):
            browser = self._by_fd[fd]
            try:
                if event & select.EPOLLOUT:
                    browser.connected()
                    self._epoll.modify(fd, select.EPOLLIN)
                else:
                    browser.received()
            except OSError as error:
                self._lost.append(error)
                del self._by_fd[fd]
                browser.close()

    def _add(self, number: int) -> None:
        visit = self._visit
        browser = Browser(
            visit.port,
            self._dialect,
            visit.params[number % len(visit.params)] if visit.params else None,
            is_noting=bool(visit.seconds and visit.noting_every) and number % visit.noting_every == 0,
        )
        self._browsers.append(browser)
        self._by_fd[browser.fileno()] = browser
        self._epoll.register(browser.fileno(), select.EPOLLOUT)

    def _totals(self) -> _Totals:
        pid = self._visit.server_pid
        return _Totals(
            time.monotonic(),
            time.process_time(),
            CpuClock(pid).seconds() if pid is not None else 0,
            sum(its.updates for its in self._browsers),
            sum(its.frames for its in self._browsers),
            sum(its.bytes for its in self._browsers),
        )


def _between(began: _Totals, end: _Totals) -> dict[str, float]:
    """Return what lies between two moments, `wall` as `seconds`."""
    passed = {key: getattr(end, key) - getattr(began, key) for key in _Totals.__struct_fields__}
    return {"seconds": passed.pop("wall"), **passed}


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
