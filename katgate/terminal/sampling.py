"""Sampled: the sensors of a device that are meant, sampled over a mirror, and told as events."""

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure

from katgate.errors import DeviceFailed, DeviceNotConnected, RemoteError
from katgate.katcp.reading import Reading, SensorDescription
from katgate.katcp.sampling import NOT_SAMPLED, Strategy
from katgate.terminal.mailbox import Mailbox
from katgate.terminal.meant import is_meant_by
from katgate.terminal.source import Event, Listed, Noticed, Presence, Read
from katgate.tx.connection import State
from katgate.tx.deferreds import Once
from katgate.tx.mirror import Mirror
from katgate.tx.mirrored import MirrorListener

__all__ = ["Sampled"]


class Sampled(MirrorListener):
    """The device is asked to sample those that are meant, and no other."""

    def __init__(
        self,
        device: str,
        endpoint: IStreamClientEndpoint,
        reactor: Any,
        patterns: Sequence[str],
        strategy: Strategy,
        mailbox: Mailbox[Event],
    ) -> None:
        self._is_meant: Callable[[str], bool] = is_meant_by(patterns)
        self._strategy = strategy
        self._mailbox = mailbox
        self._presence = Presence(mailbox)
        self._names: set[str] = set()
        self._first: Once[None] = Once()
        self._mirror = Mirror(device, endpoint, self, strategy=NOT_SAMPLED, reactor=reactor)

    async def start(self) -> None:
        """Return when the present has been told. Raises DeviceNotConnected, and DeviceFailed if the device does
        not sample any of them so.
        """
        self._mirror.start()
        await self._first.wait()
        refused = [name for name in self._names if self._mirror.sensors[name].refused]
        if not refused:
            return
        try:
            # Once more, for what the device says to it.
            await self._mirror.set_strategy(refused, self._strategy)
        except DeviceFailed as error:
            if len(refused) == len(self._names):
                raise
            self._refused(error, len(refused))

    def stop(self) -> "Deferred[None]":
        """Close for good."""
        return self._mirror.stop()

    # MirrorListener.

    def state_changed(self) -> None:
        """Say whether the device is there."""
        connection = self._mirror.connection
        if connection.state is State.SYNCED:
            self._presence.here()
            self._first.fire(None)
        elif connection.state is State.SLEEPING:
            why = connection.error or "the connection was lost"
            self._presence.away(why)
            self._first.fire(Failure(DeviceNotConnected(self._mirror.name, why)))

    def sensors_changed(self, added: list[SensorDescription], removed: list[str]) -> None:
        """Have those sampled that are meant."""
        chosen = tuple(about for about in added if self._is_meant(about.name))
        gone = tuple(name for name in removed if name in self._names)
        self._names.difference_update(gone)
        self._names.update(about.name for about in chosen)
        if chosen or gone:
            self._mailbox.put(Listed(chosen, gone))
        if chosen and self._strategy != NOT_SAMPLED:
            asked = self._mirror.set_strategy([about.name for about in chosen], self._strategy)
            asked.addErrback(self._failed, len(chosen))

    def reading(self, sensor: str, reading: Reading) -> None:
        """Tell it, if it is meant: the values of all are asked once."""
        if sensor in self._names:
            self._mailbox.put(Read(sensor, reading))

    def unreachable(self) -> None:
        """Tell the last readings once more, as what they are now."""
        for name in sorted(self._names):
            known = self._mirror.sensors.get(name)
            if known is not None and known.reading is not None:
                self._mailbox.put(Read(name, known.reading))

    def _failed(self, failure: Failure, count: int) -> None:
        failure.trap(RemoteError)
        self._refused(failure.value, count)

    def _refused(self, error: BaseException | None, count: int) -> None:
        what = "a sensor is" if count == 1 else f"some of {count} sensors are"
        self._mailbox.put(Noticed(f"{what} not sampled so: {error}"))
