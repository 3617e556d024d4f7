"""Nobody: who is called once a browser is gone. What would call its session still would keep it in a circle of
references, for the collector to find.
"""

__all__ = ["never", "nobody"]


def nobody(*_: object) -> None:
    """Hear nothing."""


def never() -> bool:
    """Want nothing."""
    return False
