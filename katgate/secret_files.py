"""Files with secrets: keys of certificates and sessions, lists of tokens. That others may read one is warned of.

They are read all the same: whether it matters is the operator's to say.
"""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from twisted.logger import Logger

__all__ = ["doubts_about", "warn_about"]

log = Logger()

#: How Kubernetes puts each file of a secret into a container: a link to `..data/NAME`, in the same directory.
_KUBERNETES: Final = "..data"


def warn_about(path: Path | str) -> None:
    """Log what is doubtful about a file with a secret, once a doubt. Call it before each reading of the file."""
    for doubt in doubts_about(Path(path)):
        log.warn("! {doubt}", doubt=doubt)


def doubts_about(path: Path) -> Iterator[str]:
    """Yield a sentence for each reason why others may know, or choose, what is in a file. None if it is not there."""
    try:
        mode = path.stat().st_mode
        target = path.resolve()
        link = path.readlink() if path.is_symlink() else None
    except OSError:
        return
    if link is not None and link.parts[:1] != (_KUBERNETES,):
        yield (
            f"{path} has a secret, and is a symbolic link (to {target}): whoever may change the link or its target "
            "chooses the secret; name the file itself"
        )
    if not stat.S_ISREG(mode):
        return
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        what = "read" if mode & stat.S_IROTH else "write"
        yield f"{path} has a secret, and everybody on this machine may {what} it; chmod o= {target} ends that"
    if mode & stat.S_IWGRP:
        yield f"{path} has a secret, and its group may write it; chmod g-w {target} ends that"
