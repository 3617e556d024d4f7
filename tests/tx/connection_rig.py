"""A connection on a fake endpoint and clock, and what brings it up."""

from random import Random

from twisted.internet.task import Clock

from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.connection import Connection
from tests.support import V5, FakeEndpoint, Wire

__all__ = ["Rig"]


class Rig:
    """A connection on a fake endpoint and clock, with a user that notes what it is told."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = Clock()
        self.endpoint = FakeEndpoint()
        self.told: list[str] = []
        self.handed_out = 0
        self.connection = Connection(
            "cbf",
            self.endpoint,
            lambda: ClientKatCPProtocol(self.clock),
            self,
            reactor=self.clock,
            random=Random(seed),
            wall_clock=lambda: 1e9 + self.clock.seconds(),
        )

    def state_changed(self) -> None:
        self.told.append(self.connection.state)

    def negotiated(self, protocol: ClientKatCPProtocol) -> None:
        self.handed_out += 1
        self.told.append("negotiated")

    def lost(self) -> None:
        self.handed_out -= 1
        self.told.append("lost")

    def up(self) -> Wire:
        wire = self.endpoint.accept()
        wire.say(V5)
        self.connection.synced()
        return wire
