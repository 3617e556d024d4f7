"""The page as it is served, without a browser."""

from collections.abc import Callable

from tests.processes import Katgate


def test_page_is_served_with_what_a_browser_needs(start: Callable[..., Katgate]) -> None:
    """Types that `nosniff` takes, names that may be kept for ever, and a page that is asked for each time."""
    katgate = start("demo")
    page = katgate.ask("GET", "/")
    assert (200, "no-cache") == (page.status, page.headers["cache-control"])
    assert page.headers["content-type"].startswith("text/html")
    assets = [part.split('"')[0] for part in page.body.decode().split('="./')[1:]]
    types = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    assert {"js", "css", "svg"} == {name.rpartition(".")[2] for name in assets}
    for name in assets:
        asset = katgate.ask("GET", f"/{name}")
        assert (200, types[name.rpartition(".")[2]]) == (
            asset.status,
            asset.headers["content-type"].split(";")[0],
        )
        assert "immutable" in asset.headers["cache-control"]
    for missing in ("/assets/", "/assets/nope.js", "/nope", "/../pyproject.toml", "/%2e%2e/pyproject.toml"):
        assert 404 == katgate.ask("GET", missing).status
