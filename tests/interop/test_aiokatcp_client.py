"""aiokatcp's client, with its SensorWatcher, against our device servers: an independent judge of the server side."""

import asyncio
import enum
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import aiokatcp
import pytest

from tests.processes import DEADLINE_S, Katgate, running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Katgate]:
    """The pretend telescope; its servers listen on ports of their own."""
    log = tmp_path_factory.mktemp("demo") / "katgate.log"
    with running(Katgate(["demo", "--listen", "127.0.0.1:0"], log)) as process:
        yield process


class Watched:
    """A client of aiokatcp's that mirrors a device's sensors."""

    def __init__(self, address: str) -> None:
        where = urlsplit(f"//{address}")
        assert where.hostname is not None
        assert where.port is not None
        self.client = aiokatcp.Client(where.hostname, where.port)
        self.watcher = aiokatcp.SensorWatcher(self.client)
        self.client.add_sensor_watcher(self.watcher)

    async def __aenter__(self) -> "Watched":
        await asyncio.wait_for(self.watcher.synced.wait(), DEADLINE_S)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.client.close()
        await self.client.wait_closed()


def test_sensors_are_mirrored(demo: Katgate) -> None:
    """A thousand sensors, sampled in bulk; lru is deprecated, and the one type that aiokatcp leaves out."""

    async def watch() -> tuple[set[str], set[str]]:
        async with Watched(demo.device("cbf")["address"]) as watched:
            assert watched.client.protocol_flags is not None
            return set(watched.watcher.sensors), {s.stype.__name__ for s in watched.watcher.sensors.values()}

    mirrored, types = asyncio.run(watch())
    ours = demo.get("devices/cbf/sensors")["sensors"]
    assert 1000 == len(ours)
    assert {s["name"] for s in ours if s["type"] != "lru"} == mirrored
    assert {"int", "float", "bool", "bytes", "Timestamp", "Address"} <= types


def test_updates_arrive(demo: Katgate) -> None:
    """The strategy that aiokatcp sets brings readings with their status."""

    async def watch() -> list[object]:
        seen: list[object] = []
        enough = asyncio.Event()

        def observe(_sensor: object, reading: aiokatcp.Reading) -> None:  # type: ignore[type-arg]
            seen.append(reading.value)
            if len(set(map(str, seen))) >= 3:
                enough.set()

        async with Watched(demo.device("m000")["address"]) as watched:
            watched.watcher.sensors["actual-azimuth"].attach(observe)
            await asyncio.wait_for(enough.wait(), DEADLINE_S)
        return seen

    assert all(isinstance(value, float) for value in asyncio.run(watch()))


def test_requests_of_a_device(demo: Katgate) -> None:
    """Informs and replies with ids; failures in aiokatcp's own classes."""

    async def talk() -> None:
        async with Watched(demo.device("m001")["address"]) as watched:
            client = watched.client
            reply, informs = await client.request("help")
            assert int(reply[0]) == len(informs) > 12
            watchdog, (versions, listed) = await asyncio.gather(
                client.request("watchdog"), client.request("version-list")
            )
            assert ([], []) == watchdog
            assert int(versions[0]) == len(listed)
            with pytest.raises(aiokatcp.InvalidReply, match="Unknown request"):
                await client.request("no-such-request")
            with pytest.raises(aiokatcp.FailReply):
                await client.request("slew", "far", "away")
            with pytest.raises(aiokatcp.FailReply, match="Unknown sensor"):
                await client.request("sensor-value", "no-such-sensor")

    asyncio.run(talk())


class Strategy(enum.Enum):
    """The strategies that a client may set, with their parameters."""

    AUTO = ("auto",)
    EVENT = ("event",)
    DIFFERENTIAL = ("differential", "0.1")
    PERIOD = ("period", "0.1")
    EVENT_RATE = ("event-rate", "0.1", "1")
    DIFFERENTIAL_RATE = ("differential-rate", "0.1", "0.1", "1")
    NONE = ("none",)


def test_every_strategy_is_taken(demo: Katgate) -> None:
    """The reply repeats it, and a query gives it back and leaves it alone."""

    async def talk() -> None:
        where = urlsplit(f"//{demo.device('m000')['address']}")
        assert where.hostname is not None
        assert where.port is not None
        client = await aiokatcp.Client.connect(where.hostname, where.port)
        for strategy in Strategy:
            words = [word.encode() for word in strategy.value]
            reply, _ = await client.request("sensor-sampling", "actual-azimuth", *strategy.value)
            assert [b"actual-azimuth", *words] == reply
            for _ in range(2):
                assert (reply, []) == await client.request("sensor-sampling", "actual-azimuth")
        client.close()
        await client.wait_closed()

    asyncio.run(talk())


def test_log_of_the_gateway_is_clean(demo: Katgate) -> None:
    """None of the above made it complain."""
    assert "Traceback" not in demo.log
    assert "defect" not in demo.log
    assert Path("/proc", str(demo.popen.pid)).exists()
