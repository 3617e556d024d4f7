"""InformRing: the newest informs of a device, bounded in number and bytes."""

from twisted.internet.task import Clock

from katgate.devices.inform_filter import InformFilter
from katgate.devices.informs import InformLog, InformRing
from katgate.katcp.message import Message

ALL = InformFilter.of([])


def test_oldest_make_room() -> None:
    """What is kept is bounded; what was counted is not."""
    ring = InformRing()
    for n in range(1500):
        ring.add(float(n), Message.inform("log", n))
    kept = ring.after(0, ALL, 10_000)
    assert (1500, 1000, 501) == (ring.count, len(kept), kept[0].number)


def test_bytes_are_bounded_too() -> None:
    """A device that sends tracebacks of a megabyte, or empty arguments by the thousand, must not fill the memory;
    the newest is kept.
    """
    for large in ([b"x" * 800_000], [b""] * 15_000):
        ring = InformRing()
        for _ in range(10):
            ring.add(0.0, Message.inform("log", *large))
        assert [10] == [inform.number for inform in ring.after(0, ALL, 100)]


def test_by_number_name_and_limit() -> None:
    """Oldest first."""
    ring = InformRing()
    for name in ("a", "b", "a", "c", "a"):
        ring.add(0.0, Message.inform(name))
    assert [3, 5] == [inform.number for inform in ring.after(1, InformFilter.of(["a"]), 10)]
    assert [2, 3] == [inform.number for inform in ring.after(1, ALL, 2)]


# The log of all devices.


def test_log_tells_who_listens_some_at_a_time() -> None:
    """A device that chatters costs one call for all that came together; a newcomer hears nothing of before."""
    clock = Clock()
    log = InformLog(clock)
    log.add("a", 0.0, Message.inform("x"))
    first: list[list[int]] = []
    unlisten = log.listen(lambda informs: first.append([inform.number for inform in informs]))
    log.add("a", 1.0, Message.inform("x"))
    log.add("b", 1.0, Message.inform("x"))
    assert [] == first
    second: list[list[int]] = []
    log.listen(lambda informs: second.append([inform.number for inform in informs]))
    log.listen(lambda informs: None)
    assert [[2, 3]] == first
    log.add("b", 2.0, Message.inform("x"))
    clock.advance(0.02)
    assert ([[2, 3], [4]], [[4]]) == (first, second)
    unlisten()
    log.add("b", 3.0, Message.inform("x"))
    log.stop()
    assert [] == clock.getDelayedCalls()


def test_log_is_bounded() -> None:
    """And says so when what is asked for is not kept any more."""
    log = InformLog(Clock())
    assert [] == log.after(0)
    for number in range(10_100):
        log.add("a", float(number), Message.inform("x"))
    assert (10_100, 10_000) == (log.count, len(log.after(100) or []))
    assert [10_100] == [inform.number for inform in log.after(10_099) or []]
    assert ([], None, None, None) == (log.after(10_100), log.after(99), log.after(10_101), log.after(-1))
    for _ in range(20):
        log.add("a", 0.0, Message.inform("x", b"y" * 1_000_000))
    assert log.after(log.count - 9) is None
