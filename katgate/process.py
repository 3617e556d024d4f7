"""What concerns the whole process that katgate runs in: signals, open files, and Python's garbage collector."""

import gc
import os
import signal
import sys
from types import FrameType
from typing import Any

__all__ = ["end_at_signals", "prepare_process"]


def prepare_process() -> None:
    """Let this process serve thousands of browsers. Call it once, at the start."""
    _allow_open_files()
    # By default the collector looks for cycles whenever 700 more objects have been made than have gone, which
    # thousands of readings on their way to browsers always have; every now and then it walks through all sensors
    # of all devices: half a second with a hundred thousand subscribed, and a fifth of the time. They are no garbage.
    gc.set_threshold(50_000, 10, 10)


def end_at_signals(reactor: Any) -> None:
    """Stop the reactor at SIGTERM or SIGINT (Ctrl-C), which takes its time; at the second of them, end at once."""
    is_ending = False

    def end(number: int, _: FrameType | None) -> None:
        nonlocal is_ending
        if is_ending:
            os.write(2, b"katgate was told to end twice: it ends at once\n")
            os._exit(128 + number)
        is_ending = True
        reactor.callFromThread(reactor.stop)

    def heed() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)

    # Once it runs: at its start it puts its own in place.
    reactor.callWhenRunning(heed)


def _allow_open_files() -> None:
    """Have as many files open as the system allows: each browser is one, and the usual soft limit is 1,024."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
