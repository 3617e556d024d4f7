"""A real nginx before katgate, which asks for a password and says who has given it; and others who say so too."""

import base64
import http.client
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.end_to_end.dashboard.nginx import NGINX, nginx_before
from tests.processes import DEADLINE_S, Answer, Katgate

pytestmark = pytest.mark.skipif(
    NGINX is None, reason="no nginx on this machine; install Debian's package nginx-light"
)

#: As the guide has it; `$http_host` has the port, which `$host` has not.
DIRECTIVES: Final = """
            auth_basic "the telescope";
            auth_basic_user_file passwords;
            proxy_pass http://127.0.0.1:{katgate_port};
            proxy_set_header Host katgate.internal;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-User $remote_user;
            proxy_set_header X-Forwarded-Groups operators;
            proxy_set_header Forwarded "";
            proxy_set_header Authorization "";
"""

CONFIGURATION: Final = """
[server]
listen = "127.0.0.1:0"
prefix = "/gate"
[proxy]
trusted = ["127.0.0.1"]
user_header = "X-Forwarded-User"
groups_header = "X-Forwarded-Groups"
operators = ["operators"]
"""

#: Another address of this machine, which is no proxy's.
ELSEWHERE: Final = "127.0.0.2"
EMMA: Final = {"Authorization": "Basic " + base64.b64encode(b"emma:secret").decode()}


@pytest.fixture
def katgate(tmp_path: Path, start: Callable[..., Katgate]) -> Katgate:
    file = tmp_path / "katgate.toml"
    file.write_text(CONFIGURATION)
    return start("serve", "--config", str(file))


@pytest.fixture
def site(katgate: Katgate, tmp_path: Path) -> Iterator[str]:
    """The address of nginx, without a slash at the end."""
    (tmp_path / "passwords").write_text("emma:{PLAIN}secret\n")
    with nginx_before(katgate.port, "/gate", tmp_path, DIRECTIVES) as site:
        yield site


def ask(url: str, headers: dict[str, str], method: str = "GET") -> Answer:
    """Ask from ELSEWHERE."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        str(parts.hostname), parts.port, timeout=DEADLINE_S, source_address=(ELSEWHERE, 0)
    )
    try:
        connection.request(method, parts.path, headers=headers)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def test_proxy_lets_people_in(site: str, katgate: Katgate) -> None:
    """With the role of their group; whatever else they say of themselves."""
    root = f"{site}/gate/api/v1"
    assert 401 == ask(root, {}).status
    me = ask(root, EMMA).json
    assert ("emma", "operator") == (me["user"], me["role"])
    forged = {"X-Forwarded-User": "boss", "X-Forwarded-Groups": "admins", "X-Forwarded-For": "127.0.0.1"}
    me = ask(root, EMMA | forged).json
    assert ("emma", "operator") == (me["user"], me["role"])
    assert 404 == ask(f"{root}/nope", EMMA | forged).status
    assert f"< {ELSEWHERE} GET /api/v1/nope: 404" in katgate.log
    page = ask(f"{site}/gate/", EMMA)
    assert (200, "text/html") == (page.status, page.headers["content-type"].partition(";")[0])


def test_page_of_the_proxy_may_command_and_another_may_not(site: str) -> None:
    """Its Origin is what the browser asked nginx for, not what nginx asks katgate for."""
    url = f"{site}/gate/api/v1/devices/nope/requests/x"
    assert 404 == ask(url, EMMA | {"Origin": site}, "POST").status
    for headers in (
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://katgate.internal"},
    ):
        assert 403 == ask(url, EMMA | headers, "POST").status


def test_socket_through_the_proxy(site: str, katgate: Katgate) -> None:
    """It is that of the one who has logged in there, at the address of their browser."""
    url = f"{site.replace('http', 'ws')}/gate/api/v1/ws"
    with connect(url, additional_headers=EMMA, origin=Origin(site), source_address=(ELSEWHERE, 0)) as browser:
        hello: Any = json.loads(browser.recv(timeout=DEADLINE_S))
        assert ("emma", "operator") == (hello["params"]["user"], hello["params"]["role"])
        assert f"= browser {ELSEWHERE} by tcp4:127.0.0.1:" in katgate.log


def test_nobody_else_is_believed(site: str, katgate: Katgate) -> None:
    """Whoever can reach katgate's port may send the same headers."""
    forged = {
        "Host": f"127.0.0.1:{katgate.port}",
        "X-Forwarded-User": "boss",
        "X-Forwarded-Groups": "operators",
        "X-Forwarded-For": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
    }
    answer = ask(f"{katgate.url}api/v1", forged)
    assert (None, None) == (answer.json["user"], answer.json["role"])
    assert 401 == ask(f"{katgate.url}api/v1/devices", forged).status
    assert f"< {ELSEWHERE} GET /api/v1/devices: 401" in katgate.log


def test_ten_thousand_logins_that_fail(site: str, katgate: Katgate, tmp_path: Path) -> None:
    """They cost seconds, not minutes, and little memory; others are served meanwhile, and are not told to wait."""
    body = b'{"token": "kg_' + b"x" * 43 + b'"}'
    head = (
        f"POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    before = katgate.memory_mb
    started = time.monotonic()
    statuses = pipelined(katgate.port, head + body, 10_000)
    assert time.monotonic() - started < 60  # 3 s on a machine that does nothing else
    assert 10_000 == len(statuses)
    assert {b"401", b"429"} == set(statuses)
    assert statuses.count(b"401") < 50
    assert katgate.memory_mb - before < 20
    assert "emma" == ask(f"{site}/gate/api/v1", EMMA).json["user"]


def pipelined(port: int, request: bytes, times: int) -> list[bytes]:
    """Send a request so often on one connection, a hundred at a time; return the status of each answer."""

    statuses: list[bytes] = []
    with socket.create_connection(("127.0.0.1", port), DEADLINE_S, (ELSEWHERE, 0)) as connection:
        for _ in range(times // 100):
            connection.sendall(request * 100)
            received = b""
            while len(found := re.findall(rb"HTTP/1\.1 (\d+)", received)) < 100 or not received.endswith(
                b"}"
            ):
                part = connection.recv(65536)
                assert part, received[-500:]
                received += part
            statuses += found
    return statuses
