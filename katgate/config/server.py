"""The parts of the configuration that concern katgate itself: `[server]`, `[limits]`, `[log]`, `[katcp]`.

The descriptions are what `katgate example-config` prints above each option.
"""

import re
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

import katgate
from katgate.config.address import Address
from katgate.config.checks import OptionError, check, check_katcp_port

__all__ = ["DEFAULT_LISTEN", "KatcpConfig", "Level", "LimitsConfig", "LogConfig", "ServerConfig"]

DEFAULT_LISTEN: Final = "127.0.0.1:8147"

Level = Literal["debug", "info", "warn", "error", "critical"]

#: What browsers send as Host, without its port.
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")
#: What they send as Origin.
_ORIGIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#@*]+\Z")

#: A path below which katgate is, and an address with one.
_STEPS: Final = r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)"
_PREFIX: Final = re.compile(rf"{_STEPS}+\Z")
_PUBLIC_URL: Final = re.compile(rf"https?://[A-Za-z0-9_.\[\]:-]+(?P<prefix>{_STEPS}*)/?\Z")

_PACKAGE: Final = Path(katgate.__file__).parent


class ServerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where and to whom katgate serves the web."""

    listen: Annotated[
        str,
        Meta(
            description='"IP:PORT" to serve browsers on, the IP address one of this machine, or localhost; port 0 '
            "takes any free one."
        ),
    ] = DEFAULT_LISTEN
    insecure: Annotated[
        bool, Meta(description="Serve without a login where others than this machine can reach it.")
    ] = False
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(
            description="Names under which browsers may ask, besides IP addresses, localhost and this machine's name."
        ),
    ] = ()
    allowed_origins: Annotated[
        tuple[str, ...],
        Meta(description='Origins ("scheme://host[:port]") of other sites whose pages may ask.'),
    ] = ()
    public_url: Annotated[
        str,
        Meta(
            description="Where browsers find katgate behind a proxy, such as https://gate.example.org/katgate/. Its "
            "name and its pages are katgate's own then."
        ),
    ] = ""
    prefix: Annotated[
        str,
        Meta(
            description="The path below which a proxy serves katgate and which it does not take away, such as "
            '"/katgate"; without it that of public_url.'
        ),
    ] = ""

    drain_s: Annotated[
        float,
        Meta(
            ge=0,
            le=3600,
            description="How long requests that are under way may still take when katgate ends, in seconds. What has "
            "no reply by then is reported as such, and katgate is gone 1.5 s later at most.",
        ),
    ] = 8.0

    def __post_init__(self) -> None:
        check("listen", Address.parse_listen, self.listen)
        if self.public_url and not _PUBLIC_URL.match(self.public_url):
            raise OptionError(
                f"{self.public_url!r} is not an address as browsers show it: scheme, host, and a path if there is "
                "one, such as https://gate.example.org/katgate/",
                "public_url",
            )
        if self.prefix and not _PREFIX.match(self.prefix):
            raise OptionError(
                f"{self.prefix!r} is not a path: it begins with a slash and ends without, such as /katgate",
                "prefix",
            )
        for index, host in enumerate(self.allowed_hosts):
            if not _HOST_NAME.match(host):
                raise OptionError(
                    f"{host!r} is not a name as browsers say it: without scheme and port, such as gate.example.org",
                    "allowed_hosts",
                    index,
                )
        for index, origin in enumerate(self.allowed_origins):
            if not _ORIGIN.match(origin):
                raise OptionError(
                    f"{origin!r} is not an origin as browsers say it: scheme and host, and the port if it is not the "
                    "usual one, such as https://gate.example.org",
                    "allowed_origins",
                    index,
                )

    @property
    def address(self) -> Address:
        """Where to listen."""
        return Address.parse_listen(self.listen)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The paths below which katgate is, besides the root."""
        found = _PUBLIC_URL.match(self.public_url)
        return tuple(prefix for prefix in (self.prefix, found["prefix"] if found else "") if prefix)


class LimitsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What browsers may have. Event streams count as browsers too."""

    message: Annotated[
        int,
        Meta(ge=1024, le=1024 * 1024, description="The largest message that a browser may send, in bytes."),
    ] = 1024 * 1024
    requests: Annotated[
        int, Meta(ge=1, le=1000, description="How many requests one browser may have in flight.")
    ] = 32
    subscriptions: Annotated[
        int, Meta(ge=1, le=10_000, description="How many subscriptions one browser may have.")
    ] = 100
    sensors: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000_000,
            description="How many sensors it may have in all of these; each takes about 600 bytes, shared by "
            "browsers of the same wish.",
        ),
    ] = 250_000
    browsers: Annotated[int, Meta(ge=1, le=100_000, description="How many browsers there may be.")] = 5000
    browsers_per_address: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000,
            description="How many of them from one address. Behind a proxy that is not trusted all come from the "
            "proxy's.",
        ),
    ] = 2000
    connections: Annotated[
        int,
        Meta(
            ge=10,
            le=100_000,
            description="How many connections there may be, WebSockets aside.",
        ),
    ] = 10_000
    connections_per_address: Annotated[
        int,
        Meta(
            ge=10, le=100_000, description="How many of them from one address, save those of trusted proxies."
        ),
    ] = 3000
    ping_interval_s: Annotated[
        float, Meta(ge=1, le=3600, description="How often a browser is asked for a sign of life, in seconds.")
    ] = 30.0
    ping_deadline_s: Annotated[
        float, Meta(ge=1, le=3600, description="How long it may take to give one, in seconds.")
    ] = 60.0
    flush_interval_s: Annotated[
        float,
        Meta(
            ge=0.001,
            le=1,
            description="How often readings are sent at most, in seconds; all that came in between go in one frame.",
        ),
    ] = 0.02


class LogConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is logged, and where to."""

    level: Annotated[
        Level, Meta(description='The least that is logged: "debug", "info", "warn", "error" or "critical".')
    ] = "info"
    format: Annotated[
        Literal["text", "json"],
        Meta(description='"text" for people to read, or "json": one object a line, for programs.'),
    ] = "text"
    to: Annotated[
        Literal["stderr", "stdout"],
        Meta(description='"stderr" or "stdout": where the log goes; the image for containers takes stdout.'),
    ] = "stderr"
    rooms: Annotated[
        dict[str, Level],
        Meta(
            description='Other levels for parts of katgate, such as { tx = "debug", "api.websocket" = "error" }. The '
            "parts are its modules: tx (connections), devices, hub, api, app."
        ),
    ] = msgspec.field(default_factory=dict)

    def level_of(self, room: str) -> str:
        """Return the level for a part of katgate: its own, or that of the part it belongs to."""
        steps = room.split(".")
        names = (".".join(steps[:count]) for count in range(len(steps), 0, -1))
        return next((self.rooms[name] for name in names if name in self.rooms), self.level)

    def __post_init__(self) -> None:
        for room in self.rooms:
            if not _is_room(room):
                raise OptionError(f"katgate has no part {room!r}; there are {', '.join(_rooms())}", "rooms")


class KatcpConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """katgate as a KATCP proxy: every device behind one port, for programs that speak KATCP."""

    listen: Annotated[
        str,
        Meta(
            description='"IP:PORT" to serve it on; "" for no proxy. KATCP has no logins: whoever can reach this port '
            "may do what `role` may."
        ),
    ] = ""
    role: Annotated[
        Literal["viewer", "operator", "admin"],
        Meta(
            description='What clients of this port are: "viewer" reads sensors and asks questions that change '
            'nothing (?help, ?sensor-value, ...); "operator" has requests sent as well, as the rules say; "admin" '
            'all. They are called "katcp" in rules and in the audit log, and hold no leases.'
        ),
    ] = "viewer"
    dangerous: Annotated[
        bool,
        Meta(
            description="Whether they may have dangerous requests (halt, restart, ...) sent, which KATCP has no way "
            "to confirm."
        ),
    ] = False
    exposed: Annotated[
        bool, Meta(description="Whether `listen` may be an address that other machines reach.")
    ] = False

    def __post_init__(self) -> None:
        check_katcp_port(self.listen, is_exposed=self.exposed)

    @property
    def address(self) -> Address | None:
        """Where to listen, or None."""
        return Address.parse_listen_or_none(self.listen)


def _is_room(name: str) -> bool:
    """Return whether katgate has a module of that name, such as `tx` or `api.websocket`."""
    steps = name.split(".")
    if not all(step.isidentifier() and not step.startswith("_") for step in steps):
        return False
    path = _PACKAGE.joinpath(*steps)
    return (path / "__init__.py").is_file() or path.with_suffix(".py").is_file()


def _rooms() -> list[str]:
    return sorted(path.stem for path in _PACKAGE.iterdir() if _is_room(path.stem))
