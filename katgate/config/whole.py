"""Config: a whole configuration, as frozen values."""

from collections.abc import Mapping
from typing import Any

import msgspec

from katgate.config.access import AccessConfig, RuleConfig, TokenConfig
from katgate.config.address import Address
from katgate.config.checks import OptionError, first_twice
from katgate.config.devices import DeviceConfig, DeviceDefaults, HostConfig
from katgate.config.metrics import MetricsConfig
from katgate.config.oidc import OidcConfig
from katgate.config.proxy import ProxyConfig
from katgate.config.server import KatcpConfig, LimitsConfig, LogConfig, ServerConfig
from katgate.config.tls import TlsConfig
from katgate.errors import ConfigurationError

__all__ = ["Config"]


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole configuration. `defaults` stand in each `device` and `host` already."""

    server: ServerConfig = ServerConfig()
    limits: LimitsConfig = LimitsConfig()
    log: LogConfig = msgspec.field(default_factory=LogConfig)
    access: AccessConfig = AccessConfig()
    token: tuple[TokenConfig, ...] = ()
    rule: tuple[RuleConfig, ...] = ()
    oidc: OidcConfig = OidcConfig()
    proxy: ProxyConfig = ProxyConfig()
    tls: TlsConfig = TlsConfig()
    katcp: KatcpConfig = KatcpConfig()
    metrics: MetricsConfig = MetricsConfig()
    defaults: DeviceDefaults = DeviceDefaults()
    device: tuple[DeviceConfig, ...] = ()
    host: tuple[HostConfig, ...] = ()

    def __post_init__(self) -> None:
        names = [*(device.name for device in self.device), *(host.name for host in self.host)]
        twice = first_twice(names)
        if twice is not None:
            kind, index = (
                ("device", twice) if twice < len(self.device) else ("host", twice - len(self.device))
            )
            raise OptionError(
                f"two devices are called {names[twice]!r}; give each a name of its own", kind, index, "name"
            )
        for option in ("name", "hash"):
            twice = first_twice([getattr(token, option) for token in self.token])
            if twice is not None:
                name = self.token[twice].name
                why = f"two tokens are called {name!r}; give each a name of its own"
                if option == "hash":
                    why = f"{name!r} is the same token as another; make one with katgate token"
                raise OptionError(why, "token", twice, option)
        parts: dict[tuple[str | int, ...], Address | None] = {
            ("server",): self.server.address,
            ("katcp",): self.katcp.address,
            **{("host", index): host.address for index, host in enumerate(self.host)},
        }
        listening = [(part, where) for part, where in parts.items() if where is not None and where.port]
        twice = first_twice([where for _, where in listening])
        if twice is not None:
            part, where = listening[twice]
            raise OptionError(
                f"{where} is taken by another part of katgate; choose another port", *part, "listen"
            )

    @property
    def has_logins(self) -> bool:
        """Whether one has to say who one is: also where nobody can, as the token_file has no tokens yet."""
        return self.lets_somebody_in or bool(self.access.token_file)

    @property
    def lets_somebody_in(self) -> bool:
        """Whether there is anybody who can say so."""
        return bool(self.token or self.oidc.issuer or self.proxy.user_header)

    def check_exposure(self) -> None:
        """Raise ConfigurationError if others than this machine could reach it without a login, and that was not
        meant.
        """
        if self.has_logins or self.server.insecure:
            return
        published = {
            "[server] public_url": self.server.public_url,
            "[server] prefix": self.server.prefix,
            "[proxy] trusted": self.proxy.trusted,
        }
        for option, value in published.items():
            if value:
                raise ConfigurationError(
                    f"{option} means that a proxy publishes katgate, and there are no tokens: whoever can reach the "
                    "proxy could command every device. Make a token with katgate token NAME --role admin and put it "
                    "into the configuration; if all who can reach it are trusted, add --insecure, or insecure = true "
                    "in [server]"
                )
        if not self.server.address.is_loopback:
            raise ConfigurationError(
                f"there are no tokens, so katgate listens on loopback only, not on {self.server.listen}: whoever can "
                "reach it could command every device. Make a token with katgate token NAME --role admin and put it "
                "into the configuration, or set KATGATE_FIRST_TOKEN=1 and katgate makes one; if all who can reach it "
                "are trusted, add --insecure, or insecure = true in [server]"
            )

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Config":
        """Return the configuration of what a TOML file holds. Raises msgspec.ValidationError."""
        defaults = raw.get("defaults", {})
        # Alone first: so that what is wrong with a default is said of it, and not of each device.
        msgspec.convert({"defaults": defaults}, cls)
        merged = {kind: _with_defaults(defaults, raw[kind]) for kind in ("device", "host") if kind in raw}
        return msgspec.convert({**raw, **merged}, cls)


def _with_defaults(defaults: dict[str, Any], tables: Any) -> Any:
    if not isinstance(tables, list):
        return tables
    return [{**defaults, **one} if isinstance(one, dict) else one for one in tables]
