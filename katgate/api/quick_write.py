"""write_now: bytes to a browser without a turn of the reactor, where nothing waits to be sent before them.

Twisted's own `write` keeps the bytes, asks epoll to say when the socket takes some, sends them then, and asks epoll
to say it no more: three system calls for each frame and browser. A socket that has taken all takes a frame now.
"""

from typing import Any

from twisted.internet.tcp import Connection

__all__ = ["write_now"]


def write_now(transport: Any, data: bytes) -> None:
    """Write, in order with what was given to `transport.write`; what does not fit is left to that."""
    if _is_empty(transport):
        sent = transport.writeSomeData(data)
        # Else it is what went wrong with the connection, which Twisted finds for itself when it writes.
        if isinstance(sent, int):
            data = data[sent:]
    if data:
        transport.write(data)


def _is_empty(transport: Any) -> bool:
    """Return whether a transport is a plain socket of Twisted's that has sent all that it was given."""
    # By its type: a TLS transport passes questions on to the socket below, past the encryption.
    return bool(
        isinstance(transport, Connection)
        and transport.connected
        and not transport.disconnecting
        and not transport.dataBuffer
        and not transport._tempDataBuffer
    )
