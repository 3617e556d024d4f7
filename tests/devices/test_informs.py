"""InformRing: the newest informs of a device, bounded in number and bytes."""

from katgate.devices.informs import InformRing
from katgate.hub.selection import Patterns
from katgate.katcp.message import Message

ALL = Patterns.of([])


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
    assert [3, 5] == [inform.number for inform in ring.after(1, Patterns.of(["a"]), 10)]
    assert [2, 3] == [inform.number for inform in ring.after(1, ALL, 2)]
