"""The part of the configuration that is about logins by an OpenID provider: `[oidc]`."""

from typing import Annotated

import msgspec
from msgspec import Meta

from katgate.authority.key_set import ALGORITHMS
from katgate.authority.openid import OpenIdRules
from katgate.authority.safe_url import is_safe_url
from katgate.config.checks import OptionError

__all__ = ["OidcConfig"]


class OidcConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tokens (JWTs) that an OpenID provider has signed. They are shown as katgate's own are."""

    issuer: Annotated[
        str,
        Meta(
            description="The provider, as it calls itself in its tokens, such as "
            'https://login.example.org/realms/array; "": there is none.'
        ),
    ] = ""
    audience: Annotated[
        str,
        Meta(description="What its tokens say they are for (aud): the name under which it knows katgate."),
    ] = ""
    jwks_url: Annotated[
        str,
        Meta(
            description='Where its keys are; "": where its /.well-known/openid-configuration says. They are asked '
            "for at the start, every hour, and when a token has another."
        ),
    ] = ""
    algorithms: Annotated[tuple[str, ...], Meta(description="What its tokens may be signed by.")] = (
        "RS256",
        "PS256",
        "ES256",
        "EdDSA",
    )
    name_claim: Annotated[
        str, Meta(description="Where a token has the name of who shows it; without that, sub is the name.")
    ] = "preferred_username"
    role_claim: Annotated[
        str,
        Meta(
            description="Where it has their roles or groups, a list or words in one text; with dots between them the "
            "names of tables within tables, such as realm_access.roles."
        ),
    ] = "roles"
    viewers: Annotated[tuple[str, ...], Meta(description="Which of these are viewers, ...")] = ()
    operators: Annotated[tuple[str, ...], Meta(description="... which operators, ...")] = ()
    admins: Annotated[
        tuple[str, ...], Meta(description="... and which admins. Whoever has none of all these is refused.")
    ] = ()

    def __post_init__(self) -> None:
        for option in ("issuer", "jwks_url"):
            url = getattr(self, option)
            if url and not is_safe_url(url):
                raise OptionError(f"{url!r} is not an address that begins with https://", option)
        for index, algorithm in enumerate(self.algorithms):
            if algorithm not in ALGORITHMS:
                raise OptionError(
                    f"{algorithm!r} is none of {', '.join(ALGORITHMS)}: those by which only the provider can sign",
                    "algorithms",
                    index,
                )
        if self.issuer:
            self._check_whole()

    @property
    def rules(self) -> OpenIdRules | None:
        """What a token must say, or None: there is no provider."""
        if not self.issuer:
            return None
        return OpenIdRules(
            self.issuer,
            self.audience,
            self.algorithms,
            self.name_claim,
            self.role_claim,
            frozenset(self.viewers),
            frozenset(self.operators),
            frozenset(self.admins),
        )

    def _check_whole(self) -> None:
        if not self.audience:
            raise OptionError(
                "which tokens of this provider are for katgate? Say so in audience: those for others must not count",
                "issuer",
            )
        if not self.algorithms:
            raise OptionError("there is none: no token could count", "algorithms")
        if not (self.viewers or self.operators or self.admins):
            raise OptionError(
                "nobody would have a role: name some of viewers, operators and admins", "issuer"
            )
