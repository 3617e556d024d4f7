"""Pace: how many things are due, asked again and again, so that they come evenly at a rate."""

import time
from collections.abc import Iterator
from typing import Final

__all__ = ["pace"]

#: What is due is done together this often, in seconds, or as often as something is due if that is less.
_TICK_S: Final = 0.001


def pace(rate: float) -> Iterator[int]:
    """Sleep, yield how many are due, and so on for ever; `rate` is how many a second.

    Who is late gets them all at the next turn: what was asked for is the rate, and nothing is left out.
    """
    began = time.monotonic()
    tick = max(_TICK_S, 1 / rate)
    done = 0
    while True:
        elapsed = time.monotonic() - began
        due = int(elapsed * rate) - done
        if due:
            done += due
            yield due
        else:
            time.sleep(tick - elapsed % tick)
