"""Neighbourhood: from where somebody is, what is counted together: an IPv6 host has 2^64 addresses to choose from."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

__all__ = ["neighbourhood"]


@lru_cache(maxsize=256)
def neighbourhood(address: str) -> str:
    """Return an IPv4 address as it is, of an IPv6 one its /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped is not None else str(ip_network((parsed, 64), strict=False))
