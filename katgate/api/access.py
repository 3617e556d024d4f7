"""Access: whom katgate serves, and who that is. One choke point for REST, WebSocket, event streams and dashboard.

Pages from elsewhere are refused that make somebody's browser ask for them:

- `Host` must be an IP address, `localhost`, this machine's name, or one of `allowed_hosts` (rebinding a name
  to 127.0.0.1 needs a name);
- `Origin`, when sent, must be the request's own scheme and host, or one of `allowed_origins`; `null` is
  foreign;
- without `Origin`, `Sec-Fetch-Site: cross-site` is refused, save for loading the page;
- the client library may be loaded by the pages of any site: it is the same for all, and holds nothing;
- where there are no logins, `Forwarded` and `X-Forwarded-*` are refused: a proxy on the same host would publish
  what is meant for loopback;
- the cookie of a login, and what a proxy says of who has logged in there, count only for our own pages: not with an
  Origin of another, however allowed that is, and for what changes something only with one.

Behind a trusted proxy all this is about the request as the browser sent it (`forwarded.py`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from twisted.web.http_headers import Headers

from katgate.api.forwarded import TrustedProxies
from katgate.api.identification import Identification
from katgate.authority.caller import Caller
from katgate.authority.role import Role
from katgate.errors import Forbidden, Refused, Unauthorized

__all__ = ["CLIENT", "STRANGERS_LIMIT", "Access", "Asked", "demand"]

#: The largest body and message, in bytes, of those who have not said who they are: a token has 16 kB at most, and a
#: megabyte each for thousands who come and wait would be gigabytes.
STRANGERS_LIMIT: Final = 32 * 1024

#: The module that other people's pages may import. What these may then do by it is another matter.
CLIENT: Final = b"/client.js"

#: Addresses that take any Host: an orchestrator's probes name the pod, not us.
_HEALTH: Final = (b"/healthz", b"/readyz")

#: Requests go over it, whatever its method is.
_WEBSOCKET: Final = b"/api/v1/ws"

#: So many cookies of our name are looked at.
_MOST_COOKIES: Final = 5

#: Methods that change nothing.
_SAFE: Final = (b"GET", b"HEAD", b"OPTIONS")

_LOG_IN: Final = "say who you are: log in on the page, or send Authorization: Bearer <token>"

_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of itself: method and path as on the wire, and whether it came over TLS. `host` is what it
    asked a trusted proxy for, `is_from_proxy` whether such a one sends it.
    """

    method: bytes
    path: bytes
    headers: Headers
    is_secure: bool
    #: Where from, without a port.
    address: str = ""
    host: str | None = None
    is_from_proxy: bool = False


def demand(caller: Caller | None, role: Role) -> Caller:
    """Return the caller if they have at least that role. Raises Unauthorized and Forbidden."""
    if caller is None:
        raise Unauthorized(_LOG_IN)
    if not caller.role.includes(role):
        raise Forbidden(f"this needs the role {role}, and {caller.name} is {caller.role}")
    return caller


