"""Selection: which sensors of which devices a wish means."""

import pytest

from katgate.errors import BadRequest
from katgate.hub.selection import Selection


def test_selection_is_over_devices_and_sensors() -> None:
    """Both must match; any of the sensor patterns does."""
    selection = Selection.of("m0*", ["mode", "*.temp", "/^rsc/"])
    sensors = {name: name.upper() for name in ("mode", "modes", "rsc.wind", "a.temp", "temp")}
    assert ["MODE", "RSC.WIND", "A.TEMP"] == selection.among("m001", sensors)
    assert [] == selection.among("cbf", sensors)


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        (["*"], "abc"),
        (["**", "a"], "abc"),
        (["a", "nope"], "a"),
        (["?"], "abc"),
        (["[ab]", "c"], "abc"),
        (["/b|c/"], "bc"),
    ],
)
def test_names_patterns_and_all(texts: list[str], meant: str) -> None:
    """Names are looked up; everything is everything; else each is tried."""
    assert list(meant) == sorted(Selection.of("m", texts).among("m", {name: name for name in "abc"}))


def test_same_selection_in_another_order_is_the_same_wish() -> None:
    """Two browsers share a stream if they mean the same."""
    assert Selection.of("m", ["a", "b", "a"]) == Selection.of("m", ["b", "a"])
    assert Selection.of("m", ["a"]) != Selection.of("m", ["b"])


def test_selection_of_nothing_is_refused() -> None:
    """An empty list is a mistake, not all sensors."""
    with pytest.raises(BadRequest, match="means all"):
        Selection.of("m", [])


def test_patterns_are_bounded() -> None:
    """Names are looked up, so many may be given; globs are tried one by one, so few."""
    assert [1] == Selection.of("m", [f"s{n}" for n in range(10_000)]).among("m", {"s9999": 1, "t": 2})
    for texts in ([f"s{n}" for n in range(10_001)], [f"s{n}*" for n in range(51)]):
        with pytest.raises(BadRequest, match="at most 10000 names, and 50"):
            Selection.of("m", texts)
