"""Logins on real sockets: what an operator does with tokens, and what becomes of those who are in meanwhile."""

import signal
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from katgate.authority.tokens import hash_of
from tests.end_to_end.fake_device import FakeDevice
from tests.processes import DEADLINE_S, ROOT, Browser, Katgate, Process, run_katgate, running

Start = Callable[..., Katgate]


class Gate:
    """A katgate with tokens for ludwig (an operator) and grafana (a viewer), its file, and the device behind it."""

    def __init__(self, folder: Path, device: FakeDevice, start: Start, *more: str) -> None:
        self.file = folder / "katgate.toml"
        self.tokens = folder / "tokens.toml"
        self.ludwig = self.make_token("ludwig", "operator")
        self.grafana = self.make_token("grafana", "viewer")
        table = f'[[device]]\nname = "cbf"\naddress = "127.0.0.1:{device.port}"\n'
        self.file.write_text("\n".join(["[access]", f'token_file = "{self.tokens}"', *more, table]))
        self._start = start
        self.katgate = start("serve", "--config", str(self.file))

    def make_token(self, name: str, role: str) -> str:
        """Make a token as an operator does, and return it."""
        made = run_katgate("token", name, "--role", role, "--into", str(self.tokens))
        assert 0 == made.returncode, made.stderr
        return next(line.strip() for line in made.stdout.splitlines() if line.strip().startswith("kg_"))

    def reload(self) -> None:
        self.katgate.popen.send_signal(signal.SIGHUP)

    def restart(self) -> None:
        port = self.katgate.port
        self.katgate.stop()
        self.katgate = self._start("serve", "--config", str(self.file), "--listen", f"127.0.0.1:{port}")

    def log_in(self, token: str) -> dict[str, str]:
        """Return what the browser of somebody who has logged in sends."""
        answer = self.katgate.ask("POST", "login", {"token": token})
        assert 200 == answer.status, answer.body
        return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}

    def user(self, headers: dict[str, str]) -> Any:
        return self.katgate.ask("GET", "/api/v1", headers=headers).json["user"]


@pytest.fixture
def gate(tmp_path: Path, device: FakeDevice, start: Start) -> Gate:
    return Gate(tmp_path, device, start)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def close_code(socket: ClientConnection) -> int:
    """Return the code with which katgate closes a socket."""
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=DEADLINE_S)
    assert socket.close_code is not None
    return socket.close_code


def test_program_and_browser_on_the_socket(gate: Gate) -> None:
    """By the header where a program can send one, by `authenticate` where not, by the cookie in a browser."""
    cookie = gate.log_in(gate.ludwig)
    for headers, origin in ((bearer(gate.ludwig), None), (cookie, gate.katgate.url.rstrip("/"))):
        with gate.katgate.connected(headers, origin) as socket:
            assert "ludwig" == Browser(socket).receive()["params"]["user"]
    with gate.katgate.connected() as socket:
        browser = Browser(socket)
        assert browser.receive()["params"]["role"] is None
        assert {"user": "grafana", "role": "viewer"} == browser.call("authenticate", token=gate.grafana)
        assert "cbf" == browser.call("devices.subscribe")["devices"][0]["name"]
        assert "forbidden" == browser.call("request", device="cbf", request="help")["data"]["code"]


def test_socket_hijacked_by_another_site(gate: Gate) -> None:
    """The browser of somebody who is logged in would send the cookie, were it not SameSite."""
    cookie = gate.log_in(gate.ludwig)
    for origin in ("https://evil.example", "null", f"http://localhost:{gate.katgate.port + 1}"):
        with pytest.raises(InvalidStatus) as refused, gate.katgate.connected(cookie, origin):
            pass
        assert 403 == refused.value.response.status_code
    with pytest.raises(InvalidStatus) as refused, gate.katgate.connected(bearer("kg_wrong")):
        pass
    assert 401 == refused.value.response.status_code


