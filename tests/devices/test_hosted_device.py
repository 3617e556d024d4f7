"""HostedDevice: a device and its server. The two are wires here, so that each says what the test lets it say."""

from random import Random
from typing import Any

import pytest

from katgate.api.encoder import JsonEncoder
from katgate.config import DeviceDefaults
from katgate.device_options import device_options
from katgate.devices.hosted_device import HostedDevice
from katgate.hub.hub import Hub
from katgate.tx import DeviceServer
from katgate.tx.connection import State
from tests.inside_reactor import InsideReactor
from tests.support import outcome


class Rig:
    """A hosted device `lamp`, started, and what it made of itself for others to see."""

    def __init__(self, make: Any = DeviceServer) -> None:
        self.reactor = InsideReactor()
        self.reactor.running = True
        self.made: list[Any] = []
        self.seen: list[tuple[State, str | None]] = []

        def make_and_keep(port: int, host: str) -> Any:
            self.made.append(make(port, host))
            return self.made[-1]

        self.device = HostedDevice(
            "lamp",
            make_and_keep,
            None,
            Hub(self.reactor, lambda: 1.0, JsonEncoder()),
            device_options(DeviceDefaults(watchdog_s=0)),
            reactor=self.reactor,
            random=Random(1),
            wall_clock=lambda: 1.0,
            changed=self._changed,
            informed=lambda *_: None,
        )
        self.device.start()
        for hook, arguments, options in self.reactor.whenRunningHooks:
            hook(*arguments, **options)

    def _changed(self, device: Any) -> None:
        view = device.view()
        if (view.state, view.error) not in self.seen[-1:]:
            self.seen.append((view.state, view.error))

    def last(self) -> tuple[State, str | None]:
        """Return what was seen last: state and error."""
        return self.seen[-1]

    @property
    def state(self) -> State:
        return self.device.view().state

    def talk(self) -> None:
        """Carry what either says to the other, until both are silent."""
        server, client = self.reactor.wires[-2:]
        while (said := server.transport.value()) or client.transport.value():
            server.transport.clear()
            client.say(said)
            said = client.transport.value()
            client.transport.clear()
            server.say(said)


ANEW = "; POST /api/v1/devices/lamp/hosting/start starts it anew"


def test_started_stopped_and_started() -> None:
    """Each start makes a server of its own; twice is as once."""
    rig = Rig()
    rig.talk()
    assert rig.state is State.SYNCED
    assert [None] == outcome(rig.device.start_server())
    stopped = outcome(rig.device.stop_server())
    again = outcome(rig.device.stop_server())
    rig.reactor.advance(0)
    rig.reactor.wires[-1].cut()  # the client's side, which has heard all by now
    assert [None] == stopped == again
    assert (State.CLOSED, "it was stopped" + ANEW) == rig.last()
    rig.device.start_server()
    rig.talk()
    assert (State.SYNCED, None) == rig.last()
    assert 2 == len(set(map(id, rig.made)))


def test_halt_with_last_words_that_do_not_come() -> None:
    """They are waited for, but not for ever."""
    rig = Rig()
    rig.talk()
    rig.made[0].halt()
    rig.reactor.pump([0, 1.9])
    assert rig.state is State.SYNCED
    rig.reactor.advance(0.2)
    assert (State.CLOSED, "it was halted" + ANEW) == rig.last()
    with pytest.raises(Exception, match="it was halted"):
        raise rig.device.not_connected()
    rig.reactor.advance(10)
    assert [] == rig.reactor.getDelayedCalls()


def test_server_that_cannot_be_started_at_first() -> None:
    """What is wrong is seen, and gone when it is mended."""
    mended: list[int] = []

    def make(port: int, host: str) -> DeviceServer:
        return DeviceServer(port // len(mended), host)

    rig = Rig(make)
    assert State.CLOSED is rig.state
    assert str(rig.device.view().error).startswith("it cannot be started: ZeroDivisionError")
    mended.append(1)
    rig.device.start_server()
    rig.talk()
    assert (State.SYNCED, None) == rig.last()


def test_stop_for_good() -> None:
    """The server goes too, and cannot be started any more: also one whose restart was under way."""
    rig = Rig()
    rig.talk()
    restarted = outcome(rig.device.restart_server())
    gone = outcome(rig.device.stop())
    rig.reactor.pump([0, 3, 0, 0])
    assert [None] == restarted
    assert [None] == gone
    rig.device.start_server()
    assert 1 == len(rig.made)
    assert not rig.made[0].is_listening
    rig.reactor.advance(10)
    assert [] == rig.reactor.getDelayedCalls()
