"""Role: what somebody may do in general. `viewer` reads, `operator` also sends requests, `admin` all."""

from enum import StrEnum, unique

__all__ = ["Role"]


@unique
class Role(StrEnum):
    """A role, by its name in the configuration and in JSON. `role.includes(other)` compares two."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Return whether who has this role may all that the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)
