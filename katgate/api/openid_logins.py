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

    def use(self, rules: OpenIdRules | None, url: str) -> bool:
        """Take this provider, with its keys at `url` (see ProviderKeys), or none. Return whether it is another."""
        if (rules, url) == (self._rules, self._url):
            return False
        if self._keys is not None and self._is_running:
            self._keys.stop()
        self._rules, self._url = rules, url
        self._identification.openid = self._keys = None
        if rules is not None:
            self._begin(rules)
        return True

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
        openid: OpenId

        def take(keys: KeySet) -> None:
            openid.keys = keys

        self._keys = ProviderKeys(rules.issuer, self._url, take, reactor=self._reactor)
        openid = self._identification.openid = OpenId(rules, self._keys.ask_again)
        if self._is_running:
            self._keys.start()
