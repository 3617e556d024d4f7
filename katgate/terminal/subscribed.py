"""What is subscribed at a katgate for one device, and goes on after the last number when a connection is lost.

`begin` is called with each new connection, `lost` when it has gone. Source: the contract of the web API, WebSocket.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Final

from twisted.internet.defer import TimeoutError

from katgate.errors import DeviceNotConnected, GatewayRefused
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.terminal.api_values import description_of, inform_of, reading_of
from katgate.terminal.gateway import GatewayProtocol
from katgate.terminal.mailbox import Mailbox
from katgate.terminal.source import Event, Informed, Listed, Noticed, Presence, Read
from katgate.tx.deferreds import Once

__all__ = ["Subscribed", "SubscribedInforms", "SubscribedSensors", "unknown_device"]

#: How long a katgate that has just been started may need for its device, in seconds.
_DEVICE_TIMEOUT_S: Final = 5.0


def unknown_device(device: str, gateway: GatewayProtocol, known: Iterable[str]) -> GatewayRefused:
    """Return the error for a device that a katgate does not have."""
    names = ", ".join(sorted(known)) or "none at all"
    detail = f"the katgate at {gateway.address} has no device {device!r}; it has {names}"
    return GatewayRefused({"code": "unknown-device", "detail": detail})


class Subscribed(ABC):
    """The device itself: that it is known there, and whether it is connected. Subclasses say what else."""

    def __init__(self, device: str, mailbox: Mailbox[Event], reactor: Any) -> None:
        self.device = device
        self.mailbox = mailbox
        #: Where it stands: what to go on from.
        self.since: dict[str, Any] | None = None
        self.sub: int | None = None
        self._presence = Presence(mailbox)
        self._reactor = reactor
        self._devices: dict[str, dict[str, Any]] = {}
        self._synced: Once[None] = Once()
        self._has_begun = False

    async def begin(self, gateway: GatewayProtocol) -> None:
        """Subscribe on a connection, and return when the present has been told.

        The first time raises GatewayRefused for a device that is not known there, and DeviceNotConnected for one
        that is away; later it may be away for a while.
        """
        gateway.on_notification = self._notified
        self._devices.clear()
        result = await gateway.call("devices.subscribe", {})
        self._take_devices(result["devices"])
        await gateway.call("ping", {})  # there may be more pages; they come before the answer
        if self.device not in self._devices:
            raise unknown_device(self.device, gateway, self._devices)
        if not self._has_begun:
            await self._wait_for_device()
        await self.subscribe(gateway)
        self._has_begun = True

    def lost(self, why: str) -> None:
        """The connection to the katgate has gone."""
        self._presence.away(why)

    @abstractmethod
    async def subscribe(self, gateway: GatewayProtocol) -> None:
        """Make the subscription itself."""

    @abstractmethod
    def notified(self, method: str, params: dict[str, Any]) -> None:
        """Take what the katgate says of the subscription."""

    def take_place(self, result: dict[str, Any], gateway: GatewayProtocol) -> None:
        """Take note of where a subscription stands."""
        self.sub = result["sub"]
        gateway.subs.append(result["sub"])
        self.since = {"epoch": result["epoch"], "seq": result["seq"]}

    def move_on(self, params: dict[str, Any]) -> None:
        """Take note of a number."""
        if "seq" in params and self.since is not None:
            self.since["seq"] = params["seq"]

    def _notified(self, method: str, params: dict[str, Any]) -> None:
        if method == "devices":
            self._take_removed(params.get("removed", []))
            self._take_devices(params["devices"])
        elif method == "notice":
            if params["code"] != "shutdown":  # the loss that follows says it
                self.mailbox.put(Noticed(params["detail"]))
        elif self.sub is None or params.get("sub") == self.sub:
            self.notified(method, params)

    def _take_removed(self, names: Sequence[str]) -> None:
        """It may come back: a katgate reads its configuration again."""
        for name in names:
            self._devices.pop(name, None)
        if self.device in names:
            self._presence.away(self._why_away())

    def _take_devices(self, devices: Sequence[dict[str, Any]]) -> None:
        self._devices.update((device["name"], device) for device in devices)
        for device in devices:
            if device["name"] != self.device:
                continue
            if device["state"] == "synced":
                self._presence.here()
                self._synced.fire(None)
            else:
                self._presence.away(self._why_away())

    async def _wait_for_device(self) -> None:
        view = self._devices[self.device]
        # One that has been tried, and is tried again and again, will not be there soon.
        is_hopeful = view["state"] in ("negotiating", "syncing") or view["error"] is None
        wait_s = _DEVICE_TIMEOUT_S if is_hopeful else 0
        try:
            await self._synced.wait().addTimeout(wait_s, self._reactor)
        except TimeoutError:
            raise DeviceNotConnected(self.device, self._why_away()) from None

    def _why_away(self) -> str:
        view = self._devices.get(self.device)
        if view is None:
            return "the katgate does not have it any more"
        return str(view["error"] or f"it is {view['state']}")


class SubscribedSensors(Subscribed):
    """Sensors by patterns, and their readings."""

    def __init__(
        self, device: str, patterns: Sequence[str], strategy: str, mailbox: Mailbox[Event], reactor: Any
    ) -> None:
        super().__init__(device, mailbox, reactor)
        self._wish = {"device": device, "sensors": list(patterns), "strategy": strategy}
        self._listed: dict[str, SensorDescription] = {}
        self._readings: dict[str, Reading] = {}
        #: Sensors that a list which is under way has named; None when there is none.
        self._named: set[str] | None = None
        self._complete: Once[None] = Once()

    async def subscribe(self, gateway: GatewayProtocol) -> None:
        """Go on where it was, or begin with a snapshot."""
        self._complete = Once()
        self._named = set()
        self.sub = None
        since = {} if self.since is None else {"since": self.since}
        result = await gateway.call("sensors.subscribe", {**self._wish, **since})
        self.take_place(result, gateway)
        self._list(result["sensors"], [])
        if result["resumed"]:
            self._named = None
            self._complete.fire(None)
            self._tell_all()
        await self._complete.wait()

    def lost(self, why: str) -> None:
        """Nothing is current any more."""
        super().lost(why)
        if self.sub is not None:  # else an attempt has failed: it has been told already
            self.sub = None
            for name, reading in self._readings.items():
                self.mailbox.put(Read(name, reading._replace(status=Status.UNREACHABLE)))
        self._complete.fire(None)

    def notified(self, method: str, params: dict[str, Any]) -> None:
        """Take sensors and readings."""
        if method == "sensors":
            self._list(params.get("added", []), params.get("removed", []))
        elif method == "readings":
            for row in params["readings"].get(self.device, []):
                self._read(row)
            self.move_on(params)
            if params.get("conflated"):
                count = params["conflated"]
                self.mailbox.put(Noticed(f"{count} readings were replaced by newer ones: too slow"))
            if params.get("snapshot") and not params.get("more"):
                self._end_list()

    def _list(self, added: Sequence[dict[str, Any]], removed: Sequence[Sequence[str]]) -> None:
        new = []
        for about in map(description_of, added):
            if self._named is not None:
                self._named.add(about.name)
            if self._listed.get(about.name) != about:
                self._listed[about.name] = about
                new.append(about)
        gone = tuple(name for _, name in removed)
        self._forget(gone)
        if new or gone:
            self.mailbox.put(Listed(tuple(new), gone))

    def _end_list(self) -> None:
        """What a whole list has not named has gone while there was no connection."""
        named, self._named = self._named, None
        if named is not None:
            gone = tuple(self._listed.keys() - named)
            if gone:
                self._forget(gone)
                self.mailbox.put(Listed((), gone))
        self._complete.fire(None)

    def _forget(self, names: Sequence[str]) -> None:
        for name in names:
            self._listed.pop(name, None)
            self._readings.pop(name, None)

    def _read(self, row: Sequence[Any]) -> None:
        reading = reading_of(row)
        if reading is not None:
            self._readings[row[0]] = reading
            self.mailbox.put(Read(row[0], reading))

    def _tell_all(self) -> None:
        for name, reading in self._readings.items():
            self.mailbox.put(Read(name, reading))


class SubscribedInforms(Subscribed):
    """What the device says by itself."""

    async def subscribe(self, gateway: GatewayProtocol) -> None:
        """Go on where it was, or begin now."""
        self.sub = None
        since = {} if self.since is None else {"since": self.since}
        result = await gateway.call("informs.subscribe", {"device": self.device, **since})
        self.take_place(result, gateway)

    def notified(self, method: str, params: dict[str, Any]) -> None:
        """Take informs."""
        if method != "informs":
            return
        if params.get("dropped"):
            self.mailbox.put(Noticed(f"{params['dropped']} informs were left out: too slow"))
        for _, received, *words in params["informs"]:
            self.mailbox.put(Informed(received, inform_of(words)))
        self.move_on(params)
