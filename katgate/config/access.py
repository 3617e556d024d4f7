"""The parts of the configuration that say who may do what: `[access]`, `[[token]]`, `[[rule]]`."""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from katgate.authority.role import Role
from katgate.authority.rules import Rule
from katgate.authority.tokens import HASH
from katgate.config.checks import OptionError, check
from katgate.errors import KatgateError
from katgate.katcp.pattern import Pattern
from katgate.katcp.patterns import Patterns

__all__ = ["AccessConfig", "RuleConfig", "TokenConfig"]

#: Longer names are cut in nobody's mind, and stand in every line of the audit log.
_LONGEST_NAME: Final = 100


class AccessConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Logins, and the record of what was done. There are logins as soon as there is a [[token]] or a token_file;
    without, everybody who reaches katgate is an admin. In a running katgate they never end: when the last token
    goes, nobody is let in.
    """

    token_file: Annotated[
        str,
        Meta(
            description="A file with more [[token]]s, where katgate token --into writes them; it may be missing at "
            'first: then nobody is let in yet. "": there is none.'
        ),
    ] = ""
    session_hours: Annotated[
        float,
        Meta(gt=0, le=8760, description="How long a login on the page lasts, in hours."),
    ] = 12.0
    session_key_file: Annotated[
        str,
        Meta(
            description="A file for the key by which logins on the page are known again after a restart; it is made "
            "if it is missing. Who has logged out by hand is known again, too, if they kept a copy of the cookie. "
            '"": who was logged in must do so again.'
        ),
    ] = ""
    login_attempts: Annotated[
        float,
        Meta(
            ge=1,
            le=6000,
            description="How many credentials that do not count one address may show a minute, after ten in a row; "
            "more get 429. Those that count are always taken.",
        ),
    ] = 60.0
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
            check(f"audit_without_arguments[{index}]", Pattern, text)


class TokenConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A token, which lets a program or somebody in: as `katgate token NAME` prints it."""

    name: Annotated[str, Meta(description="Whose it is, for logs and leases.")]
    role: Annotated[
        Role,
        Meta(description='"viewer" reads, "operator" also sends requests, "admin" may do everything.'),
    ] = Role.VIEWER
    hash: Annotated[str, Meta(description="The SHA-256 of the token, which itself is kept nowhere.")]
    expires: Annotated[
        datetime | None,
        Meta(description="When it ends, such as 2027-01-31T00:00:00Z; without, never."),
    ] = None

    def __post_init__(self) -> None:
        _check_name("name", self.name)
        if not HASH.match(self.hash):
            raise OptionError(
                "this must be sha256: and 64 hexadecimal digits, as katgate token prints them", "hash"
            )

    @property
    def expires_s(self) -> float | None:
        """When it ends, in seconds since 1970; a time without a zone is UTC."""
        if self.expires is None:
            return None
        zoned = self.expires if self.expires.tzinfo is not None else self.expires.replace(tzinfo=UTC)
        return zoned.timestamp()


class RuleConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule for who may ask what of which device. Of those that allow or deny, the first that fits counts; where
    none fits, operators may send every request, and viewers none. Admins are neither denied nor hidden from.
    """

    then: Annotated[
        Literal["allow", "deny", "dangerous", "hide"],
        Meta(
            description='"allow" or "deny" these requests; "dangerous": they must be confirmed; "hide": these '
            "devices are not there for those whom the rule is about."
        ),
    ]
    roles: Annotated[tuple[Role, ...], Meta(description="About whom: those with one of these roles ...")] = ()
    users: Annotated[
        tuple[str, ...], Meta(description="... and those of these names. Neither given: about everybody.")
    ] = ()
    devices: Annotated[tuple[str, ...], Meta(description="Names, globs and /regex/es of devices.")] = ("*",)
    requests: Annotated[tuple[str, ...], Meta(description="Names, globs and /regex/es of requests.")] = ("*",)

    def __post_init__(self) -> None:
        for option, texts in (("devices", self.devices), ("requests", self.requests)):
            for index, text in enumerate(texts):
                check(f"{option}[{index}]", Pattern, text)
            _check_several(option, texts)
        if self.then == "hide" and self.requests != ("*",):
            raise OptionError(
                'a rule that hides is about devices, not requests; to refuse requests write then = "deny"',
                "requests",
            )
        if self.then == "hide" and "*" in self.devices:
            raise OptionError(
                "a rule that hides must name devices; whoever is to see none at all needs no token", "devices"
            )

    @property
    def rule(self) -> Rule:
        """It, as it is obeyed."""
        return Rule(
            frozenset(self.roles),
            frozenset(self.users),
            Patterns.of(self.devices),
            Patterns.of(self.requests),
            self.then,
        )


def _check_several(option: str, texts: tuple[str, ...]) -> None:
    try:
        Patterns.of(texts)
    except KatgateError as error:
        raise OptionError(str(error), option) from None


def _check_name(option: str, name: str) -> None:
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise OptionError(
            f"a name has 1 to {_LONGEST_NAME} characters that can be printed, without blanks around it",
            option,
        )
