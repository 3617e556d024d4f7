"""What katgate says of who asks: the root of the API, logins, and the audit log."""

from msgspec import Struct

from katgate.authority.record import AuditRecord

__all__ = ["AuditJson", "CountsJson", "LoginJson", "RootJson"]


class CountsJson(Struct):
    """How much there is that the one who asks may see."""

    devices: int
    sensors: int


class RootJson(Struct, omit_defaults=True):
    """`GET /api/v1`. `login`: whether one has to log in at all. The rest is for those who have; `user` and `role` are
    null for others. `expires` is when the login ends, if it does, in UNIX seconds.
    """

    name: str
    login: bool
    user: str | None
    role: str | None
    version: str = ""
    epoch: str = ""
    counts: CountsJson | None = None
    expires: float | None = None


class LoginJson(Struct):
    """Who somebody is who has logged in, and until when, in UNIX seconds; null: for ever."""

    user: str
    role: str
    expires: float | None


class AuditJson(Struct):
    """Records, newest first; `next` is the number to go on `before`, null if there are no more. `unwritten`: how many
    could not be written to the audit file since katgate was started.
    """

    records: list[AuditRecord]
    next: int | None
    unwritten: int
