"""Configuration: what is taken, and what is refused with a sentence."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import katgate
from katgate.api.limits import Limits
from katgate.config import Address, Config, DeviceConfig, LimitsConfig, ServerConfig, read_config
from katgate.errors import ConfigurationError

ADDRESSES = [
    ("10.0.0.1:7147", Address("10.0.0.1", 7147)),
    ("cbf.example:65535", Address("cbf.example", 65535)),
    ("[::1]:7147", Address("::1", 7147)),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_address(text: str, address: Address) -> None:
    """Both ways."""
    assert address == Address.parse(text)
    assert text == str(address)


@pytest.mark.parametrize("text", ["", "cbf", ":7147", "cbf:", "cbf:0", "cbf:65536", "cbf:x", "cbf:-1"])
def test_address_that_is_none(text: str) -> None:
    """The sentence shows what it should look like."""
    with pytest.raises(ConfigurationError, match="is not HOST:PORT"):
        Address.parse(text)


def test_device_on_the_command_line() -> None:
    """NAME=HOST:PORT."""
    assert DeviceConfig("cbf", "10.0.0.1:7147") == DeviceConfig.parse("cbf=10.0.0.1:7147")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("10.0.0.1:7147", "is not NAME=HOST:PORT"),
        ("=10.0.0.1:7147", "cannot be a device's name"),
        ("a/b=10.0.0.1:7147", "cannot be a device's name"),
        ("cbf=10.0.0.1", "is not HOST:PORT"),
    ],
)
def test_device_that_is_none(text: str, why: str) -> None:
    """Each part is checked, and named."""
    with pytest.raises(ConfigurationError, match=why):
        DeviceConfig.parse(text)


@pytest.mark.parametrize("listen", ["127.0.0.1:8147", "localhost:0", "[::1]:8147", "127.1.2.3:80"])
def test_loopback_is_served_without_more(listen: str) -> None:
    """The default is safe, and so is every loopback address."""
    ServerConfig(listen=listen).check_exposure()


@pytest.mark.parametrize("listen", ["0.0.0.0:8147", "[::]:8147", "10.0.0.1:8147"])
def test_beyond_loopback_must_be_meant(listen: str) -> None:
    """There are no logins yet: whoever can reach it may command every device."""
    with pytest.raises(ConfigurationError, match="--insecure"):
        ServerConfig(listen=listen).check_exposure()
    ServerConfig(listen=listen, insecure=True).check_exposure()


def test_listening_on_a_name_is_refused() -> None:
    """A name may have several addresses, and another one tomorrow."""
    with pytest.raises(ConfigurationError, match="give an IP address"):
        ServerConfig(listen="gate.example:8147")


def test_file(tmp_path: Path) -> None:
    """The same options, in TOML."""
    path = tmp_path / "katgate.toml"
    path.write_text(
        '[server]\nlisten = "127.0.0.1:9000"\nallowed_hosts = ["gate"]\n'
        "[limits]\nsubscriptions = 10\nping_deadline_s = 5\n"
        '[[device]]\nname = "cbf"\naddress = "10.0.0.1:7147"\n'
    )
    expected = Config(
        ServerConfig(listen="127.0.0.1:9000", allowed_hosts=("gate",)),
        LimitsConfig(subscriptions=10, ping_deadline_s=5),
        (DeviceConfig("cbf", "10.0.0.1:7147"),),
    )
    assert expected == read_config(path)


def test_limits_of_the_guide_are_those_there_are(tmp_path: Path) -> None:
    """Each option with its default."""
    guide = Path(katgate.__file__).parent / "guide" / "streams.md"
    found = re.search(r"```toml\n(\[limits\].+?)```", guide.read_text(), re.DOTALL)
    assert found is not None
    (tmp_path / "katgate.toml").write_text(found[1])
    assert LimitsConfig() == read_config(tmp_path / "katgate.toml").limits
    assert set(LimitsConfig.__struct_fields__) == set(re.findall(r"^(\w+) =", found[1], re.MULTILINE))
    assert [field.name for field in fields(Limits)] == list(LimitsConfig.__struct_fields__)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[server", "katgate.toml: Expected"),
        ("[srver]", "unknown field `srver`"),
        ("[server]\nlisten = 8147", r"Expected `str`, got `int` - at `\$.server.listen`"),
        ('[server]\nlisten = "gate:1"', "give an IP address"),
        ("[limits]\nbrowsers = 0", r"Expected `int` >= 1 - at `\$.limits.browsers`"),
        ("[limits]\nmessage = 2000000", r"Expected `int` <= 1048576 - at `\$.limits.message`"),
        ('[[device]]\nname = "a"', "missing required field `address`"),
        (
            '[[device]]\nname="a"\naddress="x:1"\n[[device]]\nname="a"\naddress="x:2"',
            "two devices are called 'a'",
        ),
    ],
)
def test_file_that_cannot_be_used(tmp_path: Path, text: str, why: str) -> None:
    """The file and the place in it are named."""
    path = tmp_path / "katgate.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=why):
        read_config(path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_config(tmp_path / "missing.toml")
