"""A proxy as a process of its own, for the time of a test."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.processes import DEADLINE_S, wait_for

__all__ = ["NGINX", "free_port", "nginx_of", "running_proxy"]

NGINX: Final = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

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


@contextmanager
def nginx_of(configuration: str, folder: Path, port: int) -> Iterator[str]:
    """Run nginx with what would stand in its conf.d; its files are in the folder. See `running_proxy`."""
    (folder / "katgate.conf").write_text(configuration, encoding="utf-8")
    (folder / "nginx.conf").write_text(_AROUND, encoding="utf-8")
    with running_proxy(
        [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"], folder, port
    ) as site:
        yield site


@contextmanager
def running_proxy(command: list[str], folder: Path, port: int, **variables: str) -> Iterator[str]:
    """Run it until the end. Yields the address of its root, without a slash at the end, once it listens there."""
    log = folder / "proxy.log"
    with log.open("wb") as stderr:
        proxy = subprocess.Popen(command, stderr=stderr, cwd=folder, env={**os.environ, **variables})
    try:
        wait_for(lambda: _listens(port) or proxy.poll() is not None, "the proxy to listen")
        assert proxy.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        proxy.terminate()
        proxy.wait(DEADLINE_S)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as opened:
        return opened.connect_ex(("127.0.0.1", port)) == 0
