"""The roots of the tree."""

__all__ = ["KatgateError", "LocalError"]


class KatgateError(Exception):
    """Anything that katgate raises on purpose."""


class LocalError(KatgateError):
    """We were asked for something that cannot be done as asked."""
