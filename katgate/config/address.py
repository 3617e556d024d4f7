"""Addresses as people write them: HOST:PORT, [IPV6]:PORT."""

import ipaddress

import msgspec

from katgate.errors import ConfigurationError

__all__ = ["Address", "IpAddress"]

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Address(msgspec.Struct, frozen=True):
    """A host (name or IP address) and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, *, lowest_port: int = 1) -> "Address":
        """Read `HOST:PORT` or `[IPV6]:PORT`. Raises ConfigurationError."""
        host, colon, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
        is_number = port.isascii() and port.isdigit() and len(port) < 6
        if not (colon and host and is_number and lowest_port <= int(port) <= 65535):
            raise ConfigurationError(f"{text!r} is not HOST:PORT (or [IPV6]:PORT) with a port up to 65535")
        return cls(host, int(port))

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

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it. The host must be an IP address."""
        return ipaddress.ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
