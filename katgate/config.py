"""Configuration: every option with its default, unit and limit, as frozen values; read from TOML.

Only the command line and `app.py` read this; lower rooms are given plain values.
"""

import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from katgate.errors import ConfigurationError

__all__ = ["Address", "Config", "DeviceConfig", "LimitsConfig", "ServerConfig", "read_config"]

DEFAULT_LISTEN: Final = "127.0.0.1:8147"

#: What a device may be called: it stands in addresses of the web and, later, before its sensors' names.
_DEVICE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")


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

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class DeviceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[device]]`."""

    name: str
    #: HOST:PORT of its KATCP server.
    address: str

    def __post_init__(self) -> None:
        if not _DEVICE_NAME.match(self.name):
            raise ConfigurationError(
                f"{self.name!r} cannot be a device's name: letters, digits, dots, dashes and underscores can, "
                "up to 100, the first a letter or digit"
            )
        Address.parse(self.address)

    @classmethod
    def parse(cls, text: str) -> "DeviceConfig":
        """Read `NAME=HOST:PORT`. Raises ConfigurationError."""
        name, equals, address = text.partition("=")
        if not equals:
            raise ConfigurationError(f"{text!r} is not NAME=HOST:PORT, such as cbf=10.0.0.1:7147")
        return cls(name, address)


class ServerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[server]`."""

    #: HOST:PORT to serve on, HOST an IP address or localhost; port 0 takes any free one.
    listen: str = DEFAULT_LISTEN
    #: Serve without a login where others than this machine can reach it.
    insecure: bool = False
    #: Names under which browsers may ask, besides IP addresses, localhost and this machine's name.
    allowed_hosts: tuple[str, ...] = ()
    #: Origins (scheme://host[:port]) of other sites whose pages may ask.
    allowed_origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _ = self.listen_ip, self.listen_port  # each raises for what it cannot use

    def check_exposure(self) -> None:
        """Raise ConfigurationError if others than this machine could reach it, and that was not meant."""
        if not self.insecure and not self.listen_ip.is_loopback:
            raise ConfigurationError(
                f"katgate has no logins yet, so it listens on loopback only, not on {self.listen}: whoever can "
                "reach it may command every device. If all who can are trusted, add --insecure"
            )

    @property
    def listen_ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        """The interface to listen on. Raises ConfigurationError."""
        host = Address.parse(self.listen, lowest_port=0).host
        try:
            return ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        except ValueError:
            raise ConfigurationError(
                f"{host!r} is not an address to listen on: give an IP address of this machine, or localhost"
            ) from None

    @property
    def listen_port(self) -> int:
        """The port to listen on; 0 takes any free one."""
        return Address.parse(self.listen, lowest_port=0).port


class LimitsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`: what browsers may have. Event streams count as browsers too."""

    #: The largest message that a browser may send, in bytes.
    message: Annotated[int, Meta(ge=1024, le=1024 * 1024)] = 1024 * 1024
    #: How many requests one browser may have in flight.
    requests: Annotated[int, Meta(ge=1, le=1000)] = 32
    #: How many subscriptions one browser may have.
    subscriptions: Annotated[int, Meta(ge=1, le=10_000)] = 100
    #: How many sensors it may have in all of these; each takes about 600 bytes, shared by browsers of the same wish.
    sensors: Annotated[int, Meta(ge=1, le=10_000_000)] = 250_000
    #: How many browsers there may be.
    browsers: Annotated[int, Meta(ge=1, le=100_000)] = 5000
    #: How many of them from one address. Behind a proxy all come from the proxy's.
    browsers_per_address: Annotated[int, Meta(ge=1, le=100_000)] = 2000
    #: How often a browser is asked for a sign of life, in seconds.
    ping_interval_s: Annotated[float, Meta(ge=1, le=3600)] = 30.0
    #: How long it may take to give one, in seconds.
    ping_deadline_s: Annotated[float, Meta(ge=1, le=3600)] = 60.0
    #: How often readings are sent at most, in seconds; all that came in between go in one frame.
    flush_interval_s: Annotated[float, Meta(ge=0.001, le=1)] = 0.02


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole configuration."""

    server: ServerConfig = ServerConfig()
    limits: LimitsConfig = LimitsConfig()
    device: tuple[DeviceConfig, ...] = ()

    def __post_init__(self) -> None:
        names = [device.name for device in self.device]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConfigurationError(f"two devices are called {twice[0]!r}; give each a name of its own")


def read_config(path: Path) -> Config:
    """Read a TOML file. Raises ConfigurationError that names the file and what is wrong in it."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Config)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
