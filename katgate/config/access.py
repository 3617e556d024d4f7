"""The part of the configuration that concerns who may do what, and the record of it: `[access]`."""

from typing import Annotated

import msgspec
from msgspec import Meta

from katgate.config.checks import OptionError
from katgate.katcp.pattern import Pattern

__all__ = ["AccessConfig"]


class AccessConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may do what, and the record of what was done."""

    audit_file: Annotated[
        str,
        Meta(
            description="The audit log: a file to which each request, login and refusal is appended as a line of "
            'JSON, with who, from where, and what became of it. "": such lines stand in the log.'
        ),
    ] = ""
    audit_bytes: Annotated[
        int,
        Meta(
            ge=10_000,
            le=10_000_000_000,
            description="How large that file may become, in bytes, before it is put aside (audit.jsonl.1 is the "
            "newest, then audit.jsonl.2, ...); a request takes about 300.",
        ),
    ] = 10_000_000
    audit_files: Annotated[
        int,
        Meta(ge=2, le=1000, description="How many such files there may be, the present one among them."),
    ] = 10
    audit_without_arguments: Annotated[
        tuple[str, ...],
        Meta(
            description="Requests whose arguments are secret, and not recorded: names, globs and /regex/es."
        ),
    ] = ("*passw*", "*secret*", "*token*")

    def __post_init__(self) -> None:
        for index, text in enumerate(self.audit_without_arguments):
            try:
                Pattern(text)
            except ValueError as error:
                raise OptionError(str(error), "audit_without_arguments", index) from None
