"""The proxies' files as a whole, TLS and all: nginx and Caddy take them. What they do is tested with the page."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.dashboard.nginx import NGINX
from tests.end_to_end.dashboard.proxies import CADDY
from tests.processes import ROOT


def check(*command: str | Path) -> None:
    """Run a program that checks; fail if it finds fault."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(NGINX is None, reason="no nginx; install Debian's package nginx-light")
def test_nginx(tmp_path: Path) -> None:
    """With a certificate of one's own in place of the example's."""
    certificate, key = tmp_path / "gate.pem", tmp_path / "gate.key"
    check(
        *("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-subj", "/CN=gate.example.org", "-days", "1", "-keyout", key, "-out", certificate),
    )
    text = (ROOT / "deploy/nginx.conf").read_text()
    text = re.sub(r"(ssl_certificate +)\S+;", rf"\g<1>{certificate};", text)
    text = re.sub(r"(ssl_certificate_key +)\S+;", rf"\g<1>{key};", text)
    (tmp_path / "katgate.conf").write_text(text)
    around = tmp_path / "nginx.conf"
    around.write_text("pid nginx.pid; events {} http { access_log off; include katgate.conf; }")
    check(str(NGINX), "-t", "-p", tmp_path, "-c", around, "-e", "stderr")


@pytest.mark.skipif(CADDY is None, reason="no Caddy; install Debian's package caddy")
def test_caddy() -> None:
    """As it is, written as Caddy itself would."""
    file = ROOT / "deploy/Caddyfile"
    check(str(CADDY), "validate", "--adapter", "caddyfile", "--config", file)
    done = subprocess.run([str(CADDY), "fmt", file], capture_output=True, text=True, timeout=60, check=False)
    assert file.read_text() == done.stdout
