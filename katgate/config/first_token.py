"""The first token: made where a katgate would else not start, because somebody asked for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from katgate.authority.role import Role
from katgate.authority.tokens import hash_of, new_token
from katgate.config.access import TokenConfig
from katgate.config.token_file import add_token
from katgate.config.whole import Config
from katgate.errors import ConfigurationError

__all__ = ["FirstToken"]

_VARIABLE: Final = "KATGATE_FIRST_TOKEN"
_NAME: Final = "first"


class FirstToken:
    """A token of an admin for a configuration without logins, if KATGATE_FIRST_TOKEN is 1. `text` is the token once
    there is one.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        said = environ.get(_VARIABLE, "")
        if said not in ("", "0", "1"):
            raise ConfigurationError(f"{_VARIABLE} must be 1 or 0, not {said[:20]!r}")
        self.is_asked_for = said == "1"
        self.text = ""
        self._token: TokenConfig | None = None
        self._file = ""

    def made_for(self, config: Config) -> Config:
        """Return the configuration at the start, with a new token if it needs one."""
        if not self.is_asked_for or config.lets_somebody_in or config.server.insecure:
            return config
        self.text = new_token()
        self._token = TokenConfig(name=_NAME, role=Role.ADMIN, hash=hash_of(self.text))
        self._file = config.access.token_file
        return replace(config, token=(self._token,))

    def added_to(self, config: Config) -> Config:
        """Return the configuration at a reload: with the token, unless a file has it, where it may be revoked."""
        if self._token is None or self._file or any(token.name == _NAME for token in config.token):
            return config
        return replace(config, token=(*config.token, self._token))

    def keep(self) -> str:
        """Write the token's hash into the token_file, if there is one; return that file's name. Call it once katgate
        serves: a token that nobody was told would lock everybody out at the next start. Raises ConfigurationError.
        """
        if self._token is not None and self._file:
            add_token(Path(self._file), self._token)
        return self._file
