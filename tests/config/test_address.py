"""Addresses, both ways."""

import pytest

from katgate.config import Address
from katgate.errors import ConfigurationError

ADDRESSES = [
    ("10.0.0.1:7147", Address("10.0.0.1", 7147)),
    ("cbf.example:65535", Address("cbf.example", 65535)),
    ("[::1]:7147", Address("::1", 7147)),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_address(text: str, address: Address) -> None:
    """Both ways."""
    assert address == Address.parse(text)
    assert text == str(address)


@pytest.mark.parametrize(
    "text",
    [
        *("", "cbf", ":7147", "cbf:", "cbf:0", "cbf:65536", "cbf:x", "cbf:-1", "cbf:\u0661"),
        *("http://cbf:7147", "cbf:7147/", "a@cbf:7147", "c bf:7147", "cbf:7147\n"),
        *("fe80::1", "::1:7147", "[::1]", "[]:7147", "[cbf]:7147", "[::1:7147", "::1]:7147"),
    ],
)
def test_address_that_is_none(text: str) -> None:
    """The sentence shows what it should look like."""
    with pytest.raises(ConfigurationError, match="is not HOST:PORT"):
        Address.parse(text)


@pytest.mark.parametrize(
    ("text", "is_loopback"),
    [
        ("127.0.0.1:0", True),
        ("localhost:1", True),
        ("[::1]:1", True),
        ("0.0.0.0:1", False),
        ("[::]:1", False),
    ],
)
def test_where_to_listen(text: str, is_loopback: bool) -> None:
    """Only loopback is not reached by others."""
    assert is_loopback == Address.parse_listen(text).is_loopback


def test_listening_on_a_name_is_refused() -> None:
    """A name may have several addresses, and another one tomorrow."""
    with pytest.raises(ConfigurationError, match="give an IP address"):
        Address.parse_listen("gate.example:8147")
