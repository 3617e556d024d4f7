"""Pattern: a name, a glob (`*.temp`) or a `/regex/` from outside, over names of sensors and devices.

All run on RE2, so that none runs for ever: with Python's own engine `^(([a-z0-9.])+)+!$` takes seconds on a
name of 26 characters.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import re2

from katgate.errors import PatternError

__all__ = ["Pattern", "any_of"]

#: Nobody writes a longer one by hand; a bound keeps what is compiled and kept small.
MAX_PATTERN_LENGTH = 1000

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
# In bytes, for each: enough for what people write, too little for what only an attacker would.
_OPTIONS.max_mem = 1 << 20
_OPTIONS.never_capture = True

#: The largest program that a pattern may be compiled to. One of `(([a-z.0-9-]?){30}){30}!$` takes 1.3 ms a name,
#: what fits under this bound 0.002 ms.
_LARGEST_PROGRAM = 2000

#: How many of the largest several patterns may be together.
_MOST_PROGRAMS = 4

_GLOB_CHARACTERS = re.compile(r"[*?\[]")


class Pattern:
    """Something that names may match. Two are equal if their text is.

    A text between slashes is a regular expression (RE2 syntax), found anywhere in a name as in KATCP's own
    `?sensor-list /regex/`; a text with `*`, `?` or `[` is a glob over the whole name, in which `*` takes
    dots too; anything else is one name.
    """

    __slots__ = ("_compiled", "exact", "is_all", "text")

    def __init__(self, text: str) -> None:
        if not text:
            raise PatternError(text, "it is empty")
        if len(text) > MAX_PATTERN_LENGTH:
            raise PatternError(text[:40] + "...", f"it is longer than {MAX_PATTERN_LENGTH} characters")
        self.text = text
        #: The one name that it matches, or None for a glob or regular expression.
        self.exact: str | None = None
        #: Whether it matches every name.
        self.is_all = not text.strip("*")
        self._compiled: re2._Regexp | None = None
        if is_name(text):
            self.exact = text
        elif not self.is_all:
            self._compiled = _compile(text, text[1:-1] if is_regex(text) else _glob_to_regex(text))

    def matches(self, name: str) -> bool:
        """Return whether the name is meant."""
        if self._compiled is None:
            return self.is_all or name == self.exact
        # What RE2 cannot take is text that UTF-8 cannot hold; names are text, so it always can.
        return self._compiled.search(name) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"


def any_of(patterns: Iterable[Pattern]) -> Callable[[str], bool]:
    """Return what says whether one of several globs and regular expressions matches a name (`*` matches all).

    They are joined, which takes little more time a name than one of them (50 globs on 10,000 names: 17 ms and not
    620). Raises PatternError if they are too complicated together.
    """
    several = list(patterns)
    if any(pattern.is_all for pattern in several):
        return lambda name: True
    compiled = [pattern._compiled for pattern in several if pattern._compiled is not None]
    searches: list[re2._Regexp] = []
    joined: list[str] = []
    size = 0
    if sum(one.programsize for one in compiled) > _MOST_PROGRAMS * _LARGEST_PROGRAM:
        raise PatternError(f"{len(compiled)} patterns", "together they would take too long")
    for one in compiled:
        if joined and size + one.programsize > _LARGEST_PROGRAM:
            searches.append(re2.compile("|".join(joined), _OPTIONS))
            joined, size = [], 0
        joined.append(f"(?:{one.pattern})")
        size += one.programsize
    if joined:
        searches.append(re2.compile("|".join(joined), _OPTIONS))
    return lambda name: any(search.search(name) is not None for search in searches)


def is_name(text: str) -> bool:
    """Return whether a text is one name, and no pattern."""
    return bool(text) and not is_regex(text) and _GLOB_CHARACTERS.search(text) is None


def is_regex(text: str) -> bool:
    """Return whether a text is a `/regex/`. A single slash is a name, as aiokatcp has it."""
    return len(text) > 1 and text.startswith("/") and text.endswith("/")


@lru_cache(maxsize=64)
def _compile(text: str, regex: str) -> "re2._Regexp":
    try:
        compiled = re2.compile(regex, _OPTIONS)
    except UnicodeEncodeError:
        raise PatternError(repr(text), "it is text that UTF-8 cannot hold") from None
    except re2.error as error:
        why = error.args[0]
        raise PatternError(
            text, why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        ) from None
    if compiled.programsize > _LARGEST_PROGRAM:
        raise PatternError(text, "it would take too long: it has too many repetitions within repetitions")
    return compiled


def _glob_to_regex(glob: str) -> str:
    parts, at = [], 0
    while at < len(glob):
        character = glob[at]
        at += 1
        if character == "*":
            parts.append(".*")
        elif character == "?":
            parts.append(".")
        elif character == "[" and (end := glob.find("]", at + (2 if glob[at : at + 1] == "!" else 1))) > 0:
            inside = glob[at:end].replace("\\", r"\\").replace("[", r"\[")
            parts.append("[" + ("^" + inside[1:] if inside.startswith("!") else inside) + "]")
            at = end + 1
        else:
            parts.append(re.escape(character))
    return r"(?s)\A" + "".join(parts) + r"\z"
