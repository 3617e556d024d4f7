"""Why a connection could not be made, in words for an operator who can do something about it."""

from typing import Final

from twisted.internet.error import ConnectionRefusedError, DNSLookupError, NoRouteError, TimeoutError
from twisted.python.failure import Failure

__all__ = ["why_refused"]

_WORDS: Final[list[tuple[type[Exception], str]]] = [
    (ConnectionRefusedError, "nothing listens at {whose} address"),
    (TimeoutError, "{whose} address does not answer"),
    (NoRouteError, "there is no way to {whose} address"),
    (DNSLookupError, "{whose} host name is not known"),
]


def why_refused(failure: Failure, whose: str = "the device's") -> str:
    """Return what went wrong with an attempt to connect, and the system's own words."""
    said = str(failure.getErrorMessage().rstrip("."))
    for kind, words in _WORDS:
        if failure.check(kind):
            return f"{words.format(whose=whose)} ({said})"
    return said
