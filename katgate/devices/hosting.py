"""Hosting: native device servers that run inside this process, each on a port of its own."""

from typing import Any

from twisted.internet.defer import Deferred, gatherResults

from katgate.tx.server import KatCPServer

__all__ = ["Hosting"]


class Hosting:
    """The servers that this process hosts. They listen on loopback, where the gateway finds them."""

    def __init__(self) -> None:
        self._servers: list[KatCPServer] = []

    def add(self, server: KatCPServer) -> tuple[str, int]:
        """Start a server; return the host and port it listens on.

        A hosted server is never `production`: its `?halt` must not stop the gateway.
        """
        server.production = False
        host: Any = server.start().getHost()
        self._servers.append(server)
        return host.host, host.port

    def stop(self) -> "Deferred[Any]":
        """Stop all servers."""
        return gatherResults([server.stop() for server in self._servers])
