"""The first token: made where a katgate would else not start, because somebody asked for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from katgate.authority.role import Role
from katgate.authority.tokens import hash_of, new_token
from katgate.config.access import TokenConfig
from katgate.config.token_file import add_token, token_table
from katgate.config.whole import Config
from katgate.errors import ConfigurationError

__all__ = ["FirstToken"]

_VARIABLE: Final = "KATGATE_FIRST_TOKEN"
_NAME: Final = "first"


class FirstToken:
    """Adds a token of an admin to a configuration without logins, if KATGATE_FIRST_TOKEN is 1. `text` is the token
    once there is one; it goes into the token_file if the configuration names one, else it ends with this process.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        said = environ.get(_VARIABLE, "")
        if said not in ("", "0", "1"):
            raise ConfigurationError(f"{_VARIABLE} must be 1 or 0, not {said[:20]!r}")
        self._is_asked_for = said == "1"
        self.text = ""

    def added_to(self, config: Config) -> Config:
        """Return the configuration with the token, if it needs one: the same each time. Raises ConfigurationError."""
        if not self._is_asked_for or config.has_logins or config.server.insecure:
            return config
        is_new = not self.text
        self.text = self.text or new_token()
        token = TokenConfig(name=_NAME, role=Role.ADMIN, hash=hash_of(self.text))
        if is_new and config.access.token_file:
            add_token(Path(config.access.token_file), token_table(_NAME, token.role, token.hash, None))
        return replace(config, token=(token,))
