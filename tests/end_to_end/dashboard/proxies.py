"""Proxies before katgate, as operators have them: those of deploy/, with the test's own ports and prefix, and no TLS.
The page is below a path of a site that katgate knows nothing of.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.end_to_end.dashboard.nginx import NGINX, free_port, listens
from tests.processes import DEADLINE_S, ROOT, wait_for

__all__ = ["CADDY", "caddy_before", "nginx_before"]

CADDY: Final = shutil.which("caddy")

#: What nginx' own nginx.conf has around a file of conf.d.
_AROUND: Final = """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include katgate.conf;
}
"""

_CADDY_ALONE: Final = "{\n\tadmin off\n\tauto_https off\n}\n"


@contextmanager
def nginx_before(katgate_port: int, prefix: str, folder: Path) -> Iterator[str]:
    """Run nginx; its files are in the folder. Yields the address of its root, without a slash at the end."""
    port = free_port()
    text = _below(prefix, (ROOT / "deploy/nginx.conf").read_text())
    text = re.sub(r"\n *ssl_.*", "", _replaced(text, "listen 443 ssl", f"listen 127.0.0.1:{port}"))
    text = _replaced(text, "server 127.0.0.1:8147", f"server 127.0.0.1:{katgate_port}")
    (folder / "katgate.conf").write_text(text)
    (folder / "nginx.conf").write_text(_AROUND)
    with _running([str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"], folder, port) as site:
        yield site


@contextmanager
def caddy_before(katgate_port: int, prefix: str, folder: Path) -> Iterator[str]:
    """Run Caddy, as `nginx_before` runs nginx."""
    port = free_port()
    text = _below(prefix, (ROOT / "deploy/Caddyfile").read_text())
    text = _replaced(text, "\ngate.example.org {", f"\nhttp://127.0.0.1:{port} {{")
    (folder / "Caddyfile").write_text(_CADDY_ALONE + text)
    command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", "Caddyfile"]
    with _running(command, folder, port, KATGATE=f"127.0.0.1:{katgate_port}", HOME=str(folder)) as site:
        yield site


@contextmanager
def _running(command: list[str], folder: Path, port: int, **variables: str) -> Iterator[str]:
    log = folder / "proxy.log"
    with log.open("wb") as stderr:
        proxy = subprocess.Popen(command, stderr=stderr, cwd=folder, env={**os.environ, **variables})
    try:
        wait_for(lambda: listens(port) or proxy.poll() is not None, "the proxy to listen")
        assert proxy.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        proxy.terminate()
        proxy.wait(DEADLINE_S)


def _below(prefix: str, text: str) -> str:
    """Return a configuration with another prefix than its own."""
    return re.sub(r"(?<=[ ^])/katgate\b", prefix, text)


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{text.count(old)} times {old!r}"
    return text.replace(old, new)
