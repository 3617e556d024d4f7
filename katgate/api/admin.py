"""What only an administrator may do to katgate itself."""

from collections.abc import Awaitable, Callable
from typing import Any

from klein import Klein

from katgate.api import wire
from katgate.api.routes import API, add_route
from katgate.authority.audit import Audit
from katgate.authority.role import Role

__all__ = ["AdminApi"]


class AdminApi:
    """`POST /admin/reload`. `reload` reads the configuration again; raises ConfigurationError if it is not good."""

    def __init__(self, reload: Callable[[], Awaitable[wire.ReloadJson]], audit: Audit) -> None:
        self._reload = reload
        self._audit = audit

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        add_route(
            app, "POST", f"{API}/admin/reload", self.reload, role=Role.ADMIN, problems=["bad-configuration"]
        )

    async def reload(self, request: Any) -> wire.ReloadJson:
        """Read the configuration again, and say what has changed."""
        with self._audit.doing("reload", request.caller):
            return await self._reload()
