"""`@request` and `@return_reply`: handlers with KATCP types, as code for katcp and katcp.tx has them.

    @request(Int(), Float(default=1.0))
    @return_reply(Float())
    def request_scale(self, count, factor):
        \"\"\"Multiply: `?scale count [factor]`.\"\"\"
        return "ok", count * factor

New code says the same with annotations alone; see `katgate.tx.ServerKatCPProtocol`.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from katgate.katcp.message import Message
from katgate.katcp.parameters import Parameter, pack, unpack
from katgate.katcp.types import KatType, Str
from katgate.katcp.values import V5

__all__ = ["inform", "request", "request_timeout_hint", "return_reply"]

Handler = Callable[..., Any]
H = TypeVar("H", bound=Handler)


def request(
    *types: KatType, include_msg: bool = False, has_req: bool | None = None, major: int = V5
) -> Callable[[Handler], Handler]:
    """Decode the arguments of a request by these types before the handler is called.

    `include_msg` gives the handler the Message too, before the arguments. `has_req` says whether it takes
    the request (`katgate.tx.Request`) first of all; by default it does if its first parameter is called
    `req` or `sock`. What cannot be decoded is answered `fail`, with the name of the argument.
    """

    def decorate(handler: Handler) -> Handler:
        names = _parameter_names(handler)
        takes_req = bool(names) and names[0] in ("req", "sock") if has_req is None else has_req
        names = names[takes_req + include_msg :]
        if len(names) != len(types) and not _takes_any(handler):
            raise TypeError(
                f"{handler.__name__} has {len(names)} arguments ({', '.join(names)}), not {len(types)}"
            )
        parameters = [
            Parameter.of(names[index] if index < len(names) else f"argument-{index + 1}", katcp_type)
            for index, katcp_type in enumerate(types)
        ]

        def raw(self: Any, msg: Message) -> Any:
            values = unpack(msg.name, parameters, msg.arguments, major)
            before = ([self.make_request(msg)] if takes_req else []) + ([msg] if include_msg else [])
            return handler(self, *before, *values)

        return _dressed(raw, handler)

    return decorate


#: The same for `inform_<name>` methods of a client: `@inform(Str(), Int())`.
inform = functools.partial(request, has_req=False)


def return_reply(*types: KatType, major: int = V5) -> Callable[[Handler], Handler]:
    """Make the reply of what the handler returns: `("ok", *values)`, encoded by these types, or
    `("fail", "why")`. It stands below `@request`. A Message is sent as it is; an awaitable may give either.

    Raises TypeError where the decorated method is not called `request_<name>`.
    """

    def decorate(handler: Handler) -> Handler:
        name = str(getattr(handler, "__name__", ""))
        if not name.startswith("request_"):
            raise TypeError(f"@return_reply is for methods called request_<name>, not {name}")
        name = name.removeprefix("request_").replace("_", "-")

        def reply(result: Any) -> Any:
            return result if isinstance(result, Message) else _reply(name, types, result, major)

        def raw(self: Any, *arguments: Any) -> Any:
            result = handler(self, *arguments)
            return _awaited(result, reply) if inspect.isawaitable(result) else reply(result)

        raw.parameter_names = _parameter_names(handler)  # type: ignore[attr-defined]
        return _dressed(raw, handler)

    return decorate


def request_timeout_hint(seconds: float) -> Callable[[H], H]:
    """Say how long a request may take, for `?request-timeout-hint` (KATCP 5.1, flag T).

    Only requests that may take longer than 5 s need one.
    """
    if not seconds > 0:
        raise ValueError(f"a request takes more than {seconds!r} s")

    def decorate(handler: H) -> H:
        handler.timeout_hint_s = float(seconds)  # type: ignore[attr-defined]
        return handler

    return decorate


def _reply(name: str, types: tuple[KatType, ...], result: Any, major: int) -> Message:
    if not isinstance(result, tuple | list) or not result:
        raise TypeError(
            f'?{name} must return a tuple such as ("ok", value) or ("fail", "why"), not {result!r}'
        )
    code, *values = result
    if code == Message.OK:
        return Message.reply(name, code, *pack(types, values, major))
    if code in (Message.FAIL, Message.INVALID):
        return Message.reply(name, code, *pack([Str(multiple=True)], values, major))
    raise TypeError(f"?{name} must return ok, fail or invalid first, not {code!r}")


async def _awaited(result: Awaitable[Any], reply: Callable[[Any], Any]) -> Any:
    return reply(await result)


def _parameter_names(handler: Handler) -> list[str]:
    names: list[str] | None = getattr(handler, "parameter_names", None)
    return list(inspect.signature(handler).parameters)[1:] if names is None else names


def _takes_any(handler: Handler) -> bool:
    parameters = inspect.signature(handler).parameters.values()
    return any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)


def _dressed(raw: Handler, handler: Handler) -> Handler:
    """Give `raw` the name, docstring and attributes of `handler`, but not its signature."""
    functools.update_wrapper(raw, handler)
    del raw.__wrapped__  # type: ignore[attr-defined]
    return raw
