"""Random walks: a hosted server that fails now and then is started, stopped, halted and restarted, by an operator and
by itself. In the end at most one runs, it is connected, and of the others nothing is left.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from katgate.tx import DeviceServer
from katgate.tx.connection import State
from tests.devices.test_hosted_device import Rig
from tests.support import Wire, outcome

STEPS = 30


async def endless() -> None:
    await Deferred()


def failing(random: Random) -> type[DeviceServer]:
    """Return a class of servers that do not always start and stop as they should."""

    def perhaps(error: BaseException) -> None:
        if random.random() < 0.05:
            raise error

    class Lamp(DeviceServer):
        def __init__(self, *where: Any) -> None:
            perhaps(ValueError("no socket"))
            super().__init__(*where)
            self.add_service(endless())

        def start(self) -> Any:
            perhaps(SystemExit("no lamp"))
            listening = super().start()
            perhaps(ValueError("no light"))
            return listening

        def stop(self) -> "Deferred[None]":
            perhaps(ValueError("no switch"))
            return Deferred() if random.random() < 0.05 else super().stop().addCallback(self._switched_off)

        def _switched_off(self, _: object) -> None:
            perhaps(SystemExit("no night"))

    return Lamp


class Walk(Rig):
    """What may happen to a hosted device and its server."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.done: list[list[Any]] = []
        super().__init__(failing(self.random))

    def run(self) -> Iterator[str]:
        for _ in range(STEPS):
            step = self.random.choice([self.ask, self.tell_server, self.carry_all, self.wait])
            yield step() or step.__name__

    def ask(self) -> str:
        """As an operator does."""
        step = self.random.choice(
            [self.device.start_server, self.device.stop_server, self.device.restart_server]
        )
        self.done.append(outcome(step()))
        return step.__name__

    def tell_server(self) -> str | None:
        """As a KATCP client does, or the server's own code."""
        if not self.running:
            return None
        server = self.running[0]
        step = self.random.choice([server.halt, server.restart, server.reactor.stop])
        step()
        return f"server.{step.__name__}"

    def carry_all(self) -> None:
        """Carry what both ends of all connections say, and their closing."""
        pairs = list(zip(self.reactor.wires[::2], self.reactor.wires[1::2], strict=True))
        while sum(_carry(one, other) + _carry(other, one) for one, other in pairs):
            pass

    def wait(self) -> None:
        self.reactor.advance(self.random.choice([0.0, 0.5, 3.0]))

    def settle(self) -> None:
        for _ in range(150):
            self.reactor.advance(0.5)
            self.carry_all()

    @property
    def running(self) -> list[Any]:
        """The server that belongs to the device now, if there is one."""
        return [made for made in self.made if made is self.device._server._server]

    @property
    def living(self) -> list[Any]:
        """The servers of which anything is left."""
        return [made for made in self.made if made.is_listening or made._services]


def _carry(one: Wire, other: Wire) -> bool:
    """Carry what one says to the other; return whether there was anything."""
    said = one.transport.value()
    one.transport.clear()
    is_gone = one.is_cut or one.transport.disconnecting
    if other.is_cut:
        return False
    if said:
        other.say(said)
    if is_gone:
        other.cut()
        if not one.is_cut:
            one.cut()
    return bool(said) or is_gone


@pytest.mark.parametrize("seed", range(15))
def test_whatever_happens_to_a_hosted_server(seed: int) -> None:
    """And once it is removed, nothing is left at all."""
    walk = Walk(seed)
    steps = list(walk.run())
    walk.settle()
    assert [[None]] * len(walk.done) == walk.done, steps
    assert (walk.state is State.CLOSED) is (walk.running == []), steps
    assert walk.living in ([], walk.running), steps
    if any(server.is_listening for server in walk.living):
        assert walk.state is State.SYNCED, steps
    gone = outcome(walk.device.remove())
    walk.settle()
    assert ([None], []) == (gone, walk.living), steps
    assert [] == walk.reactor.getDelayedCalls(), steps
