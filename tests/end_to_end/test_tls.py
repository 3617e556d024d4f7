"""katgate speaks TLS itself: REST, WebSocket and page, a certificate that is renewed, and those that are none."""

import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.certificates import self_signed
from tests.processes import Katgate, run_katgate, wait_for

Start = Callable[..., Katgate]


class Files:
    """A certificate and its key, and a configuration that names them."""

    def __init__(self, folder: Path) -> None:
        self.certificate, self.key = folder / "cert.pem", folder / "key.pem"
        self.configuration = folder / "katgate.toml"
        self.configuration.write_text(
            f'[server]\nlisten = "127.0.0.1:0"\n[tls]\ncertificate = "{self.certificate}"\nkey = "{self.key}"\n'
        )
        self.renew()

    def renew(self) -> None:
        certificate, key = self_signed()
        self.key.touch(0o600)
        self.certificate.write_bytes(certificate)
        self.key.write_bytes(key)

    @property
    def trusted(self) -> ssl.SSLContext:
        """What trusts this certificate, and no other."""
        return ssl.create_default_context(cafile=self.certificate)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def get(katgate: Katgate, path: str, trusted: ssl.SSLContext) -> Any:
    with urllib.request.urlopen(f"{katgate.url}{path}", timeout=30, context=trusted) as answer:
        return json.load(answer)


def test_everything_over_tls(files: Files, start: Start) -> None:
    """A certificate that is renewed is shown to those who come then; who is there already notices nothing."""
    katgate = start("serve", "--config", str(files.configuration))
    assert katgate.url.startswith("https://127.0.0.1:")
    old = files.trusted
    assert "katgate" == get(katgate, "api/v1", old)["name"]
    with connect(f"wss://127.0.0.1:{katgate.port}/api/v1/ws", ssl=old) as browser:
        assert "hello" == json.loads(browser.recv(timeout=30))["method"]
        files.renew()
        wait_for(lambda: "the certificate has changed" in katgate.log, "the new certificate to be read")
        assert "katgate" == get(katgate, "api/v1", files.trusted)["name"]
        with pytest.raises(urllib.error.URLError, match="certificate verify failed"):
            get(katgate, "api/v1", old)
        browser.send('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1}}')
        assert {"a": 1} == json.loads(browser.recv(timeout=30))["result"]
    assert 0 == katgate.stop()


def test_healthcheck(files: Files, start: Start) -> None:
    """A container's, on the same machine: no name is right for 127.0.0.1."""
    katgate = start("serve", "--config", str(files.configuration))
    there = {"KATGATE_SERVER_LISTEN": f"127.0.0.1:{katgate.port}"}
    asked = run_katgate("healthcheck", "--config", str(files.configuration), **there)
    assert (0, "ready\n") == (asked.returncode, asked.stdout)
    assert 1 == run_katgate("healthcheck", **there).returncode


def test_what_is_no_tls_is_ended(files: Files, start: Start) -> None:
    """Plain HTTP, rubbish, and one that goes in the middle; nothing of it is a defect of ours."""
    katgate = start("serve", "--config", str(files.configuration))
    for said in (
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x00" * 1000,
        b"\x16\x03\x01\xff\xff" + b"x" * 70_000,
    ):
        with socket.create_connection(("127.0.0.1", katgate.port), timeout=30) as connection:
            try:
                connection.sendall(said)
                while connection.recv(65536):
                    pass
            except ConnectionError:
                pass
    with socket.create_connection(("127.0.0.1", katgate.port), timeout=30) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00")
    assert {"status": "ok"} == get(katgate, "healthz", files.trusted)
    assert "Traceback" not in katgate.log
    assert "Unhandled" not in katgate.log


def test_bad_pair_is_said_at_the_start(files: Files) -> None:
    """Exit code 2, one sentence; check-config says the same."""
    files.key.write_bytes(self_signed()[1])
    for command in (["serve", "--config"], ["check-config"]):
        ended = run_katgate(*command, str(files.configuration))
        assert 2 == ended.returncode
        assert "key.pem is not that of the first certificate in" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_reload_takes_other_files(files: Files, start: Start, tmp_path: Path) -> None:
    """One that cannot be used changes nothing, and is a problem of whoever asked."""
    katgate = start("serve", "--config", str(files.configuration))
    old = files.trusted
    whole = tmp_path / "all.pem"
    reload = urllib.request.Request(f"{katgate.url}api/v1/admin/reload", b"", method="POST")
    files.configuration.write_text(f'[server]\nlisten = "127.0.0.1:0"\n[tls]\ncertificate = "{whole}"\n')
    with pytest.raises(urllib.error.HTTPError, match="409"):
        urllib.request.urlopen(reload, timeout=30, context=old)
    assert "! the configuration is left as it was:" in katgate.log
    whole.touch(0o600)
    whole.write_bytes(b"".join(self_signed()))
    with urllib.request.urlopen(reload, timeout=30, context=old) as answer:
        assert 200 == answer.status
    new = ssl.create_default_context(cafile=whole)
    assert "katgate" == get(katgate, "api/v1", new)["name"]
