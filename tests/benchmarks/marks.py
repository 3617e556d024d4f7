"""Mark: a moment in a measured client: the time, the CPU time used so far, the updates taken so far.

All clients measure alike: what getting in step took, and then, from a moment when all buffers have filled, what is
taken in within some seconds. They say each as a line of JSON.
"""

import sys
import time
from dataclasses import dataclass
from typing import Final, Self

import msgspec

__all__ = ["WARM_UP_S", "ClientOptions", "Mark", "say"]

#: How long after the sync the measurement starts, in seconds.
WARM_UP_S: Final = 0.3


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment."""

    wall: float
    cpu: float
    count: int

    @classmethod
    def now(cls, count: int) -> Self:
        """Return this moment."""
        return cls(time.monotonic(), time.process_time(), count)


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """What a client is told on its command line: `port sensors seconds [how]`; 0 seconds: only get in step."""

    port: int
    sensors: int
    seconds: float
    how: str

    @classmethod
    def read(cls) -> Self:
        """Return what this process was told."""
        port, sensors, seconds, how = [*sys.argv[1:], ""][:4]
        return cls(int(port), int(sensors), float(seconds), how)


def say(start: Mark, end: Mark, sensors: int) -> None:
    """Print what lies between two marks; `sensors` are those whose reading is known."""
    line = {
        "updates": end.count - start.count,
        "seconds": end.wall - start.wall,
        "cpu_s": end.cpu - start.cpu,
        "sensors": sensors,
    }
    print(msgspec.json.encode(line).decode(), flush=True)
