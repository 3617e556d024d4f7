"""Parameters: what the query of an address may have, declared once: by it a value is read, and described."""

from dataclasses import dataclass
from typing import Any

from katgate.katcp.pattern import MAX_PATTERN_LENGTH

__all__ = ["IntegerParameter", "Parameter", "PatternParameter"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A text. `about` says what it means; `words` are all that it may be, if it is not any text; with `many` it may
    be repeated. `default` is what counts without it.
    """

    name: str
    about: str
    example: Any = None
    default: Any = None
    words: tuple[str, ...] = ()
    many: bool = False

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        one = self._one()
        if self.many:
            return {"type": "array", "items": one}
        return one if self.default is None else {**one, "default": self.default}

    def _one(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)} if self.words else {"type": "string"}


class PatternParameter(Parameter):
    """A name, a glob or a `/regex/`."""

    __slots__ = ()

    def _one(self) -> dict[str, Any]:
        # Among several those that are names are looked up, however long.
        longest = {} if self.many else {"maxLength": MAX_PATTERN_LENGTH}
        return {"type": "string", "minLength": 1, **longest}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerParameter(Parameter):
    """An integer from `least` to `most`."""

    default: int = 0
    least: int = 0
    most: int

    def _one(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}
