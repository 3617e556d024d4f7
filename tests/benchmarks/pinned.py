"""Pinned: a program of this package in a process of its own, on a core of its own, and the CPU time it takes.

What is measured has one core, what drives it the other; with a single core they share it, and the table says so.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

__all__ = ["DRIVER", "MEASURED", "CpuClock", "Pinned", "become_driver", "on_core"]

_CORES: Final = sorted(os.sched_getaffinity(0))
#: Where what is measured runs, and where what drives it runs.
MEASURED: Final = _CORES[0]
DRIVER: Final = _CORES[-1]

#: The repository: its katgate is the one that is measured, whichever is installed.
_ROOT: Final = Path(__file__).parents[2]

#: How long a program may be silent, in seconds: a server with 100,000 sensors takes some to start.
_SILENCE_S: Final = 120.0
#: How long a program may take to end when it is told to, in seconds, before it is killed.
_GOODBYE_S: Final = 5.0


def become_driver() -> None:
    """Keep this process to the driver's core; let it end what it has started even if it is told to end."""
    os.sched_setaffinity(0, {DRIVER})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep to a core what is started meanwhile, with all that it starts in turn."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class CpuClock:
    """The CPU time of another process with all its threads, in seconds, exact to the microsecond.

    `/proc/<pid>/stat` has it in steps of 10 ms. Linux keeps a clock for each process, whose number is made of
    the process id (as `clock_getcpuclockid` of the C library does).
    """

    def __init__(self, pid: int) -> None:
        self._clock = (~pid << 3) | 2

    def seconds(self) -> float:
        """Return what the process has used so far."""
        return time.clock_gettime(self._clock)


class Pinned:
    """`python -m tests.benchmarks.<program> arguments...` on a core. Use it in a `with`: it is ended there."""

    def __init__(self, core: int, program: str, *arguments: object) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.{program}", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=_ROOT,
            # katcp-python, on a Python that it was not written for, warns at length.
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        self.pid = self._popen.pid
        os.sched_setaffinity(self.pid, {core})
        self.cpu = CpuClock(self.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._popen.terminate()
        try:
            self._popen.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._popen.stdin.close()
        self._popen.stdout.close()

    def tell(self, what: object) -> None:
        """Give it a line of JSON to read: what would not fit on its command line."""
        assert self._popen.stdin is not None
        line = msgspec.json.encode(what) + b"\n"
        while line:
            line = line[self._popen.stdin.write(line) :]

    def line(self) -> Any:
        """Return what it says next: one line of JSON. Raises RuntimeError if it ends or is silent instead."""
        assert self._popen.stdout is not None
        if not select.select([self._popen.stdout], [], [], _SILENCE_S)[0]:
            raise RuntimeError(f"{self._popen.args!r} said nothing for {_SILENCE_S} s")
        line = self._popen.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._popen.args!r} ended with {self._popen.wait(_GOODBYE_S)}")
        return msgspec.json.decode(line)

    def port(self) -> int:
        """Return the port that a server says first."""
        return int(self.line())
