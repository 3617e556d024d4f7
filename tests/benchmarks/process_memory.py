"""The memory and the sockets of another process, from Linux' /proc, and what the kernel holds for them."""

from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["ProcessMemory", "Resident", "memory_of", "unsent_bytes"]

_KIB: Final = 1024
#: What Linux takes to let the highest memory so far begin anew (proc(5), clear_refs).
_FORGET_PEAK: Final = "5"


class ProcessMemory(NamedTuple):
    """In bytes. `private` is what no other process has and no file holds: what it would give back if it ended."""

    rss: int
    private: int


def memory_of(pid: int) -> ProcessMemory:
    """Return what a process uses now."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kib = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
    return ProcessMemory(kib["Rss"] * _KIB, kib["Private_Dirty"] * _KIB)


def unsent_bytes(port: int) -> int:
    """Return what connections of a server at that port of 127.0.0.1 have sent and their other sides have not taken:
    the kernel holds it, for the process but not in it.
    """
    local = f"0100007F:{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[4].partition(":")[0], 16) for row in rows if row[1] == local)


class Resident:
    """A process by its id."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._at = Path(f"/proc/{pid}")

    @property
    def now_mb(self) -> float:
        """Its resident memory, in MB."""
        return memory_of(self._pid).rss / 1e6

    @property
    def peak_mb(self) -> float:
        """The most that it was since `forget_peak`, in MB."""
        lines = (self._at / "status").read_text().splitlines()
        kib = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return int(kib) * _KIB / 1e6

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
