"""An OpenID provider's two addresses, on loopback: where its keys are, and the keys."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.authority.provider import key_set, token

__all__ = ["OpenIdProvider"]


class OpenIdProvider:
    """Publishes `keys` (JWKs), which may change; over TLS if it has a file with a certificate and its key.
    `is_away`: it answers 503.
    """

    def __init__(self, *keys: dict[str, Any], certificate: Path | None = None) -> None:
        self.keys = list(keys)
        self.is_away = False
        self.asked: list[str] = []
        provider = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                body = provider.answer(self.path)
                self.send_response(503 if provider.is_away else 200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.issuer = f"{scheme}://127.0.0.1:{self._server.server_port}/realms/array"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> bytes:
        """Return what is at an address."""
        if path.endswith("/.well-known/openid-configuration"):
            return json.dumps({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/certs"}).encode()
        return key_set(*self.keys)

    def token(self, kid: str | None = "k1", **other: Any) -> str:
        """Return a token of this provider: see tests.authority.provider."""
        return token(kid, iss=self.issuer, **other)
