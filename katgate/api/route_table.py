"""RouteTable: what there is to say of each route, from what it is made of. The descriptions are made from it.

Nothing is written down twice: the answer is what the handler says that it returns, the summary is its docstring, the
body and the parameters are those that the handler is handed.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from klein import Klein

from katgate.api.parameters import Parameter
from katgate.authority.role import Role

__all__ = ["JSON", "App", "Route", "RouteTable", "answer_of", "path_of"]

JSON: Final = "application/json"

_NAME: Final = re.compile(r"<name:(\w+?)_?>")


@dataclass(frozen=True, slots=True)
class Route:
    """One method at one address: `about` it, the type of its `answer`, and the codes of the `problems` that it may
    answer instead. `also`: other statuses of the same answer, and what they mean. `role`: who may ask; None: anybody.
    """

    method: str
    path: str
    about: str
    answer: Any
    problems: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: type | None = None
    media_type: str = JSON
    role: Role | None = Role.VIEWER
    also: Mapping[int, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def summary(self) -> str:
        """The first sentence about it, without its full stop."""
        return self._sentences[0].removesuffix(".")

    @property
    def details(self) -> str:
        """The other sentences."""
        return self._sentences[2]

    @property
    def _sentences(self) -> tuple[str, str, str]:
        return " ".join(self.about.split()).partition(". ")


RouteTable = dict[str, Route]


class App(Klein):
    """A Klein app with what there is to say of its routes: endpoint -> Route."""

    def __init__(self) -> None:
        super().__init__()
        self.table: RouteTable = {}


def path_of(path: str) -> str:
    """Return a path of the routing as OpenAPI has it. A name that the handler has already for an argument bears an
    underscore: `<name:request_>` becomes `{request}`.
    """
    return _NAME.sub(r"{\1}", path)


def answer_of(handler: Callable[..., Any]) -> Any:
    """Return what a handler answers in the end, as its annotation says; None if it says nothing."""
    hint = get_type_hints(handler, include_extras=True).get("return")
    if get_origin(hint) in (Union, UnionType):
        return next(one for one in get_args(hint) if not _is_awaited(one))
    return hint


def _is_awaited(hint: Any) -> bool:
    origin = get_origin(hint)
    return inspect.isclass(origin) and issubclass(origin, Awaitable)
