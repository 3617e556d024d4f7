"""Resident: what another process of this machine holds: memory and sockets, as Linux tells them."""

from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["Resident"]

#: What Linux takes to let the highest memory so far begin anew (proc(5), clear_refs).
_FORGET_PEAK: Final = "5"


class Resident:
    """A process by its id."""

    def __init__(self, pid: int) -> None:
        self._at = Path(f"/proc/{pid}")

    @property
    def now_mb(self) -> float:
        """Its resident memory, in MB."""
        return self._status("VmRSS")

    @property
    def peak_mb(self) -> float:
        """The most that it was since `forget_peak`, in MB."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        """Let the peak begin now."""
        (self._at / "clear_refs").write_text(_FORGET_PEAK)

    @property
    def sockets(self) -> int:
        """How many sockets it has open."""
        count = 0
        for its in (self._at / "fd").iterdir():
            with suppress(FileNotFoundError):  # closed since
                count += str(its.readlink()).startswith("socket:")
        return count

    def _status(self, key: str) -> float:
        for line in (self._at / "status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == key:
                return int(value.split()[0]) * 1024 / 1e6
        raise KeyError(key)
