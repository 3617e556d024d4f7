"""Loading: from `package.module:Class` to a device server."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.testing import MemoryReactorClock

from katgate.devices.loading import maker_of
from katgate.errors import HostingError
from katgate.tx.guests import hosted_by

MODULES = {
    "good": """
from katgate.tx import DeviceServer, KatCPServer

class Old(DeviceServer):
    def __init__(self, port, host, beams=1):
        super().__init__(port, host)
        self.beams = beams

class Asking(DeviceServer):
    def __init__(self, port, host, reactor):
        super().__init__(port, host, reactor=reactor)

class Plain(KatCPServer):
    pass

class Other:
    pass
""",
    "exits": "import sys\nsys.exit(3)\n",
    "syntax": "def (:\n",
    "lacking": "import nowhere_at_all\n",
    "raising": "\n\nint('x')\n",
    "empty": "",
}


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The modules, as `hosted.<name>`."""
    folder = tmp_path / "hosted"
    folder.mkdir()
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))


def made(server: str, **arguments: Any) -> Any:
    host: Any = SimpleNamespace(reactor=MemoryReactorClock())
    with hosted_by(host):
        server_made: Any = maker_of(server, arguments)(7147, "127.0.0.1")
    assert server_made.reactor is host.reactor
    return server_made


@pytest.mark.parametrize("name", ["Old", "Asking", "Plain"])
def test_classes_of_every_kind_get_the_reactor(name: str) -> None:
    """Whether they know of a reactor or not."""
    server = made(f"hosted.good:{name}")
    assert (name, 7147, "127.0.0.1") == (type(server).__name__, server.port, server.host)


def test_arguments() -> None:
    """They are the class's own, by name."""
    assert 4 == made("hosted.good:Old", beams=4).beams
    with pytest.raises(TypeError, match="lamps"):
        made("hosted.good:Old", lamps=4)


REFUSED = [
    ("nothing.at_all:X", "there is no module 'nothing' in "),
    ("hosted.nothing:X", "there is no module 'hosted.nothing' in "),
    ("hosted.good:Nope", "there is no Nope in hosted.good; those that are there: Old, Asking, Plain"),
    ("hosted.good:Other", "Other in hosted.good is no class of device servers; those that are there: Old, "),
    ("hosted.empty:X", "there is no X in hosted.empty"),
    ("hosted.exits:X", "hosted.exits cannot be imported: SystemExit: 3 (exits.py, line 2)"),
    ("hosted.syntax:X", "hosted.syntax cannot be imported: SyntaxError: invalid syntax (syntax.py, line 1)"),
    (
        "hosted.lacking:X",
        "hosted.lacking cannot be imported: ModuleNotFoundError: No module named 'nowhere_at_all' (lacking.py, ",
    ),
    (
        "hosted.raising:X",
        "hosted.raising cannot be imported: ValueError: invalid literal for int() with base 10",
    ),
]


@pytest.mark.parametrize(("server", "words"), REFUSED)
def test_what_cannot_be_loaded(server: str, words: str) -> None:
    """An author reads what to mend, and where."""
    with pytest.raises(HostingError) as raised:
        made(server)
    assert str(raised.value).startswith(words)


def test_mended_module_is_found(tmp_path: Path) -> None:
    """One that could not be imported is imported anew the next time."""
    file = tmp_path / "hosted" / "mended.py"
    file.write_text("1 / 0\n")
    with pytest.raises(HostingError):
        made("hosted.mended:Lamp")
    file.write_text("from katgate.tx import DeviceServer\n\n\nclass Lamp(DeviceServer):\n    pass\n")
    assert "Lamp" == type(made("hosted.mended:Lamp")).__name__
