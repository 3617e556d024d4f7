"""What "copy as" of the dashboard gives, run as a person would: by a shell and by Python."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright._impl._driver import compute_driver_executable
from websockets.sync.client import connect

from katgate.authority.tokens import hash_of, new_token
from tests.end_to_end.copied_programs import first_lines, program, shell
from tests.processes import DEADLINE_S, ROOT, Katgate, running, wait_for

#: What is in names at its worst.
NASTY: Final = [
    "plain",
    "it's",
    "'; touch pwned; '",
    '$(touch pwned) `touch pwned` "${HOME}" \\',
    "a\nb\r\tc",
    "ünï 日本 \U0001f600",
    "<script>alert(1)</script>",
    "-n",
    "@file",
    "!x *[a-c]{1,2} %41 & #",
    "\u202e\u200b\x1b[2J",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (ROOT / "web" / "node_modules").is_dir(),
        reason="the dashboard was not built here: npm ci in web/",
    ),
]


def copied(*wanted: tuple[str, dict[str, Any], str] | tuple[str, dict[str, Any], str, bool]) -> list[str]:
    """Return the texts for (form, what is seen, address of the page, whether there are logins).

    Playwright brings a node of its own.
    """
    node = compute_driver_executable()[0]
    done = subprocess.run(
        [node, ROOT / "web" / "tests" / "copied_texts.mjs"],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    texts: list[str] = json.loads(done.stdout)
    return texts


def request(device: str, name: str, *arguments: str) -> dict[str, Any]:
    """Return a request as it is seen."""
    return {
        "kind": "request",
        "device": device,
        "request": name,
        "arguments": arguments,
        "timeout_s": None,
        "isConfirmed": False,
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Katgate]:
    """A telescope that all here ask."""
    log = tmp_path_factory.mktemp("demo") / "katgate.log"
    with running(Katgate(["demo", "--listen", "127.0.0.1:0"], log)) as katgate:
        for device in ("cbf", "m001"):
            katgate.wait_for_state(device, "synced")
        yield katgate


def test_names_that_hold_anything_are_words_of_a_shell_and_of_python(tmp_path: Path) -> None:
    """Nothing in a name is obeyed, and it arrives as it is."""
    base = "https://site.example/katgate/"
    texts = copied(
        *((form, request(name, name, name, ""), base) for name in NASTY for form in ("curl", "wscat"))
    )
    show = 'curl() { printf "%s\\0" "$@"; }\nnpx() { curl "$@"; }\n'
    for name, curl, wscat in zip(NASTY, texts[::2], texts[1::2], strict=True):
        body, url = shell(show + curl, tmp_path).split("\0")[-3:-1]
        assert [name, ""] == json.loads(body)["arguments"]
        assert url.startswith(f"{base}api/v1/devices/")
        assert url.isascii()
        assert url.isprintable()
        call = json.loads(shell(show + wscat, tmp_path).split("\0")[-2])
        assert (name, name, [name, ""]) == tuple(
            call["params"][key] for key in ("device", "request", "arguments")
        )
    programs = copied(*(("Python", request(name, name, name, ""), base) for name in NASTY))
    for name, text in zip(NASTY, programs, strict=True):
        body = next(line for line in text.splitlines() if line.startswith("body = "))
        known: dict[str, Any] = {}
        exec(compile(body, "copied", "exec"), known)
        assert [name, ""] == known["body"]["arguments"]
    assert [] == list(tmp_path.iterdir())


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_curl(demo: Katgate, tmp_path: Path) -> None:
    """One sensor, a request that is answered and one that is refused, informs, and a stream."""
    base = demo.url
    texts = copied(
        ("curl", {"kind": "sensor", "device": "m001", "sensor": "mode"}, base),
        ("curl", request("cbf", "gain", "m000h", "1.5"), base),
        ("curl", request("cbf", "gain", "it's $HOME"), base),
        ("curl", {"kind": "informs", "device": "cbf", "names": ["log"], "level": "trace"}, base),
        ("curl", {"kind": "selection", "device": "m00*", "sensors": ["mode"], "strategy": "event"}, base),
    )
    sensor, ok, refused, informs, stream = texts
    assert "mode" == json.loads(shell(sensor, tmp_path))["name"]
    assert ["1.5"] == json.loads(shell(ok, tmp_path))["arguments"]
    assert "it's $HOME" in json.loads(shell(refused, tmp_path))["detail"]
    assert isinstance(json.loads(shell(informs, tmp_path))["informs"], list)
    assert any('"m003"' in line for line in first_lines(["sh", "-c", f"exec {stream}"], 8))


def test_python(demo: Katgate, tmp_path: Path) -> None:
    """Programs that end by themselves, and one that follows."""
    base = demo.url
    texts = copied(
        ("Python", {"kind": "sensor", "device": "m001", "sensor": "mode"}, base),
        ("Python", request("cbf", "tone", "1000"), base),
        ("Python", request("cbf", "gain", "nowhere"), base),
        ("Python", {"kind": "selection", "device": "m00*", "sensors": ["mode"], "strategy": "event"}, base),
    )
    sensor, tone, refused, follow = texts
    assert program(sensor, tmp_path).stdout.startswith("mode {")
    toned = program(tone, tmp_path).stdout.splitlines()
    assert toned[0].startswith("# tone ")
    assert toned[-1].startswith("ok")
    assert "nowhere" in program(refused, tmp_path, code=1).stderr
    (tmp_path / "follow.py").write_text(follow)
    lines = first_lines([sys.executable, str(tmp_path / "follow.py")], 4)
    assert {"m000", "m001", "m002", "m003"} == {line.split()[0] for line in lines}


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_with_a_token(demo: Katgate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where katgate has logins, each takes the token out of its surroundings, and none has one in it."""
    token = new_token()
    config = tmp_path / "katgate.toml"
    config.write_text(
        f'[[device]]\nname = "cbf"\naddress = "{demo.device("cbf")["address"]}"\n'
        f'[[token]]\nname = "ludwig"\nrole = "operator"\nhash = "{hash_of(token)}"\n'
    )
    sensor = {"kind": "sensor", "device": "cbf", "sensor": "capture-state"}
    stream = {"kind": "selection", "device": "cbf", "sensors": ["capture-*"], "strategy": "event"}
    arguments = ["serve", "--config", str(config), "--listen", "127.0.0.1:0"]
    with running(Katgate(arguments, tmp_path / "katgate.log")) as katgate:
        seen = (sensor, request("cbf", "gain", "m000h"), stream)
        curl, python, wscat = (
            copied(*((form, one, katgate.url, True) for one in seen)) for form in ("curl", "Python", "wscat")
        )
        monkeypatch.setenv("KATGATE_TOKEN", "kg_wrong")
        assert "not one of ours" in shell(curl[0], tmp_path)
        assert "not one of ours" in program(python[1], tmp_path, code=1).stderr
        monkeypatch.setenv("KATGATE_TOKEN", token)
        wait_for(lambda: json.loads(shell(curl[0], tmp_path)).get("name"), "cbf to be synced")
        assert json.loads(shell(curl[1], tmp_path))["ok"]
        assert any("capture-state" in line for line in first_lines(["sh", "-c", f"exec {curl[2]}"], 8))
        assert program(python[0], tmp_path).stdout.startswith("capture-state {")
        assert program(python[1], tmp_path).stdout.startswith("ok ")
        (tmp_path / "follow.py").write_text(python[2])
        assert "cbf capture-" in first_lines([sys.executable, str(tmp_path / "follow.py")], 1)[0]
        for text in wscat:
            words = shell('npx() { printf "%s\\0" "$@"; }\n' + text, tmp_path).split("\0")
            name, value = words[words.index("-H") + 1].split(": ")
            assert ("Authorization", f"Bearer {token}") == (name, value)
            with connect(words[words.index("-c") + 1], additional_headers={name: value}) as socket:
                assert "ludwig" == json.loads(socket.recv(DEADLINE_S))["params"]["user"]
