"""What the annotations of a typed handler say, in KATCP types.

async def request_track(self, req: Request, az: float, el: float = 45.0) -> float: ...
"""

import enum
import inspect
import types
import typing
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from katgate.katcp.argument_types import Bytes
from katgate.katcp.message import Message
from katgate.katcp.parameters import Parameter
from katgate.katcp.types import Bool, Discrete, Float, Int, KatType, Str
from katgate.katcp.values import V5, word_of

__all__ = ["parameters_of", "results_of", "type_for"]


class EnumWord(Discrete):
    """A member of an enumeration by its name: FOO_BAR is `foo-bar` on the wire, as in aiokatcp."""

    def __init__(self, members: type[enum.Enum]) -> None:
        self._members = {word_of(member): member for member in members}
        super().__init__(list(self._members))

    def unpack(self, raw: bytes, major: int = V5) -> enum.Enum:
        """Return the member."""
        word = raw.decode("utf-8", "backslashreplace")
        self.check(word)
        return self._members[word]

    def pack(self, value: Any, major: int = V5) -> bytes:
        """Return the member's word."""
        return word_of(value).encode("utf-8")


class AnyValue(KatType):
    """A value that is written by what it is: for what is not said to be anything."""


_FOR_PYTHON: Final[dict[Any, KatType]] = {
    bool: Bool(),
    int: Int(),
    float: Float(),
    str: Str(),
    bytes: Bytes(),
    Any: AnyValue(),
    object: AnyValue(),
}


def type_for(annotation: Any) -> KatType:
    """Return the KATCP type that an annotation stands for.

    int, float, bool, str, bytes; an enumeration, by the names of its members; `Literal["on", "off"]`; any
    of these or None; `Annotated[float, Float(min=0, max=90)]`, where the KATCP type says more.
    Raises TypeError for what has no KATCP type.
    """
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        given = [extra for extra in annotation.__metadata__ if isinstance(extra, KatType)]
        return given[0] if given else type_for(annotation.__origin__)
    if origin in (typing.Union, types.UnionType):
        kinds = [kind for kind in inner if kind is not types.NoneType]
        if len(kinds) == 1:
            return type_for(kinds[0])
    if origin is Literal and all(isinstance(word, str) for word in inner):
        return Discrete(inner)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return EnumWord(annotation)
    try:
        return _FOR_PYTHON[annotation]
    except (KeyError, TypeError):
        raise TypeError(
            f"{annotation!r} has no KATCP type; use int, float, bool, str, bytes, an enumeration, "
            'Literal["a", "b"] or Annotated[<one of these>, <a KATCP type>]'
        ) from None


def parameters_of(function: Callable[..., Any], *, skip: int) -> list[Parameter]:
    """Return the parameters of a typed handler after the first `skip`; one that is not annotated is text.

    Raises TypeError for an annotation without KATCP type, and for keyword-only and `**` parameters.
    """
    hints = typing.get_type_hints(function, include_extras=True)
    found = []
    for parameter in list(inspect.signature(function).parameters.values())[skip:]:
        if parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
            raise TypeError(f"{parameter.name} cannot be given: arguments of a request have no names")
        given = Parameter.of(parameter.name, type_for(hints.get(parameter.name, str)))
        if parameter.kind is parameter.VAR_POSITIONAL:
            given = replace(given, is_required=False, is_rest=True)
        elif parameter.default is not parameter.empty:
            given = replace(given, is_required=False, default=parameter.default)
        found.append(given)
    return found


def results_of(function: Callable[..., Any]) -> list[KatType]:
    """Return the types of what a typed handler gives back, after `ok`.

    `-> None` is nothing, `-> tuple[int, str]` two values, `-> tuple[str, ...]` as many as there are, and
    without a word it is whatever it is. An awaitable is what it gives; a Message is the whole reply.
    Raises TypeError for an annotation without KATCP type.
    """
    hints = typing.get_type_hints(function, include_extras=True)
    given = _awaited(hints.get("return", tuple[Any, ...]))
    if given in (types.NoneType, Message):
        return []
    if type(None) in typing.get_args(given) and typing.get_origin(given) in (typing.Union, types.UnionType):
        return [_Many(type_for(given))]  # which is none, or one
    if typing.get_origin(given) is not tuple:
        return [type_for(given)]
    kinds = typing.get_args(given)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return [_Many(type_for(kinds[0]))]
    return [type_for(kind) for kind in kinds]


def _awaited(annotation: Any) -> Any:
    origin = typing.get_origin(annotation)
    if annotation is tuple or (isinstance(annotation, type) and issubclass(annotation, Awaitable)):
        return tuple[Any, ...]  # it does not say of what
    if isinstance(origin, type) and issubclass(origin, Awaitable):
        # A Coroutine has three: what it yields, is sent, and gives. An Awaitable or Deferred has one.
        return typing.get_args(annotation)[2 if issubclass(origin, Coroutine) else 0]
    return annotation


class _Many(KatType):
    """As many of a type as there are."""

    def __init__(self, one: KatType) -> None:
        super().__init__(multiple=True)
        self._one = one

    def pack(self, value: Any, major: int = V5) -> bytes:
        return self._one.pack(value, major)
