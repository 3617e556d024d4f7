"""The part of the configuration that is about reverse proxies: `[proxy]`."""

import re
from ipaddress import ip_network
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from katgate.authority.proxy_identity import ProxyIdentity
from katgate.authority.role import Role
from katgate.config.checks import OptionError

__all__ = ["ProxyConfig"]

_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")


class ProxyConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reverse proxy before katgate. Only one that is trusted is believed who asks, and how."""

    trusted: Annotated[
        tuple[str, ...],
        Meta(
            description="IP addresses and networks of proxies, such as 127.0.0.1 and 10.0.0.0/8. From these alone "
            "X-Forwarded-For, -Proto, -Host and -Prefix, and Forwarded, are believed."
        ),
    ] = ()
    user_header: Annotated[
        str,
        Meta(
            description="A header in which they say who has logged in at the proxy, such as X-Forwarded-User. They "
            'must set or remove it in every request. "": none; people log in here.'
        ),
    ] = ""
    groups_header: Annotated[
        str,
        Meta(
            description="A header in which they say which groups that one is in, with commas between them, such as "
            "X-Forwarded-Groups."
        ),
    ] = ""
    operators: Annotated[tuple[str, ...], Meta(description="Groups whose members are operators.")] = ()
    admins: Annotated[tuple[str, ...], Meta(description="Groups whose members are admins.")] = ()
    default_role: Annotated[
        Literal["viewer", "operator", "admin", "none"],
        Meta(description='What those are that are in none of these groups; "none" are refused.'),
    ] = "viewer"

    def __post_init__(self) -> None:
        for index, network in enumerate(self.trusted):
            _check_network(network, index)
        for option in ("user_header", "groups_header"):
            header = getattr(self, option)
            if header and not _HEADER.match(header):
                raise OptionError(f"{header!r} is not the name of a header, such as X-Forwarded-User", option)
        if self.user_header and not self.trusted:
            raise OptionError(
                "no proxy is trusted to say who asks: name its address in trusted", "user_header"
            )
        if self.user_header and any(ip_network(network).prefixlen == 0 for network in self.trusted):
            raise OptionError(
                "everybody is trusted to be a proxy, and could say to be anybody; name the addresses of yours in "
                "trusted",
                "user_header",
            )

    @property
    def identity(self) -> ProxyIdentity | None:
        """What a trusted proxy says of who asks, or None: nothing."""
        if not self.user_header:
            return None
        return ProxyIdentity(
            self.user_header,
            self.groups_header,
            frozenset(self.operators),
            frozenset(self.admins),
            None if self.default_role == "none" else Role(self.default_role),
        )


def _check_network(text: str, index: int) -> None:
    try:
        ip_network(text)
    except ValueError:
        try:
            meant = f"; is {ip_network(text, strict=False)} meant?"
        except ValueError:
            meant = ", such as 127.0.0.1 or 10.0.0.0/8"
        raise OptionError(f"{text!r} is not an IP address or network{meant}", "trusted", index) from None
