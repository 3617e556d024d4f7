"""What is seen is copied as a program, out of Chromium's clipboard, and run."""

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.end_to_end.copied_programs import first_lines, program, shell
from tests.processes import Katgate


@pytest.fixture
def copy(page: Page) -> Callable[[str, str], str]:
    """Copy what is seen in a form, and return what the clipboard has then."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def copy(form: str, what: str) -> str:
        menu = page.locator("details.menu").filter(has=page.get_by_label(f"Copy as a program: {what}"))
        menu.locator("summary").click()
        menu.locator(f'[data-copy="{form}"]').click()
        page.locator(".copy").filter(has=menu).get_by_text("copied").wait_for()
        text: str = page.evaluate("() => navigator.clipboard.readText()")
        return text

    return copy


def called(demo: Katgate, command: str) -> Any:
    """Return what katgate answers to the JSON that a wscat command would send."""
    words = shlex.split(command)
    assert "wscat" in " ".join(words)
    call = next(json.loads(word) for word in words if word.startswith("{"))
    with demo.browser() as browser:
        return browser.call(call["method"], **call["params"])


def test_request(page: Page, copy: Callable[[str, str], str], demo: Katgate, tmp_path: Path) -> None:
    """curl and Python print the reply of the device; wscat's call has it, too."""
    page.goto(demo.url + "#page=requests&device=cbf&request=gain&args=m000h")
    page.locator('[data-button="send"]').wait_for()
    what = "the request gain"
    gain = json.loads(shell(copy("curl", what), tmp_path))["arguments"]
    assert ["ok", *gain] == program(copy("Python", what), tmp_path).stdout.split()
    assert gain == called(demo, copy("wscat", what))["arguments"]


def test_sensor_and_selection(
    page: Page, copy: Callable[[str, str], str], demo: Katgate, tmp_path: Path
) -> None:
    """One sensor in detail is one reading, or its updates; what the table shows is a stream."""
    page.goto(demo.url + "#device=m002&sensor=m002:mode")
    page.locator("[data-detail-value]").wait_for()
    what = "sensor mode"
    assert "mode" == json.loads(shell(copy("curl", what), tmp_path))["name"]
    assert program(copy("Python", what), tmp_path).stdout.startswith("mode {")
    assert ["mode"] == [each["name"] for each in called(demo, copy("wscat", what))["sensors"]]
    page.goto(demo.url + "#device=m00*")
    page.locator('[data-device-of="m000"]').first.wait_for()
    curl = copy("curl", "these sensors")
    assert any("actual-azimuth" in line for line in first_lines(["sh", "-c", f"exec {curl}"], 8))
    (tmp_path / "follow.py").write_text(copy("Python", "these sensors"))
    lines = first_lines([sys.executable, str(tmp_path / "follow.py")], 60)
    assert {"m000", "m001", "m002", "m003"} == {line.split()[0] for line in lines}
