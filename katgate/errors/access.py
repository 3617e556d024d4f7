"""What was asked for is not for the one who asks, or not now."""

from katgate.errors.base import LocalError

__all__ = ["ConfirmRequired", "Forbidden", "Leased", "Refused", "TooManyRequests", "Unauthorized"]


class _Recorded(LocalError):
    """What the audit log takes note of, once."""

    is_recorded = False


class Refused(_Recorded):
    """A Host or Origin that is not ours; the text names the option that would allow it."""


class ConfirmRequired(LocalError):
    """A request that is marked dangerous, and was not confirmed by its name."""

    def __init__(self, request: str) -> None:
        super().__init__(request)
        self.request = request

    def __str__(self) -> str:
        return f'?{self.request} is dangerous; to mean it, add "confirm": "{self.request}"'


class TooManyRequests(LocalError):
    """More at once, or more often, than one browser may; the text says how many. `retry_after_s` is how long to wait
    before it may do, where that is known.
    """

    def __init__(self, why: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class Unauthorized(_Recorded):
    """No credentials, or none that count; the text says what to do."""


class Forbidden(_Recorded):
    """The one who asks is known, and may not; the text says which role or rule is in the way."""


class Leased(Forbidden):
    """Another holds the command lease of a device."""

    def __init__(self, device: str, holder: str) -> None:
        super().__init__(device, holder)
        self.device = device
        self.holder = holder

    def __str__(self) -> str:
        return (
            f"{self.holder} holds the command lease of {self.device!r}; ask for its release, or wait for its end; an "
            "admin may break it"
        )
