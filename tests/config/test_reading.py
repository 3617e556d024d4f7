"""Configuration: what is taken, and what is refused with the place and a sentence."""

from pathlib import Path

import pytest

from katgate.authority.tokens import hash_of
from katgate.config import (
    Config,
    DeviceConfig,
    HostConfig,
    LimitsConfig,
    LogConfig,
    SamplingConfig,
    ServerConfig,
    TokenConfig,
    read_config,
)
from katgate.errors import ConfigurationError


@pytest.mark.parametrize("listen", ["127.0.0.1:8147", "localhost:0", "[::1]:8147", "127.1.2.3:80"])
def test_loopback_is_served_without_more(listen: str) -> None:
    """The default is safe, and so is every loopback address."""
    Config(server=ServerConfig(listen=listen)).check_exposure()


@pytest.mark.parametrize("listen", ["0.0.0.0:8147", "[::]:8147", "10.0.0.1:8147"])
def test_beyond_loopback_must_be_meant(listen: str) -> None:
    """Without tokens whoever can reach it may command every device."""
    with pytest.raises(ConfigurationError, match="katgate token"):
        Config(server=ServerConfig(listen=listen)).check_exposure()
    Config(server=ServerConfig(listen=listen, insecure=True)).check_exposure()
    token = TokenConfig(name="ludwig", hash=hash_of("kg_x"))
    Config(server=ServerConfig(listen=listen), token=(token,)).check_exposure()


FILE = """
[server]
listen = "127.0.0.1:9000"
allowed_hosts = ["gate"]
[limits]
subscriptions = 10
ping_deadline_s = 5
[log]
level = "debug"
rooms = { tx = "warn" }
[[device]]
name = "cbf"
address = "10.0.0.1:7147"
sampling = [{ sensors = ["*.temp"], strategy = "on-demand period 10" }]
[[host]]
name = "weather"
server = "observatory.weather:Weather"
arguments = { masts = 2 }
"""


def test_file(tmp_path: Path) -> None:
    """Every kind of table, as frozen values."""
    path = tmp_path / "katgate.toml"
    path.write_text(FILE)
    expected = Config(
        server=ServerConfig(listen="127.0.0.1:9000", allowed_hosts=("gate",)),
        limits=LimitsConfig(subscriptions=10, ping_deadline_s=5),
        log=LogConfig(level="debug", rooms={"tx": "warn"}),
        device=(
            DeviceConfig(
                name="cbf",
                address="10.0.0.1:7147",
                sampling=(SamplingConfig(("*.temp",), "on-demand period 10"),),
            ),
        ),
        host=(HostConfig(name="weather", server="observatory.weather:Weather", arguments={"masts": 2}),),
    )
    assert expected == read_config(path)


def test_defaults_hold_for_devices_that_do_not_say_otherwise(tmp_path: Path) -> None:
    """Sixty-four antennas need not each say the same."""
    path = tmp_path / "katgate.toml"
    path.write_text(
        '[defaults]\nstrategy = "event"\nwatchdog_s = 5\nrequest_timeout_s = 7000\nlongest_request_timeout_s = 8000\n'
        '[[device]]\nname = "a"\naddress = "a:1"\n[[device]]\nname = "b"\naddress = "b:1"\nstrategy = "period 10"\n'
    )
    first, second = read_config(path).device
    assert ("event", 5.0, 7000.0) == (first.strategy, first.watchdog_s, first.request_timeout_s)
    assert ("period 10", 5.0, 8000.0) == (
        second.strategy,
        second.watchdog_s,
        second.longest_request_timeout_s,
    )


def test_file_of_an_editor_that_begins_it_with_a_mark(tmp_path: Path) -> None:
    """Windows' editors do; the lines of both kinds of ends are counted."""
    path = tmp_path / "katgate.toml"
    path.write_bytes(b'\xef\xbb\xbf[server]\r\nlisten = "127.0.0.1:9000"\r\n')
    assert "127.0.0.1:9000" == read_config(path).server.listen


@pytest.mark.parametrize("text", ["a = " + "[" * 3000, "a = " + "1" * 5000])
def test_beyond_the_bounds_of_the_parser(tmp_path: Path, text: str) -> None:
    """A running katgate that is sent SIGHUP leaves its configuration as it was, too."""
    path = tmp_path / "katgate.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"katgate\.toml cannot be read: it is nested too deep, or"):
        read_config(path)


CBF = '[[device]]\nname = "cbf"\naddress = "x:1"\n'

