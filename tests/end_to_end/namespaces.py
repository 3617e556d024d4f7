"""Namespaces of Linux: a network or mounts of one's own, so that faults are real and nobody else has them."""

import shutil
import subprocess

import pytest

__all__ = ["unshared"]


def unshared(*kinds: str, trial: str = "true") -> list[str]:
    """Return what starts a command in namespaces of its own, of these kinds: `-n` network, `-m` mounts.

    Skips the test where that is not allowed, neither to root nor to anybody in a user namespace; or where `trial`, a
    command of the shell, fails in there.
    """
    for who in ([], ["-r"]):
        command = ["unshare", *who, *kinds]
        tried = [*command, "sh", "-c", trial]
        if shutil.which("unshare") and not subprocess.run(tried, capture_output=True).returncode:
            return command
    pytest.skip(
        f"unshare {' '.join(kinds)}, and in there {trial!r}, is not possible here, as root or with -r"
    )
