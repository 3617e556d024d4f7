"""The page as it is served, without a browser."""

from collections.abc import Callable

from tests.processes import Katgate

#: What the page may weigh with all that it names, compressed, in bytes.
MOST_BYTES = 60_000


def assets_of(page: bytes) -> list[str]:
    """Return the addresses that a page names."""
    return ["/" + part.split('"')[0] for part in page.decode().split('="./')[1:]]


def test_page_is_served_with_what_a_browser_needs(start: Callable[..., Katgate]) -> None:
    """Types that `nosniff` takes, names that may be kept for ever, and a page that is asked for each time."""
    katgate = start("demo")
    page = katgate.ask("GET", "/")
    assert (200, "no-cache") == (page.status, page.headers["cache-control"])
    assert page.headers["content-type"].startswith("text/html")
    assets = assets_of(page.body)
    types = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    assert {"js", "css", "svg"} == {name.rpartition(".")[2] for name in assets}
    for name in assets:
        asset = katgate.ask("GET", name)
        assert (200, types[name.rpartition(".")[2]]) == (
            asset.status,
            asset.headers["content-type"].split(";")[0],
        )
        assert "immutable" in asset.headers["cache-control"]
    for missing in ("/assets/", "/assets/nope.js", "/nope", "/../pyproject.toml", "/%2e%2e/pyproject.toml"):
        assert 404 == katgate.ask("GET", missing).status


def test_page_is_small_on_the_wire(start: Callable[..., Katgate]) -> None:
    """Over a slow link to a telescope it must be there soon; asked for again, nothing comes at all."""
    katgate = start("demo")
    gzip = {"accept-encoding": "gzip"}
    answers = {"/": katgate.ask("GET", "/", headers=gzip)}
    addresses = assets_of(katgate.ask("GET", "/").body)
    answers |= {name: katgate.ask("GET", name, headers=gzip) for name in addresses}
    assert sum(len(answer.body) for answer in answers.values()) < MOST_BYTES
    for name, answer in answers.items():
        again = katgate.ask("GET", name, headers={**gzip, "if-none-match": answer.headers["etag"]})
        assert (304, b"") == (again.status, again.body)