class Access:
    """Decides whether a request is served at all, and knows who asks.

    `cookie` is what the cookie of a login is called: browsers show a cookie to all ports of a host, so it has ours.
    """

    cookie = "katgate"

    def __init__(
        self,
        identification: Identification,
        own_names: Iterable[str] = (),
        allowed_hosts: Iterable[str] = (),
        allowed_origins: Iterable[str] = (),
        *,
        forwarded_allowed: bool = False,
        public_url: str = "",
        proxies: TrustedProxies | None = None,
    ) -> None:
        self.identification = identification
        self.proxies = proxies or TrustedProxies()
        public = urlsplit(public_url.lower())
        self._public_origin = _without_default_port(f"{public.scheme}://{public.netloc}")
        own_names = (*own_names, *([public.hostname] if public.hostname else []))
        self._hosts = {"localhost", *(name.lower() for name in (*own_names, *allowed_hosts))}
        self._origins = {_without_default_port(origin.lower()) for origin in allowed_origins} - {"null"}
        self._forwarded_allowed = forwarded_allowed

    def check(self, asked: Asked) -> None:
        """Raise Refused with a sentence that names the option to set."""
        if asked.path in _HEALTH:
            return
        self._check_proxy(asked.headers)
        self._check_host(asked)
        if asked.path != CLIENT:
            self._check_origin(asked)

    def identify(self, asked: Asked) -> Caller | None:
        """Return who asks; None: they have not said. Raises Unauthorized for what is shown and does not count."""
        if not self.identification.has_logins:
            return self.identification.everybody(asked.address)
        if not _is_for_callers(asked.path):
            return None
        shown = asked.headers.getRawHeaders(b"authorization") or []
        scheme, _, token = (shown[0] if shown else b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            # A proxy that asks for a password itself passes on what it is given.
            caller = self._by_page(asked, self._by_proxy)
            if caller is not None:
                return caller
        if not shown:
            return self._by_page(asked, self._by_cookie)
        if len(shown) > 1 or scheme.lower() != "bearer":
            raise Unauthorized(
                "the header Authorization must be one, and say Bearer <token>; a proxy before katgate that has "
                "people log in by another must not pass that on"
            )
        return self.identification.by_token(token.strip(), asked.address)

    def _by_proxy(self, asked: Asked) -> Caller | None:
        if not asked.is_from_proxy:
            return None
        return self.identification.by_proxy(
            lambda name: [_text(value) for value in asked.headers.getRawHeaders(name.encode("ascii")) or []],
            asked.address,
        )

    def _by_cookie(self, asked: Asked) -> Caller | None:
        callers = (
            self.identification.by_cookie(text, asked.address)
            for text in _cookies(asked.headers, self.cookie)
        )
        # Whoever has another port or a domain below this host can set one beside ours.
        return next((caller for caller in callers if caller is not None), None)

    def _by_page(self, asked: Asked, find: Callable[[Asked], Caller | None]) -> Caller | None:
        """Return who asks from a page of ours, by what their browser adds to every request whoever makes it ask.
        Raises Forbidden if it cannot be known whether that was a page of ours.
        """
        caller = find(asked)
        if caller is None or not self._is_from_own_page(asked):
            return None
        is_safe = asked.method in _SAFE and asked.path != _WEBSOCKET
        if not is_safe and not asked.headers.hasHeader(b"origin"):
            raise Forbidden(
                "what changes something needs the header Origin when it comes with a cookie or a login at a proxy; "
                "send a token as Authorization: Bearer instead"
            )
        return caller

    def _is_from_own_page(self, asked: Asked) -> bool:
        origin = asked.headers.getRawHeaders(b"origin") or []
        if origin:
            return self._is_own_origin(asked, origin[0].decode("latin-1").strip().lower())
        site = (asked.headers.getRawHeaders(b"sec-fetch-site") or [b"none"])[0]
        return site in (b"same-origin", b"none")

    def _is_own_origin(self, asked: Asked, origin: str) -> bool:
        return _without_default_port(origin) in (_origin(asked), self._public_origin)

    def cors_headers(self, headers: Headers) -> dict[bytes, bytes]:
        """Return what lets a page of an allowed origin see the answer; nothing for every other."""
        sent = headers.getRawHeaders(b"origin") or []
        if len(sent) != 1 or not self._is_allowed_origin(sent[0].decode("latin-1")):
            return {}
        return {b"access-control-allow-origin": sent[0], b"vary": b"Origin"}

    def _is_allowed_origin(self, origin: str) -> bool:
        return _without_default_port(origin.strip().lower()) in self._origins

    def _check_proxy(self, headers: Headers) -> None:
        if self._forwarded_allowed or self.identification.has_logins:
            return
        for name, _ in headers.getAllRawHeaders():
            if name.lower() == b"forwarded" or name.lower().startswith(b"x-forwarded-"):
                raise Refused(
                    f"the request came through a proxy ({name.decode('latin-1')}), which would publish katgate "
                    "without a login; make a token (katgate token), or start katgate with --insecure if that is meant"
                )

    def _check_host(self, asked: Asked) -> None:
        sent = asked.headers.getRawHeaders(b"host") or []
        if len(sent) != 1:
            raise Refused("the request must have one Host header")
        name = _without_port(_host(asked))
        if not _is_address(name) and name not in self._hosts:
            raise Refused(
                f"the Host {name!r} is not one of ours; if it is, add allowed_hosts = [{_quoted(name)}] under "
                f"[server] in the configuration, or start katgate with --allow-host {name}"
            )

    def _check_origin(self, asked: Asked) -> None:
        sent = asked.headers.getRawHeaders(b"origin") or []
        if not sent:
            self._check_fetch_site(asked)
            return
        origin = sent[0].decode("latin-1").strip().lower()
        if len(sent) > 1:
            raise Refused("the request has more than one Origin header")
        if self._is_own_origin(asked, origin) or self._is_allowed_origin(origin):
            return
        if origin == "null":
            raise Refused("the Origin is null: a page without an origin of its own is never allowed")
        raise Refused(
            f"the Origin {origin!r} is not ours ({_origin(asked)}); if it may ask, add allowed_origins = "
            f"[{_quoted(origin)}] under [server] in the configuration, or start katgate with --allow-origin "
            f"{origin}; if it is where a proxy serves katgate, say so as public_url"
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


def _host(asked: Asked) -> str:
    """Return what the browser calls katgate, once it has been checked that it says so, and once."""
    return asked.host or (asked.headers.getRawHeaders(b"host") or [b""])[0].decode("latin-1").strip().lower()


def _origin(asked: Asked) -> str:
    return _without_default_port(f"{'https' if asked.is_secure else 'http'}://{_host(asked)}")


def _is_for_callers(path: bytes) -> bool:
    """Return whether it matters who asks: the page and the probes are the same for all."""
    return path in (b"/api", b"/metrics") or path.startswith(b"/api/")


def _cookies(headers: Headers, name: str) -> Iterator[str]:
    """Yield the values of the first cookies of that name."""
    found = 0
    for line in headers.getRawHeaders(b"cookie") or []:
        for part in line.decode("latin-1").split(";"):
            its_name, _, value = part.strip().partition("=")
            if its_name == name and found < _MOST_COOKIES:
                found += 1
                yield value


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


def _text(value: bytes) -> str:
    """Return what a header says; names are UTF-8 by now, if they are not ASCII."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
