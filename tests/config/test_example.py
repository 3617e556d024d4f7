"""The file with every option, and the guide's part of it: held against what the code takes."""

import re
import tomllib
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import katgate
from katgate.api.limits import Limits
from katgate.config import (
    Config,
    DeviceConfig,
    HostConfig,
    LimitsConfig,
    RuleConfig,
    TokenConfig,
    read_config,
)
from katgate.config.example import example
from katgate.devices.options import DeviceOptions

DEPLOYED = Path(__file__).parents[2] / "deploy" / "katgate.toml"
#: An option that is a comment, as all are in the example: `# name = value`.
_OPTION = re.compile(r"^# (\w+) = ", re.MULTILINE)


def uncommented() -> str:
    """Return the example with its options and tables taken at their word."""
    return re.sub(r"^# (?=\w+ = |\[\[)", "", example(), flags=re.MULTILINE)


def test_deployed_file_is_the_example() -> None:
    """`katgate example-config > deploy/katgate.toml` makes it so again."""
    assert example() == DEPLOYED.read_text()


def test_example_as_it_is_changes_nothing() -> None:
    """Somebody who copies it whole gets what they had without."""
    assert Config() == read_config(DEPLOYED)


def test_example_has_every_option_with_its_default(tmp_path: Path) -> None:
    """An option that is not in it would not be found by anybody."""
    path = tmp_path / "katgate.toml"
    path.write_text(uncommented())
    given = read_config(path)
    bare = Config(
        token=(
            TokenConfig(
                name="control-room", hash="sha256:" + "0" * 64, expires=datetime(2027, 1, 31, tzinfo=UTC)
            ),
        ),
        rule=(RuleConfig(then="deny"),),
        device=(DeviceConfig(name="cbf", address="10.0.0.1:7147"),),
        host=(HostConfig(name="weather", server="observatory.weather:Weather"),),
    )
    assert bare == given
    tables = tomllib.loads(uncommented())
    assert set(Config.__struct_fields__) == set(tables)
    for name in ("server", "limits", "log", "katcp", "access", "defaults"):
        assert list(getattr(bare, name).__struct_fields__) == list(tables[name])
    shared = set(bare.defaults.__struct_fields__)
    for name in ("token", "rule"):
        assert set(getattr(bare, name)[0].__struct_fields__) == set(tables[name][0])
    for name in ("device", "host"):
        assert set(getattr(bare, name)[0].__struct_fields__) - shared == set(tables[name][0])


def test_each_option_is_explained_with_its_unit_and_limits() -> None:
    """A comment stands above each; a time has its unit there, a number with limits both of them."""
    before = 0
    text = example()
    for found in _OPTION.finditer(text):
        comment = " ".join(text[before : found.start()].rpartition("\n\n")[2].split("\n# "))
        before = found.end()
        assert len(comment) > 15, found[0]
        if found[1].endswith("_s"):
            assert "second" in comment, found[0]
            assert re.search(r"From .* to |More than ", comment), found[0]


def test_options_of_a_device_are_those_of_the_file() -> None:
    """What the configuration says of a device reaches it."""
    lower = {field.name for field in fields(DeviceOptions)}
    assert lower == set(Config().defaults.__struct_fields__) - {"strategy"}


def test_limits_of_the_guide_are_those_there_are(tmp_path: Path) -> None:
    """Each option with its default."""
    guide = Path(katgate.__file__).parent / "guide" / "streams.md"
    found = re.search(r"```toml\n(\[limits\].+?)```", guide.read_text(), re.DOTALL)
    assert found is not None
    (tmp_path / "katgate.toml").write_text(found[1])
    assert LimitsConfig() == read_config(tmp_path / "katgate.toml").limits
    assert set(LimitsConfig.__struct_fields__) == set(re.findall(r"^(\w+) =", found[1], re.MULTILINE))
    assert [field.name for field in fields(Limits)] == list(LimitsConfig.__struct_fields__)
