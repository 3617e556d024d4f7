"""What somebody tries who means no good, on real sockets: refused with a sentence, and nothing else disturbed."""

import json
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.end_to_end.fake_device import HELLO, FakeDevice
from tests.processes import DEADLINE_S, Katgate


def raw(katgate: Katgate, head: str) -> bytes:
    """Send a request as it stands; return all that comes back until katgate closes."""
    with socket.create_connection(("127.0.0.1", katgate.port), DEADLINE_S) as connection:
        connection.sendall(head.encode("latin-1"))
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/..%2f..%2f..%2fetc/passwd",
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/cli.py",
        "/assets/..\\..\\cli.py",
        "//etc/passwd",
        "/%00",
        "/assets//etc/passwd",
        "/index.html%00.js",
        "/static/../config/server.py",
        "file:///etc/passwd",
    ],
)
def test_path_out_of_the_static_files(katgate: Katgate, path: str) -> None:
    """Addresses are looked up in a table; none of them reaches the file system."""
    answer = raw(katgate, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 "))
    assert b"root:" not in answer


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 403),
        ("evil.example:{port}", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example", 403),
        ("localhost:{port}", 200),
        ("127.0.0.1", 200),
    ],
)
def test_name_that_was_made_to_point_here(katgate: Katgate, host: str, status: int) -> None:
    """DNS rebinding needs a name, and the name is not ours."""
    said = host.format(port=katgate.port)
    answer = raw(katgate, f"GET /api/v1/devices HTTP/1.1\r\nHost: {said}\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://"]
)
def test_page_of_another_site_posts_without_a_preflight(katgate: Katgate, origin: str) -> None:
    """A form or a beacon needs none; nothing comes to the device."""
    for content_type in ("text/plain", "application/x-www-form-urlencoded"):
        answer = katgate.ask(
            "POST", "devices/cbf/requests/halt", b"{}", {"Origin": origin, "Content-Type": content_type}
        )
        assert (403, "forbidden") == (answer.status, answer.json["code"])
    assert 403 == katgate.ask("POST", "devices/cbf/requests/help", headers={"Origin": origin}).status
    assert "synced" == katgate.device("cbf")["state"]


HOSTILE = b"a\\r\\nSet-Cookie:\\_katgate=x\\r\\n\\r\\n<script>alert(1)</script>\\0\\e[2J"


def talk_hostile(connection: socket.socket) -> None:
    """Answer everything with text that would end a header or a line."""
    connection.sendall(HELLO)
    for line in connection.makefile("rb"):
        name, _, _ = line[1:].partition(b" ")
        bare = name.partition(b"[")[0].strip()
        whole = name.strip()
        if bare in (b"help", b"sensor-list"):
            shown = b"#%b odd %b\n!%b ok 1\n" % (whole, HOSTILE, whole)
            connection.sendall(shown if bare == b"help" else b"!%b ok 0\n" % whole)
        elif bare == b"odd":
            connection.sendall(b"!%b fail %b\n" % (whole, HOSTILE))
        else:
            connection.sendall(b"!%b ok\n" % whole)


@pytest.fixture
def hostile(start: Callable[..., Katgate]) -> Iterator[Katgate]:
    """A katgate whose device says such things."""
    with FakeDevice(talk_hostile) as device:
        katgate = start("serve", f"cbf=127.0.0.1:{device.port}")
        katgate.wait_for_state("cbf", "synced")
        yield katgate


def test_text_of_a_device_makes_no_header(hostile: Katgate) -> None:
    """It stands in the body, as JSON, which nobody takes for a page; and makes no line of its own in the log."""
    failed = hostile.ask("POST", "devices/cbf/requests/odd")
    assert (409, "device-failed") == (failed.status, failed.json["code"])
    assert "Set-Cookie: katgate=x" in failed.json["reply"]
    assert "set-cookie" not in failed.headers
    assert "nosniff" == failed.headers["x-content-type-options"]
    described = hostile.ask("GET", "devices/cbf/requests")
    assert "Set-Cookie" in json.dumps(described.json)
    assert "set-cookie" not in described.headers
    assert not [line for line in hostile.log.splitlines() if line.startswith(("Set-Cookie", "<script"))]
    assert "\x1b[2J" not in hostile.log


def test_page_may_not_be_framed(katgate: Katgate) -> None:
    """By every answer, pages and JSON: a page that puts ours below its own buttons is shown nothing."""
    for path in ("/", "/api/v1", "/nope"):
        policy = katgate.ask("GET", path).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
