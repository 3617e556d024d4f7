"""InformFilter: which of the informs that devices send by themselves are meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from katgate.errors import BadRequest
from katgate.katcp.message import Message
from katgate.katcp.patterns import Patterns
from katgate.tx.server import LOG_LEVELS

__all__ = ["LEVELS", "InformFilter"]

#: Level -> how far down it is. `off` is no level of a message.
_DEPTHS: Final = {level: depth for depth, level in enumerate(LOG_LEVELS) if depth}

#: What may be asked for, from the worst to all.
LEVELS: Final = tuple(_DEPTHS)


@dataclass(frozen=True, slots=True)
class InformFilter:
    """Informs by patterns over their names, all if there are none; with a level the #log informs of that level and of
    those above, and no others.
    """

    names: Patterns
    level: str | None = None

    @classmethod
    def of(cls, names: Iterable[str], level: str | None = None) -> "InformFilter":
        """Return the filter of these patterns and level. Raises PatternError and BadRequest."""
        if level is not None and level not in _DEPTHS:
            raise BadRequest(f"{level[:100]!r} is not a level of #log: {', '.join(_DEPTHS)}")
        return cls(Patterns.of(names), level)

    def match(self, msg: Message) -> bool:
        """Return whether that inform is meant."""
        if self.names and not self.names.match(msg.name):
            return False
        if self.level is None:
            return True
        # A level that is not known may be anything, so it is not kept from who looks for trouble.
        return msg.name == "log" and _DEPTHS.get(msg.text(0), 0) <= _DEPTHS[self.level]
