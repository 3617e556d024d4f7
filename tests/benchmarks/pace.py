"""Pace: how many things are due, asked again and again, so that they come evenly at a rate."""

import time
from collections.abc import Iterator
from typing import Final

__all__ = ["pace"]

#: What is due is done together this often, in seconds, or as often as something is due if that is less.
_TICK_S: Final = 0.001
#: What was due longer ago is left out, in seconds: a device that could not say it has measured anew since, and a
#: server that was busy while browsers joined would otherwise have to take more than the rate for seconds.
_MOST_LATE_S: Final = 0.1


def pace(rate: float) -> Iterator[int]:
    """Sleep, yield how many are due, and so on for ever; `rate` is how many a second.

    Who is a little late gets them all at the next turn, so that the rate is kept.
    """
    began = time.monotonic()
    tick = max(_TICK_S, 1 / rate)
    most = max(1, int(_MOST_LATE_S * rate))
    done = 0
    while True:
        elapsed = time.monotonic() - began
        due = int(elapsed * rate) - done
        if due:
            done += due
            yield min(due, most)
        else:
            time.sleep(tick - elapsed % tick)
