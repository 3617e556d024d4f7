"""Addresses as people write them: HOST:PORT, [IPV6]:PORT."""

import ipaddress
import re
from typing import Final

import msgspec

from katgate.errors import ConfigurationError

__all__ = ["Address"]

#: A URL is none, nor an IPv6 address without brackets: which of its numbers would be the port?
_HOST_PORT: Final = re.compile(
    r"(?:\[(?P<v6>[^\s/@\[\]]+:[^\s/@\[\]]*)\]|(?P<host>[^\s/@:\[\]]+)):(?P<port>[0-9]{1,5})\Z"
)


class Address(msgspec.Struct, frozen=True):
    """A host (name or IP address) and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, *, lowest_port: int = 1) -> "Address":
        """Read `HOST:PORT` or `[IPV6]:PORT`. Raises ConfigurationError."""
        found = _HOST_PORT.match(text)
        if found is None or not lowest_port <= int(found["port"]) <= 65535:
            raise ConfigurationError(
                f"{text!r} is not HOST:PORT (or [IPV6]:PORT) with a port from {lowest_port} to 65535"
            )
        return cls(found["v6"] or found["host"], int(found["port"]))

    @classmethod
    def parse_listen(cls, text: str) -> "Address":
        """Read where to listen: an IP address of this machine or localhost, and a port, 0 for any free one.
        Raises ConfigurationError.
        """
        address = cls.parse(text, lowest_port=0)
        host = "127.0.0.1" if address.host == "localhost" else address.host
        try:
            return cls(str(ipaddress.ip_address(host)), address.port)
        except ValueError:
            raise ConfigurationError(
                f"{address.host!r} is not an address to listen on: give an IP address of this machine, or localhost"
            ) from None

    @classmethod
    def parse_listen_or_none(cls, text: str) -> "Address | None":
        """Read where to listen, as `parse_listen` does; None for an empty text: nowhere."""
        return cls.parse_listen(text) if text else None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it. The host must be an IP address."""
        return ipaddress.ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
