"""What an option must be, beyond its type: each failure names the option."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from katgate.config.address import Address
from katgate.errors import ConfigurationError, KatgateError

__all__ = ["OptionError", "check", "check_katcp_port", "first_twice"]

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class OptionError(ConfigurationError):
    """An option of a table that cannot be used: `option` is its path within that table."""

    def __init__(self, why: str, *option: str | int) -> None:
        super().__init__(why)
        self.option = option


def check(option: str, parse: Callable[[str], object], text: str) -> None:
    """Let `parse` look at an option's text. Raises OptionError for what it refuses."""
    try:
        parse(text)
    except KatgateError as error:
        raise OptionError(str(error), option) from None


def check_katcp_port(listen: str, *, is_exposed: bool) -> None:
    """Refuse a KATCP port that others than this machine can reach, unless that is said. Raises OptionError."""
    check("listen", Address.parse_listen_or_none, listen)
    address = Address.parse_listen_or_none(listen)
    if address is not None and not address.is_loopback and not is_exposed:
        raise OptionError(
            f"{listen} can be reached from other machines, and KATCP has no logins; listen on 127.0.0.1, or, if all "
            "who can reach it are trusted, add exposed = true here",
            "listen",
        )


def first_twice(values: list[H]) -> int | None:
    """Return the index of the first value that was there before, or None."""
    seen: set[H] = set()
    for index, value in enumerate(values):
        if value in seen:
            return index
        seen.add(value)
    return None
