"""Handlers: the `request_<name>` methods of a protocol class, made ready to be called with a Message.

Which kinds there are is told in `server_protocol.py`; this file tells them apart.
"""

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from katgate.katcp.annotations import parameters_of, results_of
from katgate.katcp.message import Message, MessageType
from katgate.katcp.parameters import pack, unpack
from katgate.tx.request import Request

__all__ = ["Handler", "dynamic_handler", "handlers_of", "method_name"]

_PREFIX: Final = "request_"


@dataclass(frozen=True, slots=True)
class Handler:
    """One request as a server answers it.

    `call(protocol, msg)` gives a result or an awaitable of one; `reply(msg, result)` makes the reply Message
    of it. `help` is what `?help` says. `timeout_hint_s` is None where there is none.
    """

    call: Callable[[Any, Message], Any]
    reply: Callable[[Message, Any], Message]
    help: str
    timeout_hint_s: float | None = None


def method_name(request: str) -> str:
    """Return the name of the method that handles a request."""
    return _PREFIX + request.replace("-", "_")


def handlers_of(protocol_class: type) -> dict[str, Handler]:
    """Return the handlers of a class by the names of their requests. They are made once.

    Raises TypeError for a typed handler whose annotations have no KATCP type.
    """
    if "_handlers" not in protocol_class.__dict__:
        protocol_class._handlers = {  # type: ignore[attr-defined]
            attribute.removeprefix(_PREFIX).replace("_", "-"): _handler(
                attribute, getattr(protocol_class, attribute)
            )
            for attribute in dir(protocol_class)
            if attribute.startswith(_PREFIX)
        }
    found: dict[str, Handler] = protocol_class._handlers  # type: ignore[attr-defined]
    return found


def dynamic_handler(method: Callable[[Message], Any]) -> Handler:
    """Return the handler for a method that an object has and its class has not."""
    return Handler(lambda _protocol, msg: method(msg), _checked, _help_text(method))


def _handler(attribute: str, function: Callable[..., Any]) -> Handler:
    help_text, hint = _help_text(function), getattr(function, "timeout_hint_s", None)
    if not _is_typed(function):
        return Handler(function, _checked, help_text, hint)
    try:
        parameters, results = parameters_of(function, skip=2), results_of(function)
    except TypeError as error:
        raise TypeError(f"{attribute}: {error}") from None
    name = attribute.removeprefix(_PREFIX).replace("_", "-")

    def call(protocol: Any, msg: Message) -> Any:
        return function(protocol, Request(protocol, msg), *unpack(name, parameters, msg.arguments))

    def reply(msg: Message, result: Any) -> Message:
        if isinstance(result, Message):
            return _checked(msg, result)
        values = result if isinstance(result, tuple) else () if result is None else (result,)
        return Message.reply_to_request(msg, b"ok", *pack(results, values))

    return Handler(call, reply, help_text, hint)


def _is_typed(function: Callable[..., Any]) -> bool:
    """A typed handler takes a Request first, which is called `req` or annotated so."""
    parameters = list(inspect.signature(function).parameters.values())
    if len(parameters) < 2 or parameters[1].kind is not parameters[1].POSITIONAL_OR_KEYWORD:
        return False
    request = parameters[1]
    if request.annotation is request.empty:
        return request.name == "req"
    return typing.get_type_hints(function).get(request.name) is Request


def _checked(request: Message, reply: Any) -> Message:
    is_reply = isinstance(reply, Message) and reply.mtype is MessageType.REPLY
    if not (isinstance(reply, Message) and is_reply and reply.name == request.name):
        raise TypeError(f"the handler of ?{request.name} must return its reply Message, not {reply!r}")
    reply.mid = request.mid
    return reply


def _help_text(handler: Callable[..., object]) -> str:
    return inspect.cleandoc(handler.__doc__ or "")
