"""Forwarded: who asked a trusted proxy, and how, before it asked us.

`X-Forwarded-For`, `-Proto`, `-Host` and `-Prefix`, and `Forwarded` (RFC 7239), count from the addresses of trusted
proxies alone. Each proxy adds the address of the one that asked it at the right; so from the right, what is no
trusted proxy's address is the browser's, and what stands left of it is the browser's own invention.

What cannot be understood is as if it were not there, save where it would have to be guessed who asks.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from twisted.web.http_headers import Headers

from katgate.errors import Refused

__all__ = ["Approach", "TrustedProxies"]

#: How many proxies may stand in a row. What is beyond is not looked at.
_MOST_HOPS: Final = 20

_SCHEMES: Final = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
#: A name or an address, and a port.
_HOST: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?\Z")
_PREFIX: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\Z")
_LONGEST_PREFIX: Final = 200
#: One `name=value` of a Forwarded header, and what ends it.
_PAIR: Final = re.compile(r'\s*([A-Za-z0-9-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*))\s*([,;]|\Z)')


@dataclass(frozen=True, slots=True)
class Approach:
    """How a request came: the browser's `address`, without a port; whether it came to us, or to the proxy before us,
    over TLS; the `host` it asked, None for what its Host header says; below which path, such as `/gate`, or "".
    """

    address: str
    is_secure: bool
    host: str | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class _Hop:
    """What one proxy says of who asked it."""

    address: str | None
    scheme: str = ""
    host: str = ""


class TrustedProxies:
    """The addresses and networks of proxies that are believed, such as `127.0.0.1` and `10.0.0.0/8`."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = [ip_network(network) for network in networks]

    def trusts(self, address: str) -> bool:
        """Return whether a proxy is at that address."""
        return bool(self._networks) and _is_within(address, self._networks)

    def approach(self, peer: str, headers: Headers, *, is_secure: bool) -> Approach:
        """Return how a request from the address `peer` came, over TLS or not. Raises Refused where it would have to
        be guessed who asks.
        """
        direct = Approach(_plain(peer) or peer, is_secure)
        if not self.trusts(peer):
            return direct
        ours = _listed(headers, b"x-forwarded-for")
        theirs = _forwarded(headers)
        count, address = self._browser(direct.address, [_address(text) for text in ours])
        if theirs:
            other_count, other = self._browser(direct.address, [hop.address for hop in theirs])
            if not ours:
                count, address = other_count, other
            elif other != address:
                raise Refused(
                    f"X-Forwarded-For and Forwarded do not agree on who asks ({address} or {other}): have the proxy "
                    "set one of them, and remove the other"
                )
        hop = theirs[-min(count, len(theirs))] if theirs and count and not ours else _Hop(None)
        seen = replace(direct, address=address)
        scheme = _at(_listed(headers, b"x-forwarded-proto"), count) or hop.scheme
        host = (_at(_listed(headers, b"x-forwarded-host"), count) or hop.host).lower()
        prefix = _at(_listed(headers, b"x-forwarded-prefix"), count).rstrip("/")
        return replace(
            seen,
            is_secure=_SCHEMES[scheme.lower()] == "https" if scheme.lower() in _SCHEMES else is_secure,
            host=host if _HOST.match(host) else None,
            prefix=prefix if _PREFIX.match(prefix) and len(prefix) <= _LONGEST_PREFIX else "",
        )

    def _browser(self, peer: str, hops: list[str | None]) -> tuple[int, str]:
        """Return how many hops lead from us to the browser, and its address: the first that is no trusted proxy's;
        the last that is known, if all are, or one hides who asked it.
        """
        count, address = 0, peer
        for hop in reversed(hops[-_MOST_HOPS:]):
            if not self.trusts(address):
                break
            count += 1
            if hop is None:
                break
            address = hop
        return count, address


def _is_within(address: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    plain = _plain(address)
    if plain is None:
        return False
    parsed = ip_address(plain)
    return any(parsed.version == network.version and parsed in network for network in networks)


@lru_cache(maxsize=1024)  # it is asked for each request, mostly for the same few
def _plain(address: str) -> str | None:
    """Return an IP address as it is usually written, an IPv4 address as itself; None for what is none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        if parsed.scope_id is not None:
            return None
        return str(parsed.ipv4_mapped or parsed)
    return str(parsed)


def _address(text: str) -> str | None:
    """Return the address of `10.0.0.1`, `10.0.0.1:80`, `::1`, `[::1]` or `[::1]:80`; None for all else."""
    if text.startswith("["):
        inside, end, port = text[1:].partition("]")
        return _plain(inside) if end and ":" in inside and re.fullmatch(r"(:[0-9]{1,5})?", port) else None
    if text.count(":") == 1:
        text, _, port = text.partition(":")
        if not re.fullmatch("[0-9]{1,5}", port):
            return None
    return _plain(text)


def _listed(headers: Headers, name: bytes) -> list[str]:
    """Return the values of a header, whether they stand in one line or in several."""
    lines = [line.decode("latin-1") for line in headers.getRawHeaders(name) or []]
    return [value.strip() for line in lines for value in line.split(",")]


def _at(values: list[str], count: int) -> str:
    """Return what the proxy next to the browser says, `count` hops away; not every proxy says something."""
    return values[-min(max(count, 1), len(values))] if values else ""


def _forwarded(headers: Headers) -> list[_Hop]:
    """Return the hops of all `Forwarded` headers; what cannot be read, and what is left of it, says nothing."""
    text = ",".join(line.decode("latin-1") for line in headers.getRawHeaders(b"forwarded") or [])
    hops: list[_Hop] = []
    pairs: dict[str, str] = {}
    at = 0
    while at < len(text):
        found = _PAIR.match(text, at)
        if found is None:
            # From here on it is anybody's guess where one hop ends: none of them is known.
            return [_Hop(None)]
        name, quoted, token, end = found.groups()
        pairs.setdefault(name.lower(), token if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        if end != ";":
            hops.append(_Hop(_address(pairs.get("for", "")), pairs.get("proto", ""), pairs.get("host", "")))
            pairs = {}
        at = found.end()
    return hops
