"""Asking a katgate on this machine whether it is ready, as its configuration says where it is. No Twisted: a
container does this every few seconds.
"""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final

__all__ = ["trouble_at"]

#: Less than the time that container engines allow by default.
_TIMEOUT_S: Final = 4.0

#: Where to go for what is listened to everywhere.
_HERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # is looked for, not listened on


def trouble_at(host: str, port: int, *, has_tls: bool = False) -> str | None:
    """Return what is wrong with the katgate that listens there, in words, or None if it is ready."""
    here = _HERE.get(host, host)
    connection = HTTPConnection(here, port, timeout=_TIMEOUT_S) if not has_tls else _by_tls(here, port)
    try:
        connection.request("GET", "/readyz", headers={"Connection": "close"})
        answer = connection.getresponse()
        said = answer.read(200).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        return f"no katgate answers at {host}, port {port}: {error}"
    finally:
        connection.close()
    return (
        None if answer.status == 200 else f"katgate at {host}, port {port}, answers {answer.status}: {said}"
    )


def _by_tls(host: str, port: int) -> HTTPSConnection:
    """Return a connection that takes any certificate: that of a name does not hold for this address, and nothing is
    said that must be kept secret.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return HTTPSConnection(host, port, timeout=_TIMEOUT_S, context=context)
