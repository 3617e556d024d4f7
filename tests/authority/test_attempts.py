"""Failed logins: who has too many waits; nobody waits for another's."""

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
    """Try so often; return how many of these were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            attempts.check(address)
        except TooManyRequests:
            continue
        attempts.failed(address)
        looked_at += 1
    return looked_at


def test_ten_in_a_row_then_one_a_second(attempts: Attempts, clock: Clock) -> None:
    """The answer says how long to wait, and after that it is so."""
    assert 10 == fail(attempts, "10.0.0.1", 1000)
    with pytest.raises(TooManyRequests, match=r"came from 10\.0\.0\.1; try again in 1 s") as refused:
        attempts.check("10.0.0.1")
    assert 1 == refused.value.retry_after_s
    clock.advance(1)
    assert 1 == fail(attempts, "10.0.0.1", 1000)
    clock.advance(3600)
    assert 10 == fail(attempts, "10.0.0.1", 1000)


def test_good_ones_are_not_counted(attempts: Attempts) -> None:
    """A program asks a hundred times a second with its token."""
    for _ in range(1000):
        attempts.check("10.0.0.1")


def test_others_failures_keep_nobody_out(attempts: Attempts) -> None:
    """Neither one address's nor those of thousands; among the latter each has one attempt only."""
    fail(attempts, "10.0.0.1", 10_000)
    attempts.check("10.0.0.2")
    looked_at = [fail(attempts, f"10.1.{high}.{low}", 5) for high in range(40) for low in range(250)]
    assert (5, 1) == (looked_at[0], looked_at[-1])
    attempts.check("10.0.0.2")


def test_too_many_in_all_are_forgiven(attempts: Attempts, clock: Clock) -> None:
    """When the storm is over an address that has failed once is treated as before."""
    for number in range(2000):
        attempts.failed(f"10.2.{number // 250}.{number % 250}")
    with pytest.raises(TooManyRequests):
        attempts.check("10.2.0.0")
    clock.advance(2)
    attempts.check("10.2.0.0")


def test_neighbours_of_ipv6_are_one(attempts: Attempts) -> None:
    """Whoever has a /64 would have 2^64 stocks; an IPv4 address in IPv6's clothes is itself."""
    assert 10 == sum(fail(attempts, f"2001:db8::{number:x}", 1) for number in range(1, 1000))
    attempts.check("2001:db8:0:1::1")
    assert 10 == fail(attempts, "::ffff:10.0.0.7", 20)
    assert 0 == fail(attempts, "10.0.0.7", 1)
    assert 10 == fail(attempts, "not-an-address", 20)


@pytest.mark.parametrize("many", [False, True], ids=["one address", "many addresses"])
def test_ten_thousand_attempts_are_cheap(attempts: Attempts, many: bool) -> None:
    """In time and in memory; measured: 16 ms from one, 33 ms from as many."""
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
