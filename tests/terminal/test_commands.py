"""The commands: what is refused before anything is connected, and what completes them."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from katgate.cli import main
from katgate.errors import (
    BadRequest,
    DeviceFailed,
    DeviceLost,
    DeviceNotConnected,
    GatewayNotConnected,
    GatewayRefused,
    KatgateError,
    MessageError,
    RequestTimeout,
    UnknownSensor,
)
from katgate.katcp.message import Message
from katgate.terminal.running import exit_code
from tests.processes import ROOT, environment

REFUSED = [
    (["call", "cbf", "help"], "'cbf' is not HOST:PORT"),
    (["call", "cbf:99999", "help"], "a port is a number from 1 to 65535"),
    (["call", "cbf:7147"], "Missing argument 'REQUEST'"),
    (["call", "cbf:7147", "x", "--timeout", "0"], "--timeout"),
    (["call", "cbf:7147", "x", "--timeout", "nan"], "nan is no time that can be waited"),
    (["watch", "cbf:7147", "x", "--for", "inf"], "inf is no time that can be waited"),
    (["call", "cbf:7147", "x", "--confrim"], "Did you mean '--confirm'?"),
    (["call", "cbf:7147", "x", "--via", "http://x"], "with --via give the name"),
    (["call", "cbf", "x", "--via", "ftp://x"], "is not the address of a katgate"),
    (["sensors", "cbf:7147", "/(/"], "missing )"),
    (["sensors", "cbf:7147", "--status", "bad"], "'bad' is not a status: unknown, nominal"),
    (["watch", "cbf:7147"], "Missing argument 'SENSOR...'"),
    (["watch", "cbf:7147", "x", "--strategy", "often"], "'often' is not a strategy"),
    (["watch", "cbf:7147", "x", "--strategy", "none"], "katgate sensors shows the present"),
    (["watch", "cbf:7147", "x", "--count", "0"], "--count"),
    (["log", "cbf:7147", "--level", "loud"], "'loud' is not one of"),
    (["lease", "show", "cbf"], "a katgate keeps the leases; say where it is: --via"),
    (["lease", "take", "cbf", "--via", "ftp://x"], "is not the address of a katgate"),
    (["lease", "take", "cbf", "--minutes", "2000"], "2000.0 is not in the range"),
    (["completion", "cmd.exe"], "is not one of"),
]


@pytest.mark.parametrize(("arguments", "why"), REFUSED)
def test_refused_with_exit_code_2_and_a_sentence(arguments: list[str], why: str) -> None:
    """Nothing is connected that was asked for wrongly."""
    result = CliRunner().invoke(main, arguments)
    assert 2 == result.exit_code
    assert why in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DeviceFailed("x", Message.reply("x", "fail")), 1),
        (RequestTimeout("x", 1.0), 1),
        (UnknownSensor("cbf", "x"), 1),
        (GatewayRefused({"code": "unknown-request"}), 1),
        (GatewayRefused({}), 1),
        (MessageError(), 2),
        (BadRequest(), 2),
        (GatewayRefused({"code": "confirm-required"}), 2),
        (DeviceNotConnected("cbf"), 3),
        (DeviceLost("cbf", "x"), 3),
        (GatewayNotConnected("http://x", "why"), 3),
        (GatewayRefused({"code": "device-disconnected"}), 3),
    ],
)
def test_exit_code(error: KatgateError, code: int) -> None:
    """A script can tell a device that says no from one that is not there."""
    assert code == exit_code(error)


def test_help_is_quick() -> None:
    """It chooses no reactor, and loads neither Twisted nor rich."""
    program = "import sys, katgate.cli; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True, env=environment(), cwd=ROOT)
    assert set() == {"twisted", "rich", "autobahn"} & set(loaded.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_a_shell(shell: str) -> None:
    """It is printed, to be evaluated."""
    result = CliRunner().invoke(main, ["completion", shell])
    assert 0 == result.exit_code
    assert "_KATGATE_COMPLETE" in result.output
