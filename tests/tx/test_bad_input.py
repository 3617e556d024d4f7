"""Bad input, for both sides of katgate.tx: any bytes in any chunks. What must hold is in `tests/fuzz`."""

import gc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.client_side import ClientSide
from tests.fuzz.grammar import scripts
from tests.fuzz.lines import SAID_BY_CLIENTS, SAID_BY_DEVICES
from tests.fuzz.mirror_side import MirrorSide, Start
from tests.fuzz.play import Piece, Side, nothing_of_ours_logged, play
from tests.fuzz.server_side import ServerSide
from tests.support import V5, V5_WITHOUT_IDS

#: What a mirror that is getting in step waits for, in order.
ANSWERS = [b"!help[M] ok 0\n", b"!sensor-list[M] ok 0\n", b"!sensor-sampling[M] ok\n"]

bounded = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def all_looked_at() -> Iterator[None]:
    """Fail a test that leaves a Deferred's failure anywhere, also where only the collector finds it."""
    with nothing_of_ours_logged():
        yield
        gc.collect()


SIDES: dict[str, tuple[Callable[[], Side], list[bytes]]] = {
    "server": (ServerSide, SAID_BY_CLIENTS),
    "client": (lambda: ClientSide(V5), SAID_BY_DEVICES),
    "client without ids": (lambda: ClientSide(V5_WITHOUT_IDS), SAID_BY_DEVICES),
    "client that has heard no version": (lambda: ClientSide(b""), SAID_BY_DEVICES),
    "mirror": (lambda: MirrorSide(V5), SAID_BY_DEVICES),
    "mirror without ids": (lambda: MirrorSide(V5_WITHOUT_IDS), SAID_BY_DEVICES),
    "mirror that is being told": (lambda: MirrorSide(V5, Start.NEGOTIATED), SAID_BY_DEVICES),
    "mirror without ids that is being told": (
        lambda: MirrorSide(V5_WITHOUT_IDS, Start.NEGOTIATED),
        SAID_BY_DEVICES,
    ),
    "mirror that has heard no version": (lambda: MirrorSide(V5, Start.CONNECTED), SAID_BY_DEVICES),
}


@pytest.mark.parametrize("name", SIDES)
def test_lines_of_the_table(name: str) -> None:
    """Each by itself, each between the answers that are waited for, and all in a row."""
    build, lines = SIDES[name]
    for line in lines:
        play(build, [(line + b"\n", 2.1)])
        play(build, [(answer + line + b"\n", 2.1) for answer in (b"", *ANSWERS)])
    play(build, [(b"\n".join(lines) + b"\n", 31.0)])
    play(build, [(line + b"\n", 0.0) for line in (*lines, *lines)])


@bounded
@given(scripts(SAID_BY_CLIENTS))
def test_server(pieces: list[Piece]) -> None:
    """Whatever a client says, each line has its one answer, and the connection lives."""
    play(ServerSide, pieces)


@bounded
@given(scripts(SAID_BY_DEVICES), st.sampled_from([name for name in SIDES if "client" in name]))
def test_client(pieces: list[Piece], name: str) -> None:
    """Whatever a device says, the client answers nothing, and the next reply comes to its request."""
    play(SIDES[name][0], pieces)


@bounded
@given(scripts(SAID_BY_DEVICES), st.sampled_from([name for name in SIDES if "mirror" in name]))
def test_mirror(pieces: list[Piece], name: str) -> None:
    """No device talks a mirror out of step for good, neither on this connection nor on the next."""
    play(SIDES[name][0], pieces)


def test_sensor_whose_limits_are_no_numbers_is_not_another_at_each_listing() -> None:
    """`nan` is not equal to itself; and each time all who follow the sensor would lose it for a moment."""
    side = MirrorSide(V5)
    first = side.listed_anew(b"a temperature C float nan nan")
    again = side.listed_anew(b"a temperature C float nan nan")
    assert [(["a"], ["a", "b", "n"])] == first
    assert [] == again
