"""OpenIdLogins: logins by an OpenID provider, if there is one; another from one moment to the next."""

from typing import Any

from katgate.api.identification import Identification
from katgate.api.jwks import ProviderKeys
from katgate.authority.key_set import KeySet
from katgate.authority.openid import OpenId, OpenIdRules

__all__ = ["OpenIdLogins"]


class OpenIdLogins:
    """Lets `identification` know who shows tokens of a provider, and keeps its keys."""

    def __init__(self, identification: Identification, reactor: Any) -> None:
        self._identification = identification
        self._reactor = reactor
        self._rules: OpenIdRules | None = None
        self._url = ""
        self._keys: ProviderKeys | None = None
        self._is_running = False

    def use(self, rules: OpenIdRules | None, url: str) -> None:
        """Take this provider, with its keys at `url` (see ProviderKeys), or none. The keys of one that is the same,
        and is only listened to otherwise, stay known.
        """
        if (rules, url) == (self._rules, self._url):
            return
        before, self._rules = self._rules, rules
        is_same = (
            before is not None and rules is not None and before.issuer == rules.issuer and url == self._url
        )
        if (
            is_same
            and rules is not None
            and self._keys is not None
            and self._identification.openid is not None
        ):
            keys = self._identification.openid.keys
            self._identification.openid = OpenId(rules, self._keys.ask_again)
            self._identification.openid.keys = keys
            return
        if self._keys is not None and self._is_running:
            self._keys.stop()
        self._url = url
        self._identification.openid = self._keys = None
        if rules is not None:
            self._begin(rules)

    def start(self) -> None:
        """Ask for keys from now on."""
        self._is_running = True
        if self._keys is not None:
            self._keys.start()

    def stop(self) -> None:
        """Ask no more."""
        if self._keys is not None and self._is_running:
            self._keys.stop()
        self._is_running = False

    def _begin(self, rules: OpenIdRules) -> None:
        self._keys = ProviderKeys(rules.issuer, self._url, self._take, reactor=self._reactor)
        self._identification.openid = OpenId(rules, self._keys.ask_again)
        if self._is_running:
            self._keys.start()

    def _take(self, keys: KeySet) -> None:
        if self._identification.openid is not None:
            self._identification.openid.keys = keys
