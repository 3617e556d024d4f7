"""The part of the configuration that is about TLS: `[tls]`."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from katgate.config.checks import OptionError

__all__ = ["TlsConfig"]


class TlsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """TLS, spoken by katgate itself. Its files are looked at every few seconds: what has changed counts for
    connections from then on.
    """

    certificate: Annotated[
        str,
        Meta(
            description="A PEM file with the certificate of this host, and after it those that vouch for it. With "
            'one katgate serves https and nothing else; "": it serves http.'
        ),
    ] = ""
    key: Annotated[
        str,
        Meta(
            description='A PEM file with its key, not encrypted; "": it is in the same file as the certificate.'
        ),
    ] = ""
    hsts_days: Annotated[
        int,
        Meta(
            ge=0,
            le=3650,
            description="For how many days browsers are told to ask this host by https only, whatever the port; 0 "
            "tells them nothing. Do so only if nothing on this host is served by http.",
        ),
    ] = 0

    def __post_init__(self) -> None:
        if self.key and not self.certificate:
            raise OptionError("there is a key without a certificate; name that too", "key")

    @property
    def files(self) -> tuple[Path, Path] | None:
        """The files of certificate and key, or None: no TLS."""
        return (Path(self.certificate), Path(self.key or self.certificate)) if self.certificate else None
