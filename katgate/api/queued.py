"""queued_bytes: how much waits in this process for a browser to take it."""

from typing import Any

from twisted.internet.abstract import FileDescriptor

__all__ = ["queued_bytes"]


def queued_bytes(transport: Any) -> int:
    """Return what was written and is not with the kernel yet, in bytes; 0 for a transport that does not say."""
    waiting = 0
    while transport is not None:
        if isinstance(transport, FileDescriptor):
            return waiting + len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        # TLS keeps what the socket below has no room for, before it is encrypted.
        waiting += sum(map(len, vars(transport).get("_appSendBuffer", ())))
        transport = vars(transport).get("transport")
    return 0
