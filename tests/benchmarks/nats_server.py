"""nats-server (Debian has it as a package of that name) with a WebSocket listener, no TLS and no compression.

`python -m tests.benchmarks.nats_server` prints two ports, `[nats, websocket]`, and then becomes nats-server: same
process, same core.
"""

import os
import shutil
import socket
import subprocess
import sys
from typing import Final

__all__ = ["nats_server_version"]

#: It asks nobody for a sign of life while we measure.
_CONFIG: Final = """
listen: "127.0.0.1:{port}"
websocket {{ listen: "127.0.0.1:{browsers_port}", no_tls: true, compression: false }}
ping_interval: "10m"
log_file: "/dev/null"
"""


def nats_server_version() -> str | None:
    """Return the version of the nats-server that is installed, or None."""
    path = _path()
    if path is None:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[-1].removeprefix("v")


def _path() -> str | None:
    return shutil.which("nats-server", path=os.environ.get("PATH", "") + ":/usr/sbin")


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


def _main() -> None:
    path = _path()
    if path is None:
        sys.exit("nats-server is not installed")
    port, browsers_port = _free_ports()
    config = os.memfd_create("nats.conf", 0)  # 0: it stays open in what this process becomes
    os.write(config, _CONFIG.format(port=port, browsers_port=browsers_port).encode())
    print([port, browsers_port], flush=True)
    os.execv(path, [path, "-c", f"/proc/self/fd/{config}"])


if __name__ == "__main__":
    _main()
