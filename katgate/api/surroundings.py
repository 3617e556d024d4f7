"""Surroundings: what all sessions share."""

from collections.abc import Callable
from dataclasses import dataclass

from katgate.api.answers import Answers
from katgate.api.limits import Limits
from katgate.api.requests import RequestsApi
from katgate.authority.audit import Audit
from katgate.authority.caller import Caller
from katgate.devices.fleet import Fleet
from katgate.hub.deadlines import Clock
from katgate.hub.hub import Hub

__all__ = ["Surroundings"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`identify` returns who shows a token from an address; it raises Unauthorized, Forbidden and TooManyRequests."""

    hub: Hub
    fleet: Fleet
    requests: RequestsApi
    epoch: str
    wall_clock: Callable[[], float]
    clock: Clock
    limits: Limits
    identify: Callable[[str, str], Caller]
    audit: Audit
    answers: Answers
