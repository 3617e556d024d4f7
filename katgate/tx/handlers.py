"""Handlers: the `request_<name>` methods of a protocol class, made ready to be called with a Message.

Which kinds there are is told in `server_protocol.py`; this file tells them apart.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from katgate.katcp.annotations import parameters_of, results_of
from katgate.katcp.message import Message, MessageType
from katgate.katcp.parameters import pack, unpack
from katgate.tx.deferreds import deferred_of
from katgate.tx.request import Replied, Request

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

    Raises TypeError for a method that cannot be called as a handler is, and for an annotation of a typed one
    that has no KATCP type.
    """
    if "_handlers" not in protocol_class.__dict__:
        protocol_class._handlers = {  # type: ignore[attr-defined]
            attribute.removeprefix(_PREFIX).replace("_", "-"): _handler(protocol_class, attribute)
            for attribute in dir(protocol_class)
            if attribute.startswith(_PREFIX) and callable(getattr(protocol_class, attribute))
        }
    found: dict[str, Handler] = protocol_class._handlers  # type: ignore[attr-defined]
    return found


def dynamic_handler(method: Callable[[Message], Any]) -> Handler:
    """Return the handler for a method that an object has and its class has not."""
    return Handler(lambda _protocol, msg: method(msg), _checked, _help_text(method))


def _handler(protocol_class: type, attribute: str) -> Handler:
    function = getattr(protocol_class, attribute)
    is_bound = isinstance(inspect.getattr_static(protocol_class, attribute), staticmethod | classmethod)
    try:
        parameters = list(inspect.signature(function).parameters.values())[0 if is_bound else 1 :]
        if _is_typed(parameters):
            call, reply = _typed(attribute, function, parameters, 1 if is_bound else 2)
        elif _takes_one(parameters):
            # By its name, so that what an object has in its place is called instead.
            call, reply = (lambda protocol, msg: getattr(protocol, attribute)(msg)), _checked
        else:
            raise TypeError(
                "a handler takes the Message, or first a request called `req`, and then its arguments"
            )
    except (TypeError, NameError) as error:
        raise TypeError(f"{protocol_class.__name__}.{attribute}: {error}") from None
    return Handler(call, reply, _help_text(function), getattr(function, "timeout_hint_s", None))


def _typed(
    attribute: str, function: Callable[..., Any], parameters: list[inspect.Parameter], skip: int
) -> tuple[Callable[[Any, Message], Any], Callable[[Message, Any], Message]]:
    if [parameter.name for parameter in parameters[1:]] == ["msg"] and parameters[1].annotation in (
        inspect.Parameter.empty,
        Message,
    ):  # as katcp-python has it: the request and the Message
        return (lambda protocol, msg: getattr(protocol, attribute)(protocol.make_request(msg), msg)), _checked
    name = attribute.removeprefix(_PREFIX).replace("_", "-")
    arguments, results = parameters_of(function, skip=skip), results_of(function)

    def call(protocol: Any, msg: Message) -> Any:
        request = protocol.make_request(msg)
        result = getattr(protocol, attribute)(request, *unpack(name, arguments, msg.arguments))
        waiting = deferred_of(result)
        if waiting is not None:
            return waiting.addCallback(lambda late: _unless_replied(request, late))
        return _unless_replied(request, result)

    def reply(msg: Message, result: Any) -> Message:
        if isinstance(result, Message):
            return _checked(msg, result)
        values = result if isinstance(result, tuple) else () if result is None else (result,)
        return Message.reply_to_request(msg, b"ok", *pack(results, values))

    return call, reply


def _unless_replied(request: Request, result: Any) -> Any:
    if request.is_replied:
        raise Replied
    return result


def _is_typed(parameters: list[inspect.Parameter]) -> bool:
    """A typed handler takes a Request first, which is called `req` or annotated so."""
    if not parameters or parameters[0].kind not in (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    ):
        return False
    # An annotation may be text, and name what is imported for type checkers alone.
    return parameters[0].name == "req" or parameters[0].annotation in (Request, "Request")


def _takes_one(parameters: list[inspect.Parameter]) -> bool:
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
    )
    required = [p for p in parameters if p.default is p.empty and p.kind in positional[:2]]
    return len(required) <= 1 and any(p.kind in positional for p in parameters)


def _checked(request: Message, reply: Any) -> Message:
    if not isinstance(reply, Message) or reply.mtype is not MessageType.REPLY or reply.name != request.name:
        raise TypeError(f"the handler of ?{request.name} must return its reply Message, not {reply!r}")
    reply.mid = request.mid
    return reply


def _help_text(handler: Callable[..., object]) -> str:
    return inspect.cleandoc(handler.__doc__ or "")
