"""Addresses of OpenID providers: what is said there decides who is let in, so nobody between may change it."""

from ipaddress import ip_address
from urllib.parse import urlsplit

__all__ = ["is_safe_url"]


def is_safe_url(url: str) -> bool:
    """Return whether what is said at an address can be believed: https, or this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or not url.isascii() or any(letter <= " " for letter in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
