"""The dashboard's files: what a browser may do with them, and how they are kept and compressed."""

import gzip
from pathlib import Path

import pytest

from tests.api.asking import Answer, HttpConnection, ask
from tests.api.rig import Rig

PAGE = b"<!doctype html>" + b"<p>katgate</p>" * 100
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A gateway with a dashboard of a few files."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "client.js").write_bytes(b"export const a = 1;" * 50)
    (tmp_path / "assets" / "index-1a2b.js").write_bytes(b"const b = 2;" * 50)
    (tmp_path / "assets" / "dot.svg").write_bytes(b"<svg/>")
    return Rig(static=tmp_path)


@pytest.mark.parametrize(
    ("path", "content_type", "caching"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/client.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/assets/index-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/dot.svg", "image/svg+xml", "public, max-age=31536000, immutable"),
    ],
)
def test_files(rig: Rig, path: str, content_type: str, caching: str) -> None:
    """Each with its type, and all with a policy that lets the page do what it must, and nothing else."""
    answer = ask(rig, "GET", path)
    assert (200, content_type, caching, POLICY) == (
        answer.status,
        answer.headers["content-type"],
        answer.headers["cache-control"],
        answer.headers["content-security-policy"],
    )


def test_what_is_no_file_may_do_nothing(rig: Rig) -> None:
    """Neither a problem nor the page that stands for a missing dashboard."""
    for answer in (ask(rig, "GET", "/nope"), ask(rig, "POST", "/"), ask(Rig(), "GET", "/")):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; base-uri 'none'")
    assert b"without its dashboard" in ask(Rig(), "GET", "/").body


@pytest.mark.parametrize(
    ("accepted", "is_zipped"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP ; q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("x-gzipped", False),
        ("identity", False),
        ("", False),
    ],
)
def test_compressed_for_who_takes_it(rig: Rig, accepted: str, is_zipped: bool) -> None:
    """Others get it as it is; both say that it depends, for caches between."""
    answer = ask(rig, "GET", "/", accept_encoding=accepted)
    assert is_zipped is (answer.headers.get("content-encoding") == "gzip")
    assert PAGE == (gzip.decompress(answer.body) if is_zipped else answer.body)
    assert (str(len(answer.body)), "Accept-Encoding") == (
        answer.headers["content-length"],
        answer.headers["vary"],
    )
    head = ask(rig, "HEAD", "/", accept_encoding=accepted)
    assert (b"", answer.headers["content-length"]) == (head.body, head.headers["content-length"])


def test_what_is_small_is_not_compressed(rig: Rig) -> None:
    """It would only grow."""
    answer = ask(rig, "GET", "/assets/dot.svg", accept_encoding="gzip")
    assert (b"<svg/>", False, False) == (
        answer.body,
        "content-encoding" in answer.headers,
        "vary" in answer.headers,
    )


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_who_has_it_keeps_it(rig: Rig, accepted: str) -> None:
    """By the ETag, as it is, as a proxy weakens it, or among others; and the connection goes on."""
    first = ask(rig, "GET", "/client.js", accept_encoding=accepted)
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"x*", {etag}', "*"):
        connection = HttpConnection(rig)
        asked = f"host: localhost\r\naccept-encoding: {accepted}\r\nif-none-match: {known}\r\n\r\n"
        connection.send(f"GET /client.js HTTP/1.1\r\n{asked}GET /nope HTTP/1.1\r\n{asked}".encode())
        head, _, rest = connection.raw().partition(b"\r\n\r\n")
        answer = Answer(head + b"\r\n\r\n")
        assert (304, etag, "no-cache", "*") == (
            answer.status,
            answer.headers["etag"],
            answer.headers["cache-control"],
            answer.headers["access-control-allow-origin"],
        )
        assert not {"content-length", "transfer-encoding"} & set(answer.headers)
        assert rest.startswith(b"HTTP/1.1 404")
    for other in ('"x"', '"*"', ""):
        again = ask(rig, "GET", "/client.js", accept_encoding=accepted, if_none_match=other)
        assert (200, first.body) == (again.status, again.body)


def test_forms_of_a_file_have_etags_of_their_own(rig: Rig) -> None:
    """A browser that has one of them is not told to keep it in place of the other; another file has others."""
    etags = [
        ask(rig, "GET", path, accept_encoding=accepted).headers["etag"]
        for path in ("/", "/client.js")
        for accepted in ("gzip", "identity")
    ]
    assert 4 == len(set(etags))


def test_client_library_is_for_pages_of_any_site(rig: Rig) -> None:
    """They may load that, and nothing else; and that is no leave to ask the API."""
    foreign = {
        "origin": "https://elsewhere.example",
        "sec_fetch_site": "cross-site",
        "sec_fetch_mode": "cors",
    }
    answer = ask(rig, "GET", "/client.js", b"", **foreign)
    assert (200, "*", "cross-origin") == (
        answer.status,
        answer.headers["access-control-allow-origin"],
        answer.headers["cross-origin-resource-policy"],
    )
    allowed = ask(rig, "GET", "/client.js", origin="https://grafana.example")
    assert (200, "*") == (allowed.status, allowed.headers["access-control-allow-origin"])
    for path in ("/", "/assets/index-1a2b.js", "/api/v1", "/client.js/", "//client.js"):
        assert 403 == ask(rig, "GET", path, b"", **foreign).status
    assert 403 == ask(rig, "GET", "/client.js", host="evil.example").status
    assert 405 == ask(rig, "POST", "/client.js", b"", **foreign).status
