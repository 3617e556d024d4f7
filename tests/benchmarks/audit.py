"""What the audit log costs: a record in the file, in katgate's log, one of a flood; a question of an admin; a start.

    python -m tests.benchmarks.audit [--folder FOLDER]

The file is made in a folder of its own in FOLDER, which says whose disk is measured.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from twisted.internet.task import Clock

from katgate.authority.audit import Audit
from katgate.authority.audit_file import AuditFile
from katgate.authority.audit_ring import Wanted
from katgate.authority.caller import Caller
from katgate.authority.outcomes import OK, Outcome
from katgate.authority.role import Role
from katgate.katcp.pattern import Pattern
from katgate.logs import log_to

_RECORDS: Final = 50_000
_CALLER: Final = Caller("ludwig", Role.OPERATOR, "token", "10.8.0.7")
_LEASED: Final = Outcome("refused", "leased", "another holds the lease")
_FILE_BYTES: Final = 10_000_000


def measured(what: str, call: Callable[[], object], times: int) -> None:
    """Print the mean of a call, and the longest."""
    longest_s, started = 0.0, time.perf_counter()
    for _ in range(times):
        before = time.perf_counter()
        call()
        longest_s = max(longest_s, time.perf_counter() - before)
    mean_s = (time.perf_counter() - started) / times
    print(f"{what:32} {mean_s * 1e6:10.1f} us {longest_s * 1e3:10.2f} ms")


def recording(audit: Audit, outcome: Outcome) -> Callable[[], object]:
    """Return what makes a record of a request with two arguments."""
    return lambda: audit.request(_CALLER, "cbf", "capture-start", [b"wide", b"3"], outcome, 0.0123)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path)
    with TemporaryDirectory(dir=parser.parse_args().folder) as folder:
        path = Path(folder) / "audit.jsonl"
        audit = Audit(Clock(), time.time, AuditFile(path, _FILE_BYTES, 3))
        print(f"{'':32} {'mean':>13} {'longest':>13}")
        measured("a record in a file", recording(audit, OK), _RECORDS)
        measured("one of a flood of refusals", recording(audit, _LEASED), _RECORDS)
        nobody = Wanted(user=Pattern("nobody*"))
        measured("10,000 looked through", lambda: audit.ring.newest(100, None, nobody), 10)
        measured(
            "a start with full files", lambda: Audit(Clock(), time.time, AuditFile(path, _FILE_BYTES, 3)), 5
        )
    with Path(os.devnull).open("w") as nowhere:
        log_to(nowhere)
        measured("a record in the log", recording(Audit(Clock(), time.time), OK), _RECORDS)


if __name__ == "__main__":
    main()
