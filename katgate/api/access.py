"""Access: whom katgate serves. One choke point for REST, WebSocket and dashboard.

Without tokens (until they exist) everybody who can reach the port is `admin`; what is refused is a page from
elsewhere that makes a browser on this machine ask for it:

- `Host` must be an IP address, `localhost`, this machine's name, or one of `allowed_hosts` (rebinding a name
  to 127.0.0.1 needs a name);
- `Origin`, when sent, must be the request's own scheme and host, or one of `allowed_origins`; `null` is
  foreign;
- without `Origin`, `Sec-Fetch-Site: cross-site` is refused, save for loading the page;
- the client library may be loaded by the pages of any site: it is the same for all, and holds nothing;
- `Forwarded` and `X-Forwarded-*` are refused: a proxy on the same host would publish what is meant for
  loopback.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from twisted.web.http_headers import Headers

from katgate.errors import Refused

__all__ = ["CLIENT", "Access", "Asked"]

#: The module that other people's pages may import. What these may then do by it is another matter.
CLIENT: Final = b"/client.js"

#: Addresses that take any Host: an orchestrator's probes name the pod, not us.
_HEALTH: Final = (b"/healthz", b"/readyz")

_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of itself: method and path as on the wire, and whether it came over TLS."""

    method: bytes
    path: bytes
    headers: Headers
    is_secure: bool


class Access:
    """Decides whether a request is served at all."""

    def __init__(
        self,
        own_names: Iterable[str],
        allowed_hosts: Iterable[str] = (),
        allowed_origins: Iterable[str] = (),
        *,
        forwarded_allowed: bool = False,
    ) -> None:
        self._hosts = {"localhost", *(name.lower() for name in (*own_names, *allowed_hosts))}
        self._origins = {_without_default_port(origin.lower()) for origin in allowed_origins} - {"null"}
        self._forwarded_allowed = forwarded_allowed

    def check(self, asked: Asked) -> None:
        """Raise Refused with a sentence that names the option to set."""
        if asked.path in _HEALTH:
            return
        self._check_proxy(asked.headers)
        host = self._check_host(asked.headers)
        if asked.path != CLIENT:
            self._check_origin(asked, host)

    def cors_headers(self, headers: Headers) -> dict[bytes, bytes]:
        """Return what lets a page of an allowed origin see the answer; nothing for every other."""
        sent = headers.getRawHeaders(b"origin") or []
        if len(sent) != 1 or not self._is_allowed_origin(sent[0].decode("latin-1")):
            return {}
        return {b"access-control-allow-origin": sent[0], b"vary": b"Origin"}

    def _is_allowed_origin(self, origin: str) -> bool:
        return _without_default_port(origin.strip().lower()) in self._origins

    def _check_proxy(self, headers: Headers) -> None:
        if self._forwarded_allowed:
            return
        for name, _ in headers.getAllRawHeaders():
            if name.lower() == b"forwarded" or name.lower().startswith(b"x-forwarded-"):
                raise Refused(
                    f"the request came through a proxy ({name.decode('latin-1')}), which would publish katgate "
                    "without a login; start katgate with --insecure if that is meant"
                )

    def _check_host(self, headers: Headers) -> str:
        sent = headers.getRawHeaders(b"host") or []
        if len(sent) != 1:
            raise Refused("the request must have one Host header")
        host = sent[0].decode("latin-1").strip().lower()
        name = _without_port(host)
        if not _is_address(name) and name not in self._hosts:
            raise Refused(
                f"the Host {name!r} is not one of ours; if it is, add allowed_hosts = [{_quoted(name)}] under "
                f"[server] in the configuration, or start katgate with --allow-host {name}"
            )
        return host

    def _check_origin(self, asked: Asked, host: str) -> None:
        sent = asked.headers.getRawHeaders(b"origin") or []
        if not sent:
            self._check_fetch_site(asked)
            return
        origin = sent[0].decode("latin-1").strip().lower()
        scheme = "https" if asked.is_secure else "http"
        own = _without_default_port(f"{scheme}://{host}")
        if len(sent) > 1:
            raise Refused("the request has more than one Origin header")
        if _without_default_port(origin) == own or self._is_allowed_origin(origin):
            return
        if origin == "null":
            raise Refused("the Origin is null: a page without an origin of its own is never allowed")
        raise Refused(
            f"the Origin {origin!r} is not ours ({own}); if it may ask, add allowed_origins = [{_quoted(origin)}] "
            f"under [server] in the configuration, or start katgate with --allow-origin {origin}"
        )

    def _check_fetch_site(self, asked: Asked) -> None:
        if (asked.headers.getRawHeaders(b"sec-fetch-site") or [b""])[0] != b"cross-site":
            return
        mode = (asked.headers.getRawHeaders(b"sec-fetch-mode") or [b""])[0]
        if asked.method in (b"GET", b"HEAD") and mode == b"navigate" and not asked.path.startswith(b"/api/"):
            return
        raise Refused(
            "a page of another site asked for this (Sec-Fetch-Site: cross-site); if it may, add its origin to "
            "allowed_origins under [server] in the configuration, or with --allow-origin"
        )


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _without_default_port(origin: str) -> str:
    return origin.removesuffix(_DEFAULT_PORTS.get(origin.partition("://")[0], "\0"))


@lru_cache(maxsize=64)  # mostly the same few names, and parsing one takes longer than all other checks
def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
