"""What katgate shows of the browsers that are here, as msgspec types."""

from typing import Final

from msgspec import Struct

from katgate.api.visitors import Kind, Visit
from katgate.authority.role import Role
from katgate.katcp.harmless import harmless

__all__ = ["BrowserJson", "BrowserListJson", "browser_json"]

#: What is shown of what a browser calls itself, in characters.
_LONGEST_AGENT: Final = 200


class BrowserJson(Struct):
    """A browser's socket or event stream. `since` is UNIX seconds.

    `user` and `role` are null where nobody has logged in. So many bytes as `queued` says wait for it in katgate, and
    for `lag` seconds it has not come to the end of what is due to it. `messages` and `bytes` are what it was sent,
    `readings` those in them besides snapshots; because it was slow, `conflated` readings were replaced by newer ones
    and `dropped` informs left out. `subscriptions` has how many there are of each method.
    """

    id: int
    kind: Kind
    user: str | None
    role: Role | None
    address: str
    agent: str
    since: float
    subscriptions: dict[str, int]
    queued: int
    lag: float
    messages: int
    bytes: int
    readings: int
    conflated: int
    dropped: int


class BrowserListJson(Struct):
    """All browsers, the oldest first."""

    browsers: list[BrowserJson]


def browser_json(visit: Visit) -> BrowserJson:
    """Return a browser as JSON has it."""
    visitor = visit.visitor
    caller, account = visitor.caller, visitor.account()
    return BrowserJson(
        id=visit.number,
        kind=visitor.kind,
        user=None if caller is None else caller.name,
        role=None if caller is None else caller.role,
        address=(caller and caller.address) or visitor.address,
        agent=harmless(visitor.agent[:_LONGEST_AGENT])[:_LONGEST_AGENT],
        since=visit.since,
        subscriptions={method: count for method, count in account.subscriptions.items() if count},
        queued=account.queued,
        lag=account.lag_s,
        messages=account.sent.messages,
        bytes=account.sent.bytes,
        readings=account.sent.readings,
        conflated=account.sent.conflated,
        dropped=account.sent.dropped,
    )