EXPOSED = (
    "can be reached from other machines, and KATCP has no logins; listen on 127.0.0.1, or, if all who can reach it "
    "are trusted, add exposed = true here"
)

REFUSED = [
    ("[server", "1: this is not TOML: Expected ']' at the end of a table declaration at the end"),
    ("a = 1\nb =\n", "2: this is not TOML: Invalid value (column 4)"),
    ("# \u2028\n[server", "2: this is not TOML: Expected ']' at the end of a table declaration at the end"),
    ("[srver]", "1: the configuration has no 'srver'; did you mean 'server'?"),
    (
        '# one\n[server]\n\nlisen = "x"',
        "4: [server] has no 'lisen'; did you mean 'listen'?",
    ),
    (
        "[katcp]\nx = 1",
        "2: [katcp] has no 'x'; there are listen, role, dangerous, exposed",
    ),
    ("[server]\nlisten = 8147", "2: [server] listen must be text in quotes, not 8147"),
    (
        '[server]\nlisten = "gate:1"',
        "2: [server] listen: 'gate' is not an address to listen on: give an IP address of this machine, or localhost",
    ),
    ("[server]\ninsecure = 1", "2: [server] insecure must be true or false, not 1"),
    (
        "[server]\nallowed_hosts = [\n  'a',\n  3]",
        "2: [server] allowed_hosts[1] must be text in quotes, not 3",
    ),
    ("server = 3", "1: [server] must be a table, not 3"),
    ("[limits]\nbrowsers = 0", "2: [limits] browsers must be a whole number from 1 to 100,000, not 0"),
    (
        "[limits]\nmessage = 2000000",
        "2: [limits] message must be a whole number from 1,024 to 1,048,576, not 2000000",
    ),
    (
        "[limits]\nping_interval_s = 'x'",
        '2: [limits] ping_interval_s must be a number from 1 to 3,600, not "x"',
    ),
    *(
        (
            f"[server]\nallowed_hosts = ['{host}']",
            f"2: [server] allowed_hosts[0]: '{host}' is not a name as browsers say it: without scheme and port, such "
            "as gate.example.org",
        )
        for host in ("", "*", "http://gate", "gate:8147", "gate/", "g ate")
    ),
    *(
        (
            f"[server]\nallowed_origins = ['https://a.example:81', '{origin}']",
            f"2: [server] allowed_origins[1]: '{origin}' is not an origin as browsers say it: scheme and host, and "
            "the port if it is not the usual one, such as https://gate.example.org",
        )
        for origin in ("", "*", "null", "gate.example", "localhost:5173", "http://gate/", "https://*.example")
    ),
    ('[log]\nformat = "xml"', '2: [log] format must be one of "json", "text", not "xml"'),
    (
        '[[rule]]\nthen = "hide"',
        "1: [[rule]] number 1 devices: a rule that hides must name devices; whoever is to see none at all needs no "
        "token",
    ),
    (
        '[[rule]]\nthen = "hide"\ndevices = ["cbf"]\nrequests = ["halt"]',
        "4: [[rule]] number 1 requests: a rule that hides is about devices, not requests; to refuse requests write "
        'then = "deny"',
    ),
    (
        '[log]\nrooms = { txx = "info" }',
        "2: [log] rooms: katgate has no part 'txx'; there are "
        "api, app, authority, cli, config, demo, device_options, devices, "
        "ending, entrance, errors, healthcheck, hub, katcp, logs, "
        "process, reloading, secret_files, terminal, tx",
    ),
    (
        '[log]\nrooms = { hub = "info", tx = "loud" }',
        '2: [log] rooms tx must be one of "critical", "debug", "error", "info", "warn", not "loud"',
    ),
    (
        '[log.rooms]\nhub = "info"\ntx = 3',
        '3: [log] rooms tx must be one of "critical", "debug", "error", "info", "warn", not 3',
    ),
    (
        '[server]\n[device]\nname = "a"',
        "2: there may be several of device: head each of them [[device]], not [device]",
    ),
    ('[[server]]\nlisten = "x"', "1: there is one table server: head it [server], not [[server]]"),
    ('[[device]]\nname = "a"', '1: [[device]] "a" needs address: "HOST:PORT" of its KATCP server'),
    (
        '[[device]]\naddress = "a:1"',
        "1: [[device]] number 1 needs name: What it is called: letters, digits, dots, dashes and underscores, up to "
        "100, the first a letter or digit",
    ),
    (
        '[[device]]\nname = "a/b"\naddress = "a:1"',
        "2: [[device]] \"a/b\" name: 'a/b' cannot be a device's name: letters, digits, dots, dashes and underscores "
        "can, up to 100, the first a letter or digit",
    ),
    (
        CBF + "\n" + CBF,
        "6: [[device]] \"cbf\" name: two devices are called 'cbf'; give each a name of its own",
    ),
    (
        CBF + '[[host]]\nname = "cbf"\nserver = "a.b:C"',
        "5: [[host]] \"cbf\" name: two devices are called 'cbf'; give each a name of its own",
    ),
    (
        CBF + 'strategy = "evnt"',
        "4: [[device]] \"cbf\" strategy: 'evnt' is not a strategy: none, auto, event, differential, period, "
        "event-rate, differential-rate",
    ),
    (
        CBF + 'strategy = "on-demand none"',
        '4: [[device]] "cbf" strategy: "on-demand none" would never sample anything; write "none"',
    ),
    (
        CBF + 'sampling = [{ sensors = ["/(/"], strategy = "auto" }]',
        "4: [[device]] \"cbf\" sampling[0] sensors[0]: the pattern '/(/' cannot be used: missing ): (",
    ),
    (CBF + "watchdog_s = -1", '4: [[device]] "cbf" watchdog_s must be a number from 0 to 3,600, not -1'),
    (
        CBF + "request_timeout_s = 0",
        '4: [[device]] "cbf" request_timeout_s must be a number more than 0, up to 86,400, not 0',
    ),
    (
        "[defaults]\nrequest_timeout_s = 50\n" + CBF + "longest_request_timeout_s = 20",
        '6: [[device]] "cbf" longest_request_timeout_s: the longest timeout (20 s) is shorter than request_timeout_s '
        "(50 s); write at least as much",
    ),
    (
        "[defaults]\nwatchdog_s = 'x'\n" + CBF,
        '2: [defaults] watchdog_s must be a number from 0 to 3,600, not "x"',
    ),
    (
        '[[host]]\nname = "w"\nserver = "weather"',
        '3: [[host]] "w" server: \'weather\' is not "package.module:Class"',
    ),
    (
        '[[host]]\nname = "w"\nserver = "a:B"\nlisten = "127.0.0.1:7147"\n[katcp]\nlisten = "127.0.0.1:7147"',
        '4: [[host]] "w" listen: 127.0.0.1:7147 is taken by another part of katgate; choose another port',
    ),
    (
        '[server]\nlisten = "localhost:7147"\n[katcp]\nlisten = "127.0.0.1:07147"',
        "4: [katcp] listen: 127.0.0.1:7147 is taken by another part of katgate; choose another port",
    ),
    ('[katcp]\nlisten = "0.0.0.0:7147"', f"2: [katcp] listen: 0.0.0.0:7147 {EXPOSED}"),
    (
        '[[host]]\nname = "w"\nserver = "a:B"\nlisten = "[::]:7147"\n[katcp]\nexposed = true',
        f'4: [[host]] "w" listen: [::]:7147 {EXPOSED}',
    ),
    ('[katcp]\nrole = "root"', '2: [katcp] role must be one of "admin", "operator", "viewer", not "root"'),
    ("[access]\naudit_files = 1", "2: [access] audit_files must be a whole number from 2 to 1,000, not 1"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_file_that_cannot_be_used(tmp_path: Path, text: str, why: str) -> None:
    """The file and the line in it are named, and what to write instead."""
    path = tmp_path / "katgate.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as raised:
        read_config(path)
    assert f"{path}:{why}" == str(raised.value)


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """The file is named, and what is the matter with it."""
    with pytest.raises(ConfigurationError, match=r"missing\.toml cannot be read: No such file"):
        read_config(tmp_path / "missing.toml")
    path = tmp_path / "katgate.toml"
    path.write_bytes(b"# one\nx = \xff\n")
    with pytest.raises(ConfigurationError, match=r"katgate\.toml:2: this is not UTF-8"):
        read_config(path)


@pytest.mark.parametrize(
    ("room", "level"), [("tx", "warn"), ("api", "error"), ("api.site", "debug"), ("api.access", "error")]
)
def test_level_of_a_room(room: str, level: str) -> None:
    """Its own, or that of the room around it, or that of the house."""
    log = LogConfig(level="warn", rooms={"api": "error", "api.site": "debug"})
    assert level == log.level_of(room)
