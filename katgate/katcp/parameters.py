"""Parameters: what a request handler takes and gives back, as KATCP types.

They come from the annotations of a typed handler (`annotations.py`), or from the decorators of ported code
(`decorators.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from katgate.errors import FailReply
from katgate.katcp.types import KatType
from katgate.katcp.values import V5

__all__ = ["Parameter", "pack", "unpack"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a request: what it is called, what it may be, and whether it may be missing.

    `is_rest`: it stands for all arguments that are left.
    """

    name: str
    katcp_type: KatType
    is_required: bool = True
    is_rest: bool = False
    default: Any = None

    @classmethod
    def of(cls, name: str, katcp_type: KatType) -> "Parameter":
        """Return the parameter of a type that says itself whether it may be missing."""
        is_required = katcp_type.default is None and not (katcp_type.optional or katcp_type.multiple)
        return cls(name, katcp_type, is_required, katcp_type.multiple, katcp_type.default)

    def __str__(self) -> str:
        text = f"{self.name}..." if self.is_rest else self.name
        return text if self.is_required else f"[{text}]"


def unpack(
    request: str, parameters: Sequence[Parameter], arguments: Sequence[bytes], major: int = V5
) -> list[Any]:
    """Return the values of a request's arguments, one for each parameter; those of the rest one by one.

    Raises FailReply with a sentence that names the argument.
    """
    if len(arguments) > len(parameters) and not (parameters and parameters[-1].is_rest):
        count = f"{len(parameters)} argument{'s' if len(parameters) != 1 else ''}"
        raise FailReply(f"too many arguments: ?{request} takes {count}, not {len(arguments)}")
    values = []
    for index, parameter in enumerate(parameters):
        if parameter.is_rest:
            values += [_unpack(parameter, arguments[at], at, major) for at in range(index, len(arguments))]
        elif index < len(arguments):
            values.append(_unpack(parameter, arguments[index], index, major))
        elif parameter.is_required:
            usage = " ".join([f"?{request}", *map(str, parameters)])
            raise FailReply(f"{parameter.name} (argument {index + 1}) is missing: {usage}")
        else:
            values.append(parameter.default)
    return values


def _unpack(parameter: Parameter, raw: bytes, index: int, major: int) -> Any:
    try:
        return parameter.katcp_type.unpack(raw, major)
    except ValueError as error:
        raise FailReply(f"{parameter.name} (argument {index + 1}): {error}") from None


def pack(types: Sequence[KatType], values: Sequence[Any], major: int = V5) -> list[bytes]:
    """Return values as arguments of a reply or inform. The last type is that of all that are left, if it is
    `multiple`.

    Raises TypeError or ValueError if they are not what the types say.
    """
    if types and types[-1].multiple:
        types = [*types[:-1], *[types[-1]] * (len(values) - len(types) + 1)]
    if len(values) != len(types):
        raise TypeError(f"{len(types)} values were announced, not {len(values)}: {values!r}")
    return [katcp_type.pack(value, major) for katcp_type, value in zip(types, values, strict=True)]