def test_token_that_is_revoked_closes_what_goes_on_by_it(gate: Gate) -> None:
    """Sockets, streams and logins of this token; those of another go on."""
    stream = urlopen(Request(f"{gate.katgate.url}api/v1/stream", headers=bearer(gate.ludwig)), timeout=30)
    cookie = gate.log_in(gate.ludwig)
    with (
        gate.katgate.connected(bearer(gate.ludwig)) as gone,
        gate.katgate.connected(cookie, gate.katgate.url.rstrip("/")) as gone_too,
        gate.katgate.connected(bearer(gate.grafana)) as stays,
    ):
        gate.tokens.write_text(f'[[token]]\nname = "grafana"\nhash = "{hash_of(gate.grafana)}"\n')
        gate.make_token("ludwig", "operator")  # another one
        gate.reload()
        assert [4500, 4500] == [close_code(gone), close_code(gone_too)]
        assert b'"code":"session-expired"' in stream.read()
        stays_open = Browser(stays)
        stays_open.receive()
        assert {} == stays_open.call("ping")
    assert gate.user(cookie) is None
    assert "grafana" == gate.user(bearer(gate.grafana))


def test_rule_that_comes_while_somebody_is_in(gate: Gate) -> None:
    """They are told to come again, and then do not see it any more."""
    with gate.katgate.connected(bearer(gate.grafana)) as socket:
        gate.file.write_text(gate.file.read_text() + '[[rule]]\nthen = "hide"\ndevices = ["cbf"]\n')
        gate.reload()
        assert 4003 == close_code(socket)
    assert 404 == gate.katgate.ask("GET", "devices/cbf", headers=bearer(gate.grafana)).status


def test_terminal(gate: Gate) -> None:
    """It has its token from the environment, where the list of processes does not show it."""
    via = ("sensors", "cbf", "--via", gate.katgate.url)
    assert 0 == run_katgate(*via, KATGATE_TOKEN=gate.grafana).returncode
    nobody = run_katgate(*via, KATGATE_TOKEN="")
    assert (1, True) == (nobody.returncode, "set the variable KATGATE_TOKEN" in nobody.stderr)
    viewer = run_katgate("call", "cbf", "x", "--via", gate.katgate.url, KATGATE_TOKEN=gate.grafana)
    assert (1, True) == (viewer.returncode, "grafana is a viewer" in viewer.stderr)


@pytest.mark.parametrize("is_kept", [True, False])
def test_login_and_a_restart(tmp_path: Path, device: FakeDevice, start: Start, is_kept: bool) -> None:
    """Who was logged in still is, if the key is kept in a file."""
    gate = Gate(tmp_path, device, start, *[f'session_key_file = "{tmp_path}/session.key"'] * is_kept)
    cookie = gate.log_in(gate.ludwig)
    assert "ludwig" == gate.user(cookie)
    gate.restart()
    assert ("ludwig" if is_kept else None) == gate.user(cookie)


def test_first_token(tmp_path: Path) -> None:
    """It is said once, on standard output, and lets an admin in; the log does not have it."""
    log = tmp_path / "log"
    variables = {"KATGATE_FIRST_TOKEN": "1"}
    with running(
        Process(["-m", "katgate", "demo", "--listen", "127.0.0.1:0"], log, variables=variables)
    ) as demo:
        assert "made a token for an admin" in demo.first_line()
        assert demo.popen.stdout is not None
        [token, ready] = islice((line.strip() for line in demo.popen.stdout if line.strip()), 2)
        url = ready.partition("open ")[2].split()[0]
        with urlopen(Request(f"{url}api/v1", headers=bearer(token)), timeout=30) as answer:
            assert b'"role":"admin"' in answer.read()
        assert token not in demo.log


def test_secret_files_that_others_may_read(tmp_path: Path, device: FakeDevice, start: Start) -> None:
    """Warned of at the start: by world-readable, and by link."""
    gate = Gate(tmp_path, device, start, f'session_key_file = "{tmp_path}/session.key"')
    assert "has a secret" not in gate.katgate.log
    gate.tokens.chmod(0o644)
    (tmp_path / "session.key").rename(tmp_path / "elsewhere.key")
    (tmp_path / "session.key").symlink_to("elsewhere.key")
    gate.restart()
    assert "tokens.toml has a secret, and everybody on this machine may read it" in gate.katgate.log
    assert "session.key has a secret, and is a symbolic link" in gate.katgate.log


def test_beyond_loopback_without_tokens() -> None:
    """Exit code 2, one sentence on standard error, nothing served."""
    ended = run_katgate("demo", "--listen", "0.0.0.0:0")
    assert 2 == ended.returncode
    assert "katgate listens on loopback only" in " ".join(ended.stderr.split())
    assert "" == ended.stdout
    assert str(ROOT) not in ended.stderr
