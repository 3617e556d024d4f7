"""Where a katgate is, from the URL that people copy from their browser."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from katgate.errors import BadRequest

__all__ = ["HOW_TO_LOG_IN", "GatewayAddress"]

#: Said to whoever has no token where there are logins.
HOW_TO_LOG_IN: Final = (
    "set the variable KATGATE_TOKEN to a token of it (katgate token makes them, where it runs)"
)

_SECURE = {"http": False, "https": True, "ws": False, "wss": True}


@dataclass(frozen=True, slots=True)
class GatewayAddress:
    """A katgate's host, port and path prefix (without a slash at its end)."""

    host: str
    port: int
    prefix: str
    is_secure: bool

    @classmethod
    def parse(cls, text: str) -> "GatewayAddress":
        """Read `http://host:port/prefix`; https, ws and wss too, and `host:port` alone. Raises BadRequest."""
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in _SECURE or not parts.hostname or parts.username or parts.query:
            raise BadRequest(f"{text!r} is not the address of a katgate, such as http://127.0.0.1:8147")
        is_secure = _SECURE[parts.scheme]
        # As it is copied from a browser that shows the page or the API.
        prefix = parts.path.rstrip("/").removesuffix("/api/v1").rstrip("/")
        return cls(parts.hostname, port or (443 if is_secure else 80), prefix, is_secure)

    @property
    def socket_url(self) -> str:
        """The address of its WebSocket."""
        return f"{'wss' if self.is_secure else 'ws'}://{self._where}/api/v1/ws"

    def __str__(self) -> str:
        return f"{'https' if self.is_secure else 'http'}://{self._where}"

    @property
    def _where(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}{self.prefix}"
