"""Connection: its way up and down. (`test_connection_walk.py` goes all ways.)"""

import pytest
from twisted.internet.error import ConnectionRefusedError, DNSLookupError, TimeoutError

from katgate.tx.connection import LONGEST_PAUSE_S, State
from tests.support import V5, outcome
from tests.tx.connection_rig import Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_the_way_up(rig: Rig) -> None:
    """Each state is told of once, in order."""
    rig.connection.start()
    rig.up()
    assert ["connecting", "negotiating", "syncing", "negotiated", "synced"] == rig.told
    assert rig.connection.error is None
    assert 0 == rig.connection.reconnects


def test_loss_and_return(rig: Rig) -> None:
    """A lost device is looked for again, and counted when it is back."""
    rig.connection.start()
    wire = rig.up()
    rig.told.clear()
    wire.cut()
    assert ["sleeping", "lost"] == rig.told
    assert rig.connection.error is not None
    rig.clock.advance(0.5)
    rig.up()
    assert State.SYNCED is rig.connection.state
    assert 1 == rig.connection.reconnects
    assert rig.connection.error is None


def test_refused_connection_says_why(rig: Rig) -> None:
    """The operator reads the reason in the device's `error`."""
    rig.connection.start()
    for error, words in [
        (ConnectionRefusedError(), "nothing listens"),
        (TimeoutError(), "does not answer"),
        (DNSLookupError(), "host name is not known"),
        (RuntimeError("something else"), "something else"),
    ]:
        rig.endpoint.refuse(error)
        assert State.SLEEPING is rig.connection.state
        assert words in str(rig.connection.error)
        rig.clock.advance(30)


def test_pause_grows_to_its_limit_and_starts_anew_only_when_synced(rig: Rig) -> None:
    """A device that accepts and then fails is not hammered."""
    rig.connection.start()
    longest = 0.0
    for _ in range(200):
        rig.endpoint.accept().cut()
        [timer] = rig.clock.getDelayedCalls()
        pause = timer.getTime() - rig.clock.seconds()
        assert 0 <= pause <= LONGEST_PAUSE_S
        longest = max(longest, pause)
        rig.clock.advance(pause)
    assert longest > LONGEST_PAUSE_S / 2
    rig.up().cut()
    [timer] = rig.clock.getDelayedCalls()
    assert timer.getTime() - rig.clock.seconds() <= 0.5


def test_user_that_cannot_use_the_device(rig: Rig) -> None:
    """`fail` cuts, tells, and tries again later."""
    rig.connection.start()
    wire = rig.endpoint.accept()
    wire.say(V5)
    rig.connection.fail("its lists make no sense")
    assert wire.is_cut
    assert "its lists make no sense" == rig.connection.error
    assert 0 == rig.handed_out


@pytest.mark.parametrize("steps", range(5))
def test_stop_from_anywhere_leaves_nothing(rig: Rig, steps: int) -> None:
    """No timer, no attempt, no connection."""
    if steps >= 1:
        rig.connection.start()
    if steps == 2:
        rig.endpoint.refuse(ConnectionRefusedError())
    wire = rig.endpoint.accept() if steps >= 3 else None
    if wire is not None and steps == 4:
        wire.say(V5)
    stopped = outcome(rig.connection.stop())
    assert [None] == stopped
    assert State.CLOSED is rig.connection.state
    assert [] == rig.clock.getDelayedCalls()
    assert [] == rig.endpoint.attempts
    assert wire is None or wire.is_cut
    assert 0 == rig.handed_out


def test_last_words_outlive_the_attempts_that_follow(rig: Rig) -> None:
    """Why a device went is what an operator wants to read, an hour later too; until it is back."""
    rig.connection.start()
    wire = rig.up()
    wire.say(b"#disconnect going\\_for\\_lunch\n")
    wire.cut()
    for _ in range(2):
        rig.clock.advance(30)
        rig.endpoint.refuse(ConnectionRefusedError())
        assert str(rig.connection.error).endswith("; before it went it said: going for lunch")
    rig.clock.advance(30)
    rig.up().cut()
    rig.clock.advance(30)
    rig.endpoint.refuse(ConnectionRefusedError())
    assert "lunch" not in str(rig.connection.error)


def test_how_a_connection_ended(rig: Rig) -> None:
    """Closed by the device, or lost; and lost after a silence, which is how a link goes that nobody cut."""
    rig.connection.start()
    ends = [
        (lambda wire: wire.close(), 9, "the device closed the connection"),
        (lambda wire: wire.cut(), 1, "the connection to the device was lost"),
        (
            lambda wire: wire.cut(),
            9,
            "the connection to the device was lost, after nothing was heard of it for 9 s",
        ),
    ]
    for end, after_s, words in ends:
        wire = rig.up()
        rig.clock.pump([0.5] * 2 * after_s)
        end(wire)
        assert words == rig.connection.error
        rig.clock.advance(30)


def test_stopped_and_started_by_who_is_told(rig: Rig) -> None:
    """The end of the attempt before is not taken for that of the one now."""
    changed = rig.state_changed

    def state_changed() -> None:
        changed()
        if rig.connection.state is State.CONNECTING and len(rig.told) < 3:
            rig.connection.stop()
            rig.connection.start()

    rig.state_changed = state_changed  # type: ignore[method-assign]
    rig.connection.start()
    assert 1 == len(rig.endpoint.attempts)
    rig.up()
    assert State.SYNCED is rig.connection.state
