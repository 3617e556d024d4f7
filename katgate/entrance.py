"""Entrance: where katgate listens for browsers, by TLS or not, and who is let in; made from the configuration."""

import socket
import time
from pathlib import Path
from typing import Any, Final

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.interfaces import IListeningPort
from twisted.logger import Logger
from twisted.protocols.tls import TLSMemoryBIOFactory

from katgate.api.access import Access
from katgate.api.certificate import Certificate
from katgate.api.forwarded import TrustedProxies
from katgate.api.identification import Identification
from katgate.api.openid_logins import OpenIdLogins
from katgate.api.port import SlowlyAccepting
from katgate.api.site import KatgateSite
from katgate.authority.attempts import Attempts
from katgate.authority.session_key import session_key
from katgate.authority.sessions import Sessions
from katgate.authority.tokens import Token
from katgate.config import Address, Config
from katgate.errors import ConfigurationError
from katgate.secret_files import warn_about

__all__ = ["Entrance"]

#: Twisted's 50 lets 1,000 browsers that arrive at once wait over 14 s (their SYNs are lost and sent again).
_BACKLOG: Final = 2048


class Entrance:
    """`access` decides who is let in. Raises ConfigurationError for files that cannot be used."""

    _log = Logger()

    def __init__(self, config: Config, reactor: Any) -> None:
        self._reactor = reactor
        self._address = config.server.address
        self._listening: IListeningPort | None = None
        files = config.tls.files
        self._certificate = Certificate(*files, reactor) if files is not None else None
        identification = _identification(config)
        self._openid = OpenIdLogins(identification, reactor)
        self._openid.use(config.oidc.rules, config.oidc.jwks_url)
        self._identification = identification
        self._warn(config)
        server = config.server
        self.access = Access(
            identification,
            [socket.gethostname()],
            server.allowed_hosts,
            server.allowed_origins,
            forwarded_allowed=server.insecure,
            public_url=server.public_url,
            proxies=TrustedProxies(config.proxy.trusted),
        )

    def open(self, site: KatgateSite) -> None:
        """Listen. Raises CannotListenError if the port cannot be had."""
        factory: Any = site
        if self._certificate is not None:
            factory = TLSMemoryBIOFactory(self._certificate, False, site)
            factory.noisy = False
        where = self._address
        listening: Any = SlowlyAccepting(where.port, factory, _BACKLOG, where.host, self._reactor)
        listening.startListening()
        self._listening = listening
        self.access.cookie = f"katgate-{listening.getHost().port}"
        self._openid.start()
        if self._certificate is not None:
            self._certificate.start()

    def close(self) -> "Deferred[Any]":
        """Listen no more. The Deferred fires when nobody can come in any more."""
        self._openid.stop()
        if self._certificate is not None:
            self._certificate.stop()
        listening = self._listening
        return maybeDeferred(lambda: None if listening is None else listening.stopListening())

    @property
    def url(self) -> str:
        """Where browsers find it, once it is open."""
        if self._listening is None:
            return ""
        at: Any = self._listening.getHost()
        scheme = "http" if self._certificate is None else "https"
        return f"{scheme}://{Address(_reachable(at.host), at.port)}/"

    @property
    def port(self) -> int:
        """The port that browsers find it at, or the configured one before it is open."""
        at: Any = self._address if self._listening is None else self._listening.getHost()
        return int(at.port)

    def check(self, config: Config) -> None:
        """Raise ConfigurationError for a certificate that cannot be used."""
        files = config.tls.files
        if self._certificate is not None and files is not None:
            self._certificate.check(*files)

    def change(self, config: Config) -> list[str]:
        """Know other tokens from now on, take them from another OpenID provider, and show another certificate. Return
        the names whose tokens are gone; ask for the standing of all who are in.
        """
        gone, new = self._identification.change(_tokens(config))
        if gone or new:
            self._log.info(
                "= tokens are read again; added: {new}; removed: {gone}",
                new=", ".join(new) or "none",
                gone=", ".join(gone) or "none",
            )
        self._warn(config)
        files = config.tls.files
        if self._certificate is not None and files is not None:
            try:
                self._certificate.use(*files)
            except ConfigurationError as error:  # another than a moment ago
                self._log.error("! the certificate is left as it was: {error}", error=str(error))
        self._openid.use(config.oidc.rules, config.oidc.jwks_url)
        return gone

    def _warn(self, config: Config) -> None:
        for file in (config.access.token_file, config.access.session_key_file):
            if file:
                warn_about(file)
        if self._identification.has_logins and not config.lets_somebody_in:
            file = config.access.token_file
            self._log.warn(
                "! there is not one token, so nobody is let in; katgate token NAME --role admin --into {file} makes "
                "one, and a reload (SIGHUP) takes it",
                file=file or "FILE, which token_file of [access] names,",
            )


def _identification(config: Config) -> Identification:
    access = config.access
    key = session_key(Path(access.session_key_file) if access.session_key_file else None)
    sessions = Sessions(key, access.session_hours * 3600, time.time)
    attempts = Attempts(access.login_attempts, time.monotonic)
    identification = Identification(
        _tokens(config), sessions, time.time, attempts, has_logins=config.has_logins
    )
    identification.proxy = config.proxy.identity
    return identification


def _tokens(config: Config) -> list[Token]:
    return [Token(token.name, token.role, token.hash, token.expires_s) for token in config.token]


def _reachable(host: str) -> str:
    """Return an address that can be opened: 0.0.0.0 is where to listen, not where to go."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # is looked for, not listened on
