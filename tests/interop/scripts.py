"""Scripts of changes, played in virtual time to the two sampled devices, and the updates that they send.

A script is a list of (seconds, what): `nominal 3` is a new reading, `? period 1` another strategy, `busy 2`
a process that does something else for two seconds, `end` the end. Its first reading is there before the
strategy is set.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from tests.interop.virtual_time import START_S, AiokatcpDevice, KatgateDevice, VirtualDevice

Script = list[tuple[float, str]]

#: Less than lies between any two times of a script or of its timers, where these are whole 1/64 s.
_MOMENT_S = 2.0**-10


class Update(NamedTuple):
    """A `#sensor-status`: when it was sent, and what it says. Times in seconds from the start."""

    sent_s: float
    timestamp_s: float
    status: str
    value: str


def play(device: VirtualDevice, sensor: str, script: Script, is_change_first: bool = False) -> list[Update]:
    """Play a script; return the updates.

    A change and a timer that fall due in the same instant run in either order in a real process:
    `is_change_first` says which.
    """
    for at, what in script:
        pause = at + START_S - device.now()
        if not is_change_first:
            device.wait(pause)
        elif pause > 0:
            device.wait(pause - _MOMENT_S)
            device.be_busy(_MOMENT_S)
        word, _, rest = what.partition(" ")
        if word == "?":
            reply = device.ask(f"?sensor-sampling {sensor} {rest}")
            assert reply.startswith("!sensor-sampling ok"), reply
        elif word == "busy":
            device.be_busy(float(rest))
        elif word != "end":
            device.set(sensor, word, rest.encode(), device.now())
    device.wait(0)
    return list(_updates(device))


def _updates(device: VirtualDevice) -> Iterator[Update]:
    for sent, line in device.written:
        name, timestamp, *words = line.split(" ")
        if name == "#sensor-status":
            count, _, status, value = words
            assert "1" == count, line
            yield Update(sent - START_S, float(timestamp) - START_S, status, value)


def played(sensor: str, script: Script, is_change_first: bool = False) -> tuple[list[Update], list[Update]]:
    """Play a script to both; return our updates, and aiokatcp's."""
    with closing(KatgateDevice()) as ours, closing(AiokatcpDevice()) as theirs:
        return play(ours, sensor, script, is_change_first), play(theirs, sensor, script, is_change_first)


def sampled(strategy: str, script: Script) -> Script:
    """Set a strategy after the first reading of a script."""
    return [script[0], (script[0][0], f"? {strategy}"), *script[1:]]
