"""Patterns from outside: names, globs, /regex/."""

import time

import pytest

from katgate.errors import PatternError
from katgate.katcp.pattern import Pattern, any_of

MATCHES = [
    ("wind.speed", "wind.speed", True),
    ("wind.speed", "windxspeed", False),
    ("*.temp", "m000.rsc.temp", True),
    ("*.temp", "m000.rsc.temperature", False),
    ("m00?", "m001", True),
    ("m00?", "m0011", False),
    ("m00[1-3]", "m002", True),
    ("m00[!1-3]", "m002", False),
    ("a[b", "a[b", True),
    ("a+b*", "a+bc", True),
    ("/temp$/", "m000.temp", True),
    ("/temp$/", "m000.temper", False),
    ("/^m/", "rm", False),
    ("/", "/", True),
    ("//", "anything", True),
]


@pytest.mark.parametrize(("text", "name", "expected"), MATCHES)
def test_pattern(text: str, name: str, expected: bool) -> None:
    """What users of globs and of KATCP's /regex/ expect."""
    assert expected == Pattern(text).matches(name)


def test_unusable_pattern_is_refused_with_a_sentence() -> None:
    """The pattern and the reason are named."""
    with pytest.raises(PatternError, match=r"'/\(/' cannot be used: missing \)"):
        Pattern("/(/")
    with pytest.raises(PatternError, match="empty"):
        Pattern("")
    with pytest.raises(PatternError, match="longer than"):
        Pattern("x" * 10_000)


def test_no_pattern_runs_for_ever() -> None:
    """With Python's own engine this one takes minutes, and the whole gateway stands still."""
    started = time.perf_counter()
    assert not Pattern("/^(([a-z0-9.])+)+!$/").matches("a" * 5000)
    assert not Pattern("*a*a*a*a*a*a*a*a*a*b").matches("a" * 5000)
    assert time.perf_counter() - started < 1.0


def test_any_of_several_patterns() -> None:
    """As each of them alone: globs over the whole name, regexes anywhere, flags for themselves only."""
    texts = ["a*", "*.temp", "/^B$/", "/(?i)wind/", "/x|y/", "[0-9]?", *(f"*{n}*z" for n in range(40))]
    patterns = [Pattern(text) for text in texts]
    matches = any_of(patterns)
    for name in ("a", "ba", "m.temp", "B", "b", "xB", "WIND", "Bx", "7q", "q7", "17z", "T", "", "TEMP"):
        assert any(pattern.matches(name) for pattern in patterns) is matches(name), name
    assert not any_of([])("a")


def test_too_much_in_several_patterns() -> None:
    """Fifty of the largest would take half a second for the sensors of one device."""
    large = [Pattern(f"/(([a-z]?){{15}}){{15}}{n}/") for n in range(50)]
    with pytest.raises(PatternError, match="together they would take too long"):
        any_of(large)
    any_of(large[:2])
