"""The rooms of the house: imports point down only, and Twisted stays above the vocabulary."""

import ast
from collections.abc import Iterator
from pathlib import Path

import katgate

PACKAGE = Path(katgate.__file__).parent

#: From the roof to the cellar. `config` is read by the rooms above api alone; `demo` is content beside devices.
FLOORS = [
    "cli",
    "terminal",
    "process",
    "healthcheck",
    "app",
    "device_options",
    "entrance",
    "ending",
    "reloading",
    "logs",
    "api",
    "demo",
    "devices",
    "authority",
    "hub",
    "tx",
    "katcp",
    "secret_files",
    "errors",
]

#: Rooms that may not import a room below them, and why.
FORBIDDEN = {("hub", "tx"): "the hub knows readings, not connections"} | {
    ("terminal", room): "the terminal is outside of the gateway, and meets it on its socket alone"
    for room in ("logs", "process", "app", "api", "demo", "devices", "hub")
}


def room_of(path: Path) -> str:
    """Return the room that a file of the package is in."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by full name"
            yield from (
                [str(node.module)] if node.module != "katgate" else [f"katgate.{a.name}" for a in node.names]
            )


def arrows() -> Iterator[tuple[str, str, str]]:
    """Yield (importing room, imported room, file) for each import within the package."""
    for path in PACKAGE.rglob("*.py"):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "katgate" and len(parts) > 1 and not parts[1].startswith("__"):
                yield room_of(path), parts[1], str(path.relative_to(PACKAGE))


def test_imports_point_down_only() -> None:
    """An arrow upwards would make a room impossible to use, or to read, without the one above it."""
    wrong = [
        arrow
        for arrow in arrows()
        if arrow[0] in FLOORS
        and arrow[1] in FLOORS
        and (FLOORS.index(arrow[0]) > FLOORS.index(arrow[1]) or (arrow[0], arrow[1]) in FORBIDDEN)
    ]
    assert [] == wrong


def test_every_room_has_a_floor() -> None:
    """A new room must be given its place in the house."""
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__"}
    assert set() == rooms - set(FLOORS) - {"config"}


def test_configuration_is_read_at_the_top_alone() -> None:
    """Lower rooms get plain values, so that they can be used and tested without a file."""
    assert set() == {source for source, target, _ in arrows() if target == "config"} - {
        "cli",
        "app",
        "entrance",
        "device_options",
        "reloading",
        "config",
    }


def test_vocabulary_knows_no_twisted() -> None:
    """`katgate.katcp` serves code that has no reactor."""
    low = [p for p in PACKAGE.rglob("*.py") if room_of(p) in ("katcp", "errors")]
    found = [
        (p.name, n) for p in low for n in imports(p) if n.split(".")[0] in ("twisted", "autobahn", "klein")
    ]
    assert [] == found


def test_only_the_command_line_imports_the_global_reactor_at_module_level() -> None:
    """Importing the library must not choose a reactor for the program that uses it."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        module = ast.parse(path.read_text())
        for node in module.body:
            if isinstance(node, ast.ImportFrom) and node.module == "twisted.internet":
                found += [path.name for alias in node.names if alias.name == "reactor"]
    assert [] == found
