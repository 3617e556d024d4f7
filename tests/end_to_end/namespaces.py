"""Namespaces of Linux: a network or mounts of one's own, so that faults are real and nobody else has them."""

import shutil
import subprocess

import pytest

__all__ = ["unshared"]


def unshared(*kinds: str) -> list[str]:
    """Return what starts a command in namespaces of its own, of these kinds: `-n` network, `-m` mounts.

    Skips the test where that is not allowed, neither to root nor to anybody in a user namespace.
    """
    for who in ([], ["-r"]):
        command = ["unshare", *who, *kinds]
        if shutil.which("unshare") and not subprocess.run([*command, "true"], capture_output=True).returncode:
            return command
    pytest.skip(f"unshare {' '.join(kinds)} is not allowed here, as root or with -r")
