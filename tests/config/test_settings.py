"""What the environment and the command line say goes before the file."""

from pathlib import Path

import pytest

from katgate.config import Setting, device_setting, environment_settings, host_setting, read_config
from katgate.errors import ConfigurationError


def test_environment_goes_before_the_file(tmp_path: Path) -> None:
    """As a container sets it: text, numbers, yes and no, lists, devices."""
    path = tmp_path / "katgate.toml"
    path.write_text('[server]\nlisten = "127.0.0.1:1"\nallowed_hosts = ["x"]\n')
    environ = {
        "KATGATE_SERVER_LISTEN": "127.0.0.1:2",
        "KATGATE_SERVER_INSECURE": "yes",
        "KATGATE_SERVER_ALLOWED_HOSTS": "a, b",
        "KATGATE_LIMITS_BROWSERS": "7",
        "KATGATE_LIMITS_FLUSH_INTERVAL_S": "0.5",
        "KATGATE_DEFAULTS_STRATEGY": "event",
        "KATGATE_DEVICES": "cbf=10.0.0.1:7147 sdp=10.0.0.2:7147",
        "HOME": "/",
    }
    config = read_config(path, environment_settings(environ))
    assert ("127.0.0.1:2", True, ("a", "b")) == (
        config.server.listen,
        config.server.insecure,
        config.server.allowed_hosts,
    )
    assert (7, 0.5) == (config.limits.browsers, config.limits.flush_interval_s)
    assert [("cbf", "event"), ("sdp", "event")] == [(one.name, one.strategy) for one in config.device]


def test_variables_that_are_no_options() -> None:
    """What Kubernetes sets for a service of that name; what the commands for a terminal and the build look at."""
    environ = {
        "KATGATE_PORT": "tcp://10.0.0.1:8147",
        "KATGATE_SERVICE_HOST": "10.0.0.1",
        "KATGATE_SERVICE_PORT_HTTP": "8147",
        "KATGATE_PORT_8147_TCP_ADDR": "10.0.0.1",
        "KATGATE_DASHBOARD_PORT_80_TCP": "tcp://10.0.0.1:80",
        "KATGATE_CONFIG": "katgate.toml",
        "KATGATE_VIA": "http://gate/",
        "KATGATE_TOKEN": "secret",
        "KATGATE_SKIP_UI": "1",
    }
    assert [] == list(environment_settings(environ))


@pytest.mark.parametrize(
    ("variable", "text", "why"),
    [
        ("KATGATE_SERVR_LISTEN", "x", "there is no such variable; did you mean KATGATE_SERVER_LISTEN?"),
        ("KATGATE_ZZZ", "x", "there is no such variable; they are called as KATGATE_SERVER_LISTEN is"),
        ("KATGATE_SERVER_INSECURE", "perhaps", 'must be true or false, not "perhaps"'),
        ("KATGATE_LIMITS_BROWSERS", "many", 'must be a whole number from 1 to 100,000, not "many"'),
        (
            "KATGATE_LIMITS_BROWSERS",
            "0",
            r"\[limits\] browsers must be a whole number from 1 to 100,000, not 0",
        ),
        ("KATGATE_SERVER_LISTEN", "x", r"\[server\] listen: 'x' is not HOST:PORT"),
        ("KATGATE_DEVICES", "a=b:1 cbf", "'cbf' is not NAME=HOST:PORT"),
        ("KATGATE_DEVICES", "a=b:1 cbf=c", r'\[\[device\]\] "cbf" address: \'c\' is not HOST:PORT'),
    ],
)
def test_variable_that_cannot_be_used_is_named(variable: str, text: str, why: str) -> None:
    """A misspelt one would else be lost silently."""
    with pytest.raises(ConfigurationError, match=f"^{variable}:? {why}"):
        read_config(None, environment_settings({variable: text}))


def test_setting_that_cannot_be_used_is_named() -> None:
    """The option of the command line, not the file."""
    with pytest.raises(ConfigurationError, match=r"^--listen: \[server\] listen: '8147' is not HOST:PORT"):
        read_config(None, [Setting(("server", "listen"), "8147", "--listen")])


def test_setting_adds_to_the_list_of_the_file(tmp_path: Path) -> None:
    """Names and devices of the command line come on top."""
    path = tmp_path / "katgate.toml"
    path.write_text('[server]\nallowed_hosts = ["a"]\n[[device]]\nname = "a"\naddress = "a:1"\n')
    settings = [
        Setting(("server", "allowed_hosts"), "b", "--allow-host", adds=True),
        device_setting("b=b:1", "b"),
    ]
    config = read_config(path, settings)
    assert ("a", "b") == config.server.allowed_hosts
    assert ["a", "b"] == [device.name for device in config.device]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("porch=lamps:Lamp", "porch"),
        ("lamps:Lamp", "lamp"),
        ("a.b:WeatherStation", "weather-station"),
        ("a.b:KATCPServer2Demo", "katcp-server2-demo"),
        ("a.b:my_lamp_", "my-lamp"),
    ],
)
def test_host_is_called_after_its_class(text: str, name: str) -> None:
    """Unless it is given a name."""
    [host] = read_config(None, [host_setting(text, text)]).host
    assert (name, text.rpartition("=")[2]) == (host.name, host.server)


@pytest.mark.parametrize("text", ["server = 3", "[server]\nallowed_hosts = 3"])
def test_setting_beside_a_wrong_table(tmp_path: Path, text: str) -> None:
    """It is the file that is wrong, and said to be."""
    path = tmp_path / "katgate.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"katgate\.toml:[12]: .*not 3"):
        read_config(path, [Setting(("server", "allowed_hosts"), "b", "--allow-host", adds=True)])
