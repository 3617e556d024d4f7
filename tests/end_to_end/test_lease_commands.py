"""`katgate lease`, as a user at a terminal has it, from a katgate with logins."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from katgate.authority.tokens import hash_of
from tests.end_to_end.fake_device import HELLO, FakeDevice
from tests.processes import Katgate, run_katgate

OLGA, OTTO, ANNA = (f"kg_{name}{'0' * 39}" for name in ("olga", "otto", "anna"))


@pytest.fixture
def katgate(device: FakeDevice, start: Callable[..., Katgate], tmp_path: Path) -> Katgate:
    """A katgate with two operators and an admin."""
    config = tmp_path / "katgate.toml"
    config.write_text(
        "".join(
            f'[[token]]\nname = "{name}"\nrole = "{role}"\nhash = "{hash_of(token)}"\n'
            for name, role, token in (
                ("olga", "operator", OLGA),
                ("otto", "operator", OTTO),
                ("anna", "admin", ANNA),
            )
        )
    )
    return start("serve", f"cbf=127.0.0.1:{device.port}", "--config", str(config))


def test_lease_commands(katgate: Katgate) -> None:
    """Taken, shown, refused with the holder's name, broken by an admin."""

    def lease(*arguments: str, token: str = OLGA) -> tuple[int, str]:
        ended = run_katgate("lease", *arguments, "--via", katgate.url, KATGATE_TOKEN=token)
        return ended.returncode, ended.stdout + ended.stderr

    assert (0, "cbf: nobody holds its lease\n") == lease("show", "cbf")
    code, said = lease("take", "cbf", "--minutes", "5", "--comment", "delay\ncalibration")
    assert 0 == code
    assert said.startswith("cbf: olga until ")
    assert said.endswith(", delay\\ncalibration\n")
    assert "olga" == json.loads(lease("show", "cbf", "--json", token=OTTO)[1])["lease"]["holder"]
    code, said = lease("take", "cbf", token=OTTO)
    assert (1, True) == (code, "Error: olga holds the command lease of 'cbf'" in said)
    code, said = lease("release", "cbf", token=ANNA)
    assert (1, True) == (code, "an admin may break it with --break" in said)
    assert (0, "cbf: nobody holds its lease\n") == lease("release", "cbf", "--break", token=ANNA)
    code, said = lease("show", "cbf", token="")
    assert (1, True) == (code, "set the variable KATGATE_TOKEN" in said)
    code, said = lease("show", "no/such")
    assert (1, True) == (code, "no device is called 'no/such'" in said)
    assert 1 == lease("show", "cbf", token="kg_wrong")[0]


def test_no_katgate_is_3() -> None:
    """Nobody there, or somebody else."""
    nobody = run_katgate("lease", "show", "cbf", "--via", "http://127.0.0.1:1")
    assert (3, True) == (nobody.returncode, "nothing listens at its address" in nobody.stderr)
    with FakeDevice(lambda connection: connection.sendall(HELLO)) as device:
        other = run_katgate("lease", "show", "cbf", "--via", f"http://127.0.0.1:{device.port}")
    assert 3 == other.returncode
    assert "Traceback" not in other.stderr
