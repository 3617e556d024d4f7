"""Doorkeeper: what clients of a KATCP port are, and what they may. KATCP has no logins, so all are the same."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from katgate.authority.authority import Authority
from katgate.authority.caller import KATCP, Caller
from katgate.authority.role import Role

__all__ = ["Doorkeeper"]

T = TypeVar("T")


class Doorkeeper:
    """Asks the authority, for clients of that role. `lets_dangerous`: what is dangerous needs no confirmation."""

    def __init__(self, authority: Authority, role: Role, *, lets_dangerous: bool = False) -> None:
        self.role = role
        self._authority = authority
        self._lets_dangerous = lets_dangerous

    def may_see(self, device: str) -> bool:
        """Return whether they are shown a device."""
        return self._authority.may_see(self._caller(""), device)

    def may(self, device: str, request: str) -> bool:
        """Return whether they may have a request forwarded."""
        return self._authority.may(self._caller(""), device, request)

    async def carry_out(
        self,
        peer: str,
        device: str,
        request: str,
        arguments: Sequence[bytes],
        send: Callable[[], Awaitable[T]],
        *,
        is_dangerous: bool,
    ) -> T:
        """Have a request sent by `send` for the client at `peer` (an address and a port); raises what
        `Authority.carry_out` does.
        """
        return await self._authority.carry_out(
            self._caller(peer.rpartition(":")[0].strip("[]")),
            device,
            request,
            arguments,
            send,
            is_dangerous=is_dangerous,
            confirm=request if self._lets_dangerous else None,
        )

    def _caller(self, address: str) -> Caller:
        return Caller(KATCP, self.role, "katcp", address)
