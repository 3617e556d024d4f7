"""Query: the parameters of one request's address."""

from collections.abc import Iterable
from typing import Any

from katgate.api.parameters import IntegerParameter
from katgate.errors import BadRequest

__all__ = ["Query"]


class Query:
    """The parameters of a request's address. One that is not `allowed` is an error: it may be misspelt."""

    def __init__(self, request: Any, allowed: Iterable[str]) -> None:
        names = set(allowed)
        self._values: dict[str, list[str]] = {}
        arguments: dict[bytes, list[bytes]] = request.args
        for raw_name, raw_values in arguments.items():
            try:
                name = raw_name.decode("utf-8")
                values = [value.decode("utf-8") for value in raw_values]
            except UnicodeDecodeError:
                raise BadRequest(f"the parameter {raw_name!r} is not UTF-8") from None
            if name not in names:
                there_are = ", ".join(sorted(names)) or "none"
                raise BadRequest(f"there is no parameter {name!r} here; those that there are: {there_are}")
            self._values[name] = values

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter that may be repeated."""
        return self._values.get(name, [])

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, or None. Raises BadRequest if it was repeated."""
        values = self.all(name)
        if len(values) > 1:
            raise BadRequest(f"the parameter {name!r} is given {len(values)} times; give it once")
        return values[0] if values else None

    def integer(self, parameter: IntegerParameter) -> int:
        """Return a parameter that is an integer, or its default. Raises BadRequest for one that is out of range."""
        text = self.one(parameter.name)
        if text is None:
            return parameter.default
        least, most = parameter.least, parameter.most
        if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
            raise BadRequest(f"{parameter.name} must be an integer from {least} to {most}, not {text!r}")
        return int(text)
