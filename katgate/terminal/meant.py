"""Which sensors are meant by names, globs and regular expressions, and what to say if there are none."""

from collections.abc import Callable, Collection, Sequence

from katgate.errors import NothingMatches, UnknownSensor
from katgate.katcp.pattern import Pattern, any_of, is_name

__all__ = ["check_found", "is_meant_by"]


def is_meant_by(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return what says whether a sensor is meant. Raises PatternError."""
    names = frozenset(text for text in patterns if is_name(text))
    matches = any_of(Pattern(text) for text in patterns if not is_name(text))
    return lambda name: name in names or matches(name)


def check_found(device: str, patterns: Sequence[str], found: Collection[str]) -> None:
    """Raise UnknownSensor for a name that is not among what was found, NothingMatches if nothing was."""
    for text in patterns:
        if is_name(text) and text not in found:
            raise UnknownSensor(device, text)
    if not found:
        raise NothingMatches(device, patterns)
