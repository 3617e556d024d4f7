"""The memory of another process, from Linux' /proc, and what the kernel holds for its sockets."""

from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["ProcessMemory", "memory_of", "unsent_bytes"]

_KIB: Final = 1024


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
