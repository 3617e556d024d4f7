"""The page over TLS: its files, and its WebSocket by wss."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.certificates import self_signed
from tests.processes import Katgate


def test_page(tmp_path: Path, start: Callable[..., Katgate], chromium: Browser) -> None:
    """As over plain HTTP, in a browser that takes a certificate of our own making."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    key.touch(0o600)
    for file, pem in zip((certificate, key), self_signed(), strict=True):
        file.write_bytes(pem)
    variables = {"KATGATE_TLS_CERTIFICATE": str(certificate), "KATGATE_TLS_KEY": str(key)}
    katgate = start("demo", variables=variables)
    page = chromium.new_page(ignore_https_errors=True)
    page.goto(katgate.url)
    page.locator('[data-device="m001"] a').click()
    expect(page.locator('[data-sensor="actual-azimuth"] [data-cell="value"]')).not_to_be_empty()
    page.close()
