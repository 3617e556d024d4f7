"""Devices on aiokatcp, on katcp-python and on katgate.tx, and who talks to them; each in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.driven import Driven, driven
from tests.interop.judges import Judge, Returning
from tests.processes import Katgate, Process, running, wait_for

ENGINE = str(Path(__file__).with_name("aiokatcp_device.py"))

KATGATE_DEVICE = ["-m", "tests.interop.katgate_device"]
KATCP_PYTHON_DEVICE = ["-m", "tests.interop.katcp_python_device"]

#: Devices of katcp-python's, and what each speaks: with ids (I) and without, with bulk sampling (B) and without.
KATCP_PYTHON = {"v4": "4.0-M", "v5": "5.0-M", "v5-ids": "5.0-IM", "v5-bulk": "5.1-BIMT"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Process]:
    """A device of aiokatcp's."""
    with running(Process([ENGINE], tmp_path / "engine.log")) as process:
        yield process


@pytest.fixture
def engine_port(engine: Process) -> int:
    """Where it listens."""
    return int(engine.first_line())


@pytest.fixture
def katgate(engine_port: int, tmp_path: Path) -> Iterator[Katgate]:
    """A katgate that serves it as `cbf`, synced."""
    arguments = ["serve", f"cbf=127.0.0.1:{engine_port}", "--listen", "127.0.0.1:0"]
    with running(Katgate(arguments, tmp_path / "katgate.log")) as process:
        process.wait_for_state("cbf", "synced")
        yield process


@pytest.fixture(scope="module")
def katcp_python_ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Where katcp-python's devices listen, one for each protocol that it speaks: see KATCP_PYTHON."""
    log = tmp_path_factory.mktemp("engines") / "engines.log"
    with running(Process([*KATCP_PYTHON_DEVICE, *KATCP_PYTHON.values()], log)) as process:
        yield dict(zip(KATCP_PYTHON, map(int, process.first_line().split()), strict=True))
        assert 0 == process.stop()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a device of katgate.tx listens."""
    log = tmp_path_factory.mktemp("engine") / "engine.log"
    with running(Process(KATGATE_DEVICE, log)) as process:
        yield int(process.first_line())
        assert 0 == process.stop()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    """A process with katcp-python's clients."""
    with driven("katcp_python_client", tmp_path_factory.mktemp("client") / "client.log") as program:
        yield program
        # What katcp-python cannot take of what we send, it logs.
        assert "ERROR" not in program.process.log


# A proxy before five devices, and two clients of it.


@pytest.fixture(scope="module")
def aio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Returning]:
    """A device of aiokatcp's that can be killed and come back; the proxy shows it as `aio`."""
    device = Returning([ENGINE], tmp_path_factory.mktemp("aio"))
    try:
        yield device
    finally:
        with running(device.process):
            pass


@pytest.fixture(scope="module")
def proxy(
    aio: Returning, katcp_python_ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """A proxy of katgate.tx before that one and all of katcp-python's."""
    # Backwards: `v5` comes after those whose names begin with it, and must not be taken for them.
    devices = [f"{name}={port}" for name, port in reversed(({"aio": aio.port} | katcp_python_ports).items())]
    log = tmp_path_factory.mktemp("proxy") / "proxy.log"
    with running(Process(["-m", "tests.interop.katgate_proxy", *devices], log)) as process:
        yield process
        assert "Traceback" not in process.log


@pytest.fixture(scope="module")
def proxy_port(proxy: Process) -> int:
    """Where it listens."""
    return int(proxy.first_line())


@pytest.fixture(scope="module")
def judges(
    proxy_port: int, client: Driven, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Judge]]:
    """katcp-python's inspecting client and aiokatcp's, in step with the proxy, and that with all its devices."""
    with driven("aiokatcp_client", tmp_path_factory.mktemp("aiokatcp") / "client.log") as other:
        first = Judge(client, client.call("open", proxy_port))
        wait_for(lambda: set(first.states().values()) == {"synced"}, "all devices to be synced")
        programs = {"katcp-python": client, "aiokatcp": other}
        yield {
            name: Judge(program, program.call("inspect", proxy_port)) for name, program in programs.items()
        }
        assert "Traceback" not in other.process.log


@pytest.fixture(params=["katcp-python", "aiokatcp"])
def judge(request: pytest.FixtureRequest, judges: dict[str, Judge]) -> Judge:
    """One of the two, and then the other."""
    return judges[request.param]
