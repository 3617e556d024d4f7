"""Where an option stands in a TOML file. Python's parser does not tell; but it can be asked for less of the file."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

__all__ = ["Path", "line_of"]

#: The keys and indices that lead to an option, such as ("device", 0, "name").
Path = Sequence[str | int]

#: An empty line, a comment, a table's heading or a key: what follows the end of an option is one of these.
_MAY_BEGIN: Final = re.compile(r"""\s*(\Z|[#\[]|[\w"'-].*=)""")


def line_of(path: Path, text: str) -> int | None:
    """Return the number of the line (from 1) in which an option of a good TOML text begins, or None."""
    lines = [f"{line}\n" for line in text.split("\n")]

    def is_within(count: int) -> bool:
        """Whether an option begins in the first lines: more of them are taken until what begins there ends."""
        for end in range(count, len(lines) + 1):
            if end < len(lines) and not _MAY_BEGIN.match(lines[end]):
                continue  # the middle of a long list: to try each of its lines would take a minute
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
