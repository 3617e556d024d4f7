"""Where a katgate is, from what people copy."""

import pytest

from katgate.errors import BadRequest
from katgate.terminal.gateway_address import GatewayAddress


@pytest.mark.parametrize(
    ("text", "socket_url"),
    [
        ("http://127.0.0.1:8147", "ws://127.0.0.1:8147/api/v1/ws"),
        ("http://127.0.0.1:8147/", "ws://127.0.0.1:8147/api/v1/ws"),
        ("localhost:8147", "ws://localhost:8147/api/v1/ws"),
        ("https://example.org/katgate/", "wss://example.org:443/katgate/api/v1/ws"),
        ("wss://example.org:1/a/b", "wss://example.org:1/a/b/api/v1/ws"),
        ("http://[::1]:8147/api/v1", "ws://[::1]:8147/api/v1/ws"),
    ],
)
def test_address(text: str, socket_url: str) -> None:
    """With a prefix, with TLS, and as it stands in the browser."""
    assert socket_url == GatewayAddress.parse(text).socket_url


@pytest.mark.parametrize(
    "text", ["", "ftp://x", "http://", "http://x:99999", "http://u:p@x", "http://[x", "http://x?y"]
)
def test_no_address(text: str) -> None:
    """A password in an address would be shown to all who see the processes."""
    with pytest.raises(BadRequest, match="is not the address of a katgate"):
        GatewayAddress.parse(text)
