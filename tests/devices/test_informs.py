"""InformRing: the newest informs of a device, bounded in number and bytes."""

from katgate.devices.informs import InformRing
from katgate.katcp.message import Message
from katgate.katcp.pattern import Pattern


def test_oldest_make_room() -> None:
    """What is kept is bounded; what was counted is not."""
    ring = InformRing()
    for n in range(1500):
        ring.add(float(n), Message.inform("log", n))
    kept = ring.after(0, [], 10_000)
    assert (1500, 1000, 501) == (ring.count, len(kept), kept[0].number)


def test_bytes_are_bounded_too() -> None:
    """A device that sends tracebacks of a megabyte must not fill the memory; the newest is kept."""
    ring = InformRing()
    for _ in range(10):
        ring.add(0.0, Message.inform("log", b"x" * 800_000))
    assert [10] == [inform.number for inform in ring.after(0, [], 100)]


def test_by_number_name_and_limit() -> None:
    """Oldest first."""
    ring = InformRing()
    for name in ("a", "b", "a", "c", "a"):
        ring.add(0.0, Message.inform(name))
    assert [3, 5] == [inform.number for inform in ring.after(1, [Pattern("a")], 10)]
    assert [2, 3] == [inform.number for inform in ring.after(1, [], 2)]
