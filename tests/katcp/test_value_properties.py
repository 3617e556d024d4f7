"""What must hold for every strategy and every value: there and back again, and nothing that cannot be taken."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from katgate.errors import StrategyError
from katgate.katcp.sampling import SHORTEST_S, Kind, Strategy
from katgate.katcp.types import decode_value, type_named
from katgate.katcp.values import Value, encode

steady = settings(derandomize=True, deadline=None, database=None, max_examples=200)

# What is no Unicode text (half a surrogate pair) has no UTF-8.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def fifteen_digits(number: float) -> float:
    """Return a number as a strategy says it."""
    return float(f"{number:.15g}")


times = st.floats(SHORTEST_S, 1e300).map(fifteen_digits) | st.just(math.inf)
shortest = st.just(0.0) | times
differences = st.floats(1e-300, 1e300).map(fifteen_digits) | st.just(math.inf)
pairs = st.tuples(shortest, times).map(sorted)
strategies = st.one_of(
    st.sampled_from([Strategy(kind) for kind in (Kind.NONE, Kind.AUTO, Kind.EVENT)]),
    st.builds(Strategy, st.just(Kind.DIFFERENTIAL), difference=differences),
    st.builds(Strategy, st.just(Kind.PERIOD), period_s=times),
    st.builds(lambda pair: Strategy(Kind.EVENT_RATE, shortest_s=pair[0], longest_s=pair[1]), pairs),
    st.builds(
        lambda step, pair: Strategy(Kind.DIFFERENTIAL_RATE, step, shortest_s=pair[0], longest_s=pair[1]),
        differences,
        pairs,
    ),
)


def words(strategy: Strategy, major: int = 5) -> list[str]:
    """Return a strategy's words as text."""
    return [word.decode("ascii") for word in strategy.arguments(major)]


@steady
@given(strategies)
def test_strategy_is_read_back_as_it_was_written(strategy: Strategy) -> None:
    """To fifteen digits: what `?sensor-sampling` is told, and what it answers."""
    assert strategy == Strategy.parse(words(strategy))


@steady
@given(strategies)
def test_strategy_is_read_back_to_the_millisecond_before_version_5(strategy: Strategy) -> None:
    """v4 has whole milliseconds."""
    back = Strategy.parse(words(strategy, 4), 4)
    assert (strategy.kind, strategy.difference) == (back.kind, back.difference)
    for name in ("period_s", "shortest_s", "longest_s"):
        there, again = getattr(strategy, name), getattr(back, name)
        assert there == again or math.isclose(there, again, rel_tol=1e-14, abs_tol=0.001)


@steady
@given(
    st.lists(
        st.sampled_from([*Kind, "nan", "inf", "-1", "0", "1e999", "", "\0", "0x1", "1_0", "٣"]) | st.text()
    )
)
def test_any_words_are_a_strategy_or_are_refused(said: list[str]) -> None:
    """No other error comes of them, and what was taken can be said."""
    try:
        strategy = Strategy.parse(said)
    except StrategyError:
        return
    assert strategy == Strategy.parse(words(strategy))


# From 1938 to 2286: beyond, a float does not keep microseconds.
seconds = st.floats(-1e9, 1e10)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "integer": st.integers() | st.integers(-(10**4299) + 1, 10**4299),
    "float": st.floats(),
    "boolean": st.booleans(),
    "discrete": texts,
    "string": texts | st.binary(),
    "address": texts,
    "lru": st.sampled_from(["nominal", "error"]),
    "from-the-future": texts | st.binary(),
}


values = st.one_of([st.tuples(st.just(type_name), values) for type_name, values in VALUES.items()])


@steady
@given(values)
def test_value_is_read_back_as_it_was_written(typed: tuple[str, Value]) -> None:
    """For each type, in both versions. Bytes that are UTF-8 come back as text."""
    type_name, value = typed
    katcp_type = type_named(type_name)
    for major in (4, 5):
        raw = katcp_type.encode(value, major)
        back = katcp_type.decode(raw, major)
        if isinstance(value, bytes) and isinstance(back, str):
            back = back.encode()
        assert (type(value), repr(value)) == (type(back), repr(back))


@steady
@given(seconds)
def test_timestamp_is_read_back_to_the_unit_it_is_sent_in(timestamp: float) -> None:
    """Microseconds in v5, milliseconds in v4."""
    timestamp_type = type_named("timestamp")
    for major, unit_s in ((5, 1e-6), (4, 1e-3)):
        back = timestamp_type.decode(timestamp_type.encode(timestamp, major), major)
        assert isinstance(back, float)
        assert abs(back - timestamp) <= unit_s


near_numbers = st.from_regex(rb"[-+0-9.eEinfax_ ]{0,20}", fullmatch=True)


@steady
@given(st.sampled_from([*VALUES, "timestamp"]), st.binary(max_size=20) | near_numbers)
def test_any_bytes_are_a_value(type_name: str, raw: bytes) -> None:
    """Of the type, or the device's own text: a reading is shown, whatever it is."""
    value = decode_value(type_named(type_name), raw)
    if isinstance(value, str | bytes):
        assert raw == encode(value)
    elif type_name != "timestamp":
        assert repr(value) == repr(decode_value(type_named(type_name), encode(value)))
