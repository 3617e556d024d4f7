"""Failed logins: who has too many is told to wait; nobody else is."""

import time
import tracemalloc

import pytest
from twisted.internet.task import Clock

from katgate.authority.attempts import Attempts
from katgate.errors import TooManyRequests


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(60, clock.seconds)


def fail(attempts: Attempts, address: str, times: int) -> int:
    """Fail so often; return how many of these were not too many."""
    few = 0
    for _ in range(times):
        try:
            attempts.failed(address)
        except TooManyRequests:
            continue
        few += 1
    return few


def test_ten_in_a_row_then_one_a_second(attempts: Attempts, clock: Clock) -> None:
    """Those that go on meanwhile do not make it longer than said."""
    assert 10 == fail(attempts, "10.0.0.1", 1000)
    with pytest.raises(TooManyRequests, match=r"came from 10\.0\.0\.1; wait 1 s before the next") as refused:
        attempts.failed("10.0.0.1")
    assert 1 == refused.value.retry_after_s
    clock.advance(1)
    assert 1 == fail(attempts, "10.0.0.1", 1000)
    clock.advance(3600)
    assert 10 == fail(attempts, "10.0.0.1", 1000)


def test_others_failures_are_others(attempts: Attempts) -> None:
    """Neither one address's nor those of thousands count for another."""
    fail(attempts, "10.0.0.1", 10_000)
    looked_at = {fail(attempts, f"10.1.{high}.{low}", 12) for high in range(10) for low in range(250)}
    assert {10} == looked_at


def test_neighbours_of_ipv6_are_one(attempts: Attempts) -> None:
    """Whoever has a /64 would have 2^64 stocks; an IPv4 address in IPv6's clothes is itself."""
    assert 10 == sum(fail(attempts, f"2001:db8::{number:x}", 1) for number in range(1, 1000))
    assert 10 == fail(attempts, "2001:db8:0:1::1", 20)
    assert 10 == fail(attempts, "::ffff:10.0.0.7", 20)
    assert 0 == fail(attempts, "10.0.0.7", 1)
    assert 10 == fail(attempts, "not-an-address", 20)


@pytest.mark.parametrize("many", [False, True], ids=["one address", "many addresses"])
def test_ten_thousand_attempts_are_cheap(attempts: Attempts, many: bool) -> None:
    """In time and in memory."""
    addresses = [f"10.{n // 65536}.{n // 256 % 256}.{n % 256}" if many else "10.0.0.1" for n in range(30_000)]
    started = time.process_time()
    for address in addresses[:10_000]:
        fail(attempts, address, 1)
    assert time.process_time() - started < 1
    tracemalloc.start()
    for address in addresses[10_000:]:
        fail(attempts, address, 1)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 4_000_000
