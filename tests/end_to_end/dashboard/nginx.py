"""nginx before katgate, as operators have it: the page is below a path of a site that katgate knows nothing of."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.processes import DEADLINE_S, wait_for

__all__ = ["NGINX", "free_port", "listens", "nginx_before"]

NGINX: Final = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

#: `$request_uri` is what the browser sent: nginx's own `$uri` has `%2F` turned into a slash, and a sensor's name may
#: have either. `Host` is the browser's, or its `Origin` would be foreign to katgate.
_CONFIGURATION: Final = """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
    server {{
        listen 127.0.0.1:{port};
        location {prefix}/ {{
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_buffering off;
{directives}
        }}
    }}
}}
"""


#: The prefix is taken away.
_UNSEEN: Final = """
            rewrite ^ $request_uri;
            rewrite ^{prefix}(/.*) $1 break;
            proxy_pass http://127.0.0.1:{katgate_port}$uri;
            proxy_set_header Host $http_host;
"""


@contextmanager
def nginx_before(katgate_port: int, prefix: str, folder: Path, directives: str = _UNSEEN) -> Iterator[str]:
    """Run nginx; its files are in the folder. The directives are those for the prefix, by default such that katgate
    does not see it. Yields the address of its root, without a slash at the end.
    """
    assert NGINX is not None
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            port=port, prefix=prefix, directives=directives.format(prefix=prefix, katgate_port=katgate_port)
        ),
        encoding="utf-8",
    )
    log = folder / "nginx.log"
    with log.open("wb") as stderr:
        nginx = subprocess.Popen([NGINX, "-p", folder, "-c", configuration, "-e", "stderr"], stderr=stderr)
    try:
        wait_for(lambda: listens(port) or nginx.poll() is not None, "nginx to listen")
        assert nginx.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        nginx.wait(DEADLINE_S)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Return whether somebody does."""
    with socket.socket() as opened:
        return opened.connect_ex(("127.0.0.1", port)) == 0
