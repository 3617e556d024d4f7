"""Addresses of OpenID providers."""

import pytest

from katgate.authority.safe_url import is_safe_url


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://login.example/x", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://localhost/x", True),
        ("http://[::1]/x", True),
        ("http://login.example/x", False),
        ("http://localhost.evil.example/", False),
        ("file:///etc/passwd", False),
        ("https:///x", False),
        ("https://login.example/\nx", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_safe_addresses(url: str, is_safe: bool) -> None:
    """TLS, or this machine."""
    assert is_safe is is_safe_url(url)
