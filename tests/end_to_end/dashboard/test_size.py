"""What the page weighs as it is built; proxies send it gzipped."""

import gzip
import re
from pathlib import Path
from typing import Final

import katgate

STATIC: Final = Path(katgate.__file__).parent / "static"

#: Gzipped, in bytes: what is loaded at first, without plots, and everything.
AT_FIRST: Final = 60_000
IN_ALL: Final = 105_000


def gzipped(paths: set[Path]) -> int:
    """Return what files take together, each gzipped by itself."""
    return sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in paths)


def loaded_at_first() -> set[Path]:
    """Return index.html and all that it and its modules load without being asked."""
    found: set[Path] = set()
    ahead = [STATIC / "index.html"]
    while ahead:
        path = ahead.pop()
        if path not in found:
            found.add(path)
            ahead += [(path.parent / name).resolve() for name in _named_in(path)]
    return found


def _named_in(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return re.findall(r'(?:src|href)="(\./[^"]+)"', text)
    # `import(...)` is for later.
    return re.findall(r'(?:\bfrom|\bimport)\s*"(\./[^"]+\.js)"', text) if path.suffix == ".js" else []


def test_first_load() -> None:
    """Small enough for a slow link to a telescope."""
    at_first = loaded_at_first()
    assert {".html", ".js", ".css", ".svg"} == {path.suffix for path in at_first}
    assert gzipped(at_first) < AT_FIRST


def test_everything() -> None:
    """With the plots and all that is loaded when it is looked at. `client.js` is for other people's pages."""
    files = {path for path in STATIC.rglob("*") if path.is_file() and path.name != "client.js"}
    assert gzipped(files) < IN_ALL
