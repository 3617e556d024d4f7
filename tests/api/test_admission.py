"""Admission: how many browsers there may be."""

import pytest

from katgate.api.admission import Admission
from katgate.errors import TooManyRequests
from tests.api.asking import ask
from tests.api.follower import Follower
from tests.api.rig import Rig


def test_browsers_in_all_and_from_one_address() -> None:
    """The refusal says which limit it was, and where to change it; who goes makes room, once."""
    admission = Admission(3, 2)
    leave = admission.enter("a")
    admission.enter("a")
    with pytest.raises(TooManyRequests, match=r"2 browsers from a already; \[limits\] browsers_per_address"):
        admission.enter("a")
    admission.enter("b")
    with pytest.raises(TooManyRequests, match=r"3 browsers already; \[limits\] browsers in"):
        admission.enter("b")
    leave()
    leave()
    admission.enter("b")
    with pytest.raises(TooManyRequests, match="3 browsers already"):
        admission.enter("c")


def test_addresses_of_one_network_are_one() -> None:
    """An IPv6 host may use any of its 2^64."""
    admission = Admission(10, 2)
    admission.enter("2001:db8::1")
    admission.enter("2001:db8::2")
    with pytest.raises(TooManyRequests):
        admission.enter("2001:db8::3")
    admission.enter("2001:db8:0:1::1")


def test_event_streams_are_browsers(rig: Rig) -> None:
    """One too many is told so; one that goes makes room."""
    rig.connect()
    followers = [Follower(rig) for _ in range(rig.limits.browsers_per_address)]
    refused = ask(rig, "GET", "/api/v1/stream")
    assert (429, "too-many-requests", "2") == (
        refused.status,
        refused.json["code"],
        refused.headers["retry-after"],
    )
    followers[0].cut()
    assert 200 == Follower(rig).head.status
