"""Ring: what is kept of the recent frames."""

import pytest

from katgate.hub.ring import Frame, Place, Ring, RingShare


def filled(share: RingShare, count: int, size: int) -> Ring:
    """Return a ring that has been given so many frames of readings, numbered from 1."""
    ring = Ring(share, 0)
    for seq in range(1, count + 1):
        ring.append(Frame(b"x" * size, seq, 10 * seq, is_readings=True))
    ring.trim()
    return ring


@pytest.mark.parametrize(
    ("rings", "kept"), [(1, 1024), (8, 1024), (64, 436), (1000, 27), (100_000, 13), (10_000_000, 13)]
)
def test_memory_is_shared_among_rings(rings: int, kept: int) -> None:
    """A thousand browsers with wishes of their own have small rings, a few have large ones."""
    share = RingShare()
    share.among(rings)
    ring = filled(share, 2000, 1000)
    assert ring.frame_at(ring.head - kept) is not None
    assert ring.frame_at(ring.head - kept - 1) is None


def test_frame_larger_than_its_share() -> None:
    """The newest is always there, for those who keep up."""
    share = RingShare()
    share.among(100_000)
    ring = filled(share, 3, 1_000_000)
    newest = ring.frame_at(2)
    assert newest is not None
    assert (3, None) == (newest.seq, ring.frame_at(1))


def test_place_after() -> None:
    """The place after a number, also the number before the oldest frame; none for what is gone or never was."""
    share = RingShare()
    share.among(100_000)
    ring = filled(share, 20, 1000)
    assert Place(20, 20, 200) == ring.place_after(20)
    assert Place(7, 7, 70) == ring.place_after(7)
    assert None is ring.place_after(6)
    assert None is ring.place_after(21)
