"""Patterns: any of several names, globs and `/regex/`es."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from katgate.errors import BadRequest
from katgate.katcp.pattern import Pattern, any_of, is_name

__all__ = ["NOTHING", "Patterns"]

#: Names are looked up, so many may be given; a browser that wants more wants a glob.
_MOST_NAMES: Final = 10_000
#: Globs and regexes are tried on every sensor there is.
_MOST_PATTERNS: Final = 50

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Patterns:
    """Any of several names, globs and `/regex/`es. Two are equal if they hold the same, in whatever order."""

    names: frozenset[str]
    others: frozenset[Pattern]
    #: Whether one of `others` means a name.
    matches_others: Callable[[str], bool] = field(compare=False, repr=False)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Patterns":
        """Return the patterns of these texts. Raises PatternError, or BadRequest for too many."""
        different = set(texts)
        names = frozenset(text for text in different if is_name(text))
        others = different - names
        # Counted before any is compiled, which takes time and memory.
        if len(names) > _MOST_NAMES or len(others) > _MOST_PATTERNS:
            raise BadRequest(
                f"too many patterns: at most {_MOST_NAMES} names, and {_MOST_PATTERNS} globs and regexes"
            )
        patterns = frozenset(Pattern(text) for text in others)
        return cls(names, patterns, any_of(patterns))

    @classmethod
    def union(cls, several: "Iterable[Patterns]") -> "Patterns":
        """Return what any of them means. These may be more than `of` takes: each was bounded."""
        parts = tuple(several)
        names = frozenset[str]().union(*(part.names for part in parts))
        patterns = frozenset[Pattern]().union(*(part.others for part in parts))
        return cls(names, patterns, lambda name: any(part.matches_others(name) for part in parts))

    def match(self, name: str) -> bool:
        """Return whether one of them means that name."""
        return name in self.names or self.matches_others(name)

    def among(self, named: Mapping[str, _T]) -> list[_T]:
        """Return those that are meant. Names are looked up, not tried one by one on all there are."""
        if not self.others:
            return [named[name] for name in self.names if name in named]
        if any(pattern.is_all for pattern in self.others):
            return list(named.values())
        return [one for name, one in named.items() if self.match(name)]

    @property
    def texts(self) -> list[str]:
        """The patterns as they were given, each once, sorted."""
        return sorted([*self.names, *(pattern.text for pattern in self.others)])

    def __bool__(self) -> bool:
        return bool(self.names or self.others)


#: Means no name.
NOTHING: Final = Patterns.of(())
