"""Masking: what lets somebody in, and was put into an address against all advice, is not to be in our logs too."""

import re
from typing import Final

__all__ = ["masked"]

#: katgate's own tokens, and JWTs.
_CREDENTIALS: Final = re.compile(r"\bkg_[\w-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*")


def masked(text: str) -> str:
    """Return a text without the tokens in it."""
    return _CREDENTIALS.sub(lambda found: f"{found[0][:3]}...", text)
