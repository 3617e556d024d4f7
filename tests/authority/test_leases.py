"""Leases: who commands a device, until when, and who is told."""

import pytest
from twisted.internet.task import Clock

from katgate.authority.leases import Lease, Leases
from katgate.errors import Leased


class Rig:
    """Leases at 1e9 s, and what watchers of them were told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.leases = Leases(self.clock, lambda: 1e9 + self.clock.seconds())
        self.told: list[tuple[str, str, str]] = []
        self.leases.watch(lambda device, change, lease: self.told.append((device, change, lease.holder)))


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_lease_keeps_others_out_until_it_is_released(rig: Rig) -> None:
    """Of that device alone."""
    assert rig.leases.of("cbf") is None
    change, lease = rig.leases.take("cbf", "olga", 60, "delay calibration")
    assert ("take", Lease("olga", 1e9, 1e9 + 60, "delay calibration")) == (change, lease)
    assert lease == rig.leases.of("cbf")
    rig.leases.check("cbf", "olga")
    rig.leases.check("sdp", "otto")
    for attempt in (
        lambda: rig.leases.check("cbf", "otto"),
        lambda: rig.leases.take("cbf", "otto", 60),
        lambda: rig.leases.end("cbf", "otto"),
    ):
        with pytest.raises(Leased, match="olga holds the command lease of 'cbf'") as caught:
            attempt()
        assert "olga" == caught.value.holder
    assert ("release", lease) == rig.leases.end("cbf", "olga")
    rig.leases.check("cbf", "otto")
    assert rig.leases.end("cbf", "otto") is None
    assert [("cbf", "take", "olga"), ("cbf", "release", "olga")] == rig.told


def test_renewed_lease_keeps_its_beginning(rig: Rig) -> None:
    """And ends as was said last, sooner too."""
    rig.leases.take("cbf", "olga", 60)
    rig.clock.advance(50)
    change, lease = rig.leases.take("cbf", "olga", 20, "done soon")
    assert ("renew", Lease("olga", 1e9, 1e9 + 70, "done soon")) == (change, lease)
    rig.clock.advance(19)
    assert lease == rig.leases.of("cbf")
    rig.clock.advance(1)
    assert rig.leases.of("cbf") is None
    assert [("cbf", "take", "olga"), ("cbf", "renew", "olga"), ("cbf", "expire", "olga")] == rig.told
    assert [] == rig.clock.getDelayedCalls()


def test_broken_lease(rig: Rig) -> None:
    """It is gone whoever held it."""
    rig.leases.take("cbf", "olga", 60)
    ended = rig.leases.end("cbf", "anna", by_force=True)
    assert ended is not None
    assert ("break", "olga") == (ended[0], ended[1].holder)
    assert "take" == rig.leases.take("cbf", "otto", 60)[0]


def test_lease_ends_in_time_although_its_timer_is_late() -> None:
    """A reactor that was held up must not let somebody command who may no more."""
    rig = Rig()
    rig.leases.take("cbf", "olga", 60)
    rig.clock.rightNow += 61  # and no timer has been called yet
    rig.leases.check("cbf", "otto")
    assert "take" == rig.leases.take("cbf", "otto", 60)[0]
    rig.clock.advance(0)
    lease = rig.leases.of("cbf")
    assert lease is not None
    assert "otto" == lease.holder


def test_lease_of_a_device_that_goes_and_comes_back(rig: Rig) -> None:
    """It is not the same device, so it has none; the record has that it ended."""
    rig.leases.take("cbf", "olga", 60)
    rig.leases.forget("cbf")
    rig.leases.forget("cbf")
    assert rig.leases.of("cbf") is None
    assert [("cbf", "take", "olga"), ("cbf", "expire", "olga")] == rig.told
    rig.leases.take("sdp", "olga", 60)
    rig.leases.stop()
    assert [] == rig.clock.getDelayedCalls()


def test_holder_who_is_let_in_no_more(rig: Rig) -> None:
    """Their leases end, and nobody of the same name has them."""
    rig.leases.take("cbf", "olga", 60)
    rig.leases.take("sdp", "olga", 60)
    rig.leases.take("weather", "otto", 60)
    rig.leases.forget_holder("olga")
    assert [False, False, True] == [rig.leases.of(device) is not None for device in ("cbf", "sdp", "weather")]
