"""Described: what the descriptions say of one running katgate besides its routes: where it is, and who gets in."""

from dataclasses import dataclass
from typing import Any

from katgate.authority.role import Role

__all__ = ["Described"]


@dataclass(frozen=True, slots=True)
class Described:
    """A katgate of this `version` under the path `prefix`, and the `port` that it listens at, which its cookie is
    named after. Where there are no logins everybody is let in.
    """

    version: str
    prefix: str = "/"
    port: int = 8147
    has_logins: bool = False

    def security_schemes(self) -> dict[str, Any]:
        """Return by what somebody may be known, as OpenAPI and AsyncAPI both have it, save for the cookie's place."""
        return {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of this katgate, or a JWT where an OpenID provider is configured.",
            },
            "cookie": {
                "type": "apiKey",
                "in": "cookie",
                "name": f"katgate-{self.port}",
                "description": "The session of a browser that has logged in.",
            },
        }

    def security(self, role: Role | None) -> list[dict[str, list[str]]]:
        """Return what one of must be shown for a role: nothing, where there are no logins or anybody may ask."""
        if role is None:
            return []
        known: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
        return known if self.has_logins else [{}, *known]
