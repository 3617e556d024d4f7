"""Proxies before katgate, as operators have them: those of deploy/, with the test's own ports and prefix, and no TLS.
The page is below a path of a site that katgate knows nothing of.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.end_to_end.dashboard.proxy_process import free_port, nginx_of, running_proxy
from tests.processes import ROOT

__all__ = ["CADDY", "caddy_before", "nginx_before"]

CADDY: Final = shutil.which("caddy")

_CADDY_ALONE: Final = "{\n\tadmin off\n\tauto_https off\n}\n"


@contextmanager
def nginx_before(katgate_port: int, prefix: str, folder: Path) -> Iterator[str]:
    """Run nginx; its files are in the folder. Yields the address of its root, without a slash at the end."""
    port = free_port()
    text = _below(prefix, (ROOT / "deploy/nginx.conf").read_text())
    text = re.sub(r"\n *ssl_.*", "", _replaced(text, "listen 443 ssl", f"listen 127.0.0.1:{port}"))
    text = _replaced(text, "server 127.0.0.1:8147", f"server 127.0.0.1:{katgate_port}")
    with nginx_of(text, folder, port) as site:
        yield site


@contextmanager
def caddy_before(katgate_port: int, prefix: str, folder: Path) -> Iterator[str]:
    """Run Caddy, as `nginx_before` runs nginx."""
    port = free_port()
    text = _below(prefix, (ROOT / "deploy/Caddyfile").read_text())
    text = _replaced(text, "\ngate.example.org {", f"\nhttp://127.0.0.1:{port} {{")
    (folder / "Caddyfile").write_text(_CADDY_ALONE + text)
    command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", "Caddyfile"]
    with running_proxy(command, folder, port, KATGATE=f"127.0.0.1:{katgate_port}", HOME=str(folder)) as site:
        yield site


def _below(prefix: str, text: str) -> str:
    """Return a configuration with another prefix than its own."""
    return re.sub(r"(?<=[ ^])/katgate\b", prefix, text)


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{text.count(old)} times {old!r}"
    return text.replace(old, new)
