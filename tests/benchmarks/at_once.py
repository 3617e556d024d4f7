"""At once: several faulty browsers, each in a thread with a tally of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from tests.benchmarks.faulty_browser import Tally

__all__ = ["Job", "at_once"]

#: What goes on until the event is set, and tells the tally.
Job = Callable[[Tally, Event], None]


def at_once(jobs: Sequence[Job], tally: Tally, end: Event) -> None:
    """Do all jobs until the end; then the tally is told what all of theirs were told."""
    tallies = [Tally() for _ in jobs]
    with ThreadPoolExecutor(len(jobs)) as pool:
        going = [pool.submit(job, its, end) for job, its in zip(jobs, tallies, strict=True)]
        for its, told in zip(going, tallies, strict=True):
            its.result()
            tally.update(told)
