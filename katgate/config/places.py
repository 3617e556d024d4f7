"""Where an option stands in a TOML file. Python's parser does not tell; but it can be asked for less of the file."""

import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

__all__ = ["Path", "line_of"]

#: The keys and indices that lead to an option, such as ("device", 0, "name").
Path = Sequence[str | int]


def line_of(path: Path, text: str) -> int | None:
    """Return the number of the line (from 1) in which an option of a good TOML text begins, or None."""
    lines = text.splitlines(keepends=True)

    def is_within(count: int) -> bool:
        """Whether an option begins in the first lines: more of them are taken until what begins there ends."""
        for end in range(count, len(lines) + 1):
            try:
                return _has(tomllib.loads("".join(lines[:end])), path)
            except tomllib.TOMLDecodeError:
                pass
        return False

    if not is_within(len(lines)):
        return None
    # Once it is there more lines do not take it away.
    return bisect_left(range(len(lines)), True, key=lambda index: is_within(index + 1)) + 1


def _has(value: Any, path: Path) -> bool:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True
