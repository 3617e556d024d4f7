"""DeviceProtocol: the requests that every device understands, for one client of a DeviceServer.

The docstring of each is what `?help` says of it.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from twisted.internet.defer import Deferred, FirstError, gatherResults
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure

from katgate.errors import FailReply, PatternError, StrategyError
from katgate.katcp.message import Message
from katgate.katcp.pattern import Pattern, is_regex
from katgate.katcp.reading import Reading
from katgate.katcp.sampling import Strategy
from katgate.katcp.sensor import Sensor
from katgate.tx.client_sampling import ClientSampling
from katgate.tx.handlers import Handler
from katgate.tx.reading import present_reading, wire_form
from katgate.tx.server import LOG_LEVELS
from katgate.tx.server_protocol import Answer, ServerKatCPProtocol

if TYPE_CHECKING:
    from katgate.tx.device_logger import DeviceLogger
    from katgate.tx.device_server import DeviceServer

__all__ = ["DeviceProtocol"]


class DeviceProtocol(ServerKatCPProtocol):
    """One client of a device server. Subclass it to add requests of your own.

        class DishProtocol(DeviceProtocol):
            @request_timeout_hint(120)
            async def request_slew(self, req: Request, azimuth: float) -> float:
                \"\"\"Move to an azimuth: `?slew degrees`. The reply tells where the dish is then.\"\"\"
                return await self.factory.dish.slew(azimuth)

    It understands help, watchdog, version-list, client-list, log-level, request-timeout-hint, halt, restart,
    sensor-list, sensor-value, sensor-sampling and sensor-sampling-clear.
    """

    factory: "DeviceServer"
    _sampling: ClientSampling | None = None

    @property
    def log(self) -> "DeviceLogger":
        """The server's: what is said goes to all clients as `#log`."""
        return self.factory.log

    @property
    def sampling(self) -> ClientSampling:
        """This client's strategies."""
        if self._sampling is None:
            self._sampling = ClientSampling(self.send_line, self.factory.reactor)
        return self._sampling

    # What a client sees first, and last.

    def connectionMade(self) -> None:
        """Say what is spoken here. A subclass may send informs of its own before."""
        super().connectionMade()
        for name, words in self.factory.versions().items():
            self.send_message(Message.inform("version-connect", name, *words))
        self.factory.mass_inform(Message.inform("client-connected", self.peer), but=self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Forget this client's strategies."""
        if self._sampling is not None:
            self._sampling.close()
        super().connectionLost(reason)

    # What every device understands.

    def request_help(self, msg: Message) -> Answer:
        """Describe the requests of this device: `?help [name]`.

        Informs: `#help name text`, one for each request.
        """
        handlers = self._requests_meant(msg)
        for name, handler in sorted(handlers.items()):
            self.send_reply_inform(msg, name, handler.help)
        return Message.reply_to_request(msg, "ok", len(handlers))

    def request_request_timeout_hint(self, msg: Message) -> Answer:
        """Say how long requests may take: `?request-timeout-hint [name]`.

        Informs: `#request-timeout-hint name seconds`, one for each request that has a hint; for a name that
        has none, 0. Requests without one take less than 5 s.
        """
        handlers = self._requests_meant(msg)
        hints = {name: handler.timeout_hint_s or 0.0 for name, handler in handlers.items()}
        if not msg.arguments:
            hints = {name: hint for name, hint in hints.items() if hint}
        for name, hint in sorted(hints.items()):
            self.send_reply_inform(msg, name, hint)
        return Message.reply_to_request(msg, "ok", len(hints))

    def request_watchdog(self, msg: Message) -> Answer:
        """Say that the device lives: `?watchdog`."""
        return Message.reply_to_request(msg, "ok")

    def request_version_list(self, msg: Message) -> Answer:
        """List the versions of the device's parts: `?version-list`.

        Informs: `#version-list name version [build]`, one for each part.
        """
        versions = self.factory.versions()
        for name, words in versions.items():
            self.send_reply_inform(msg, name, *words)
        return Message.reply_to_request(msg, "ok", len(versions))

    def request_client_list(self, msg: Message) -> Answer:
        """List the clients, this one among them: `?client-list`.

        Informs: `#client-list address`, one for each client.
        """
        for peer in self.factory.clients:
            self.send_reply_inform(msg, peer)
        return Message.reply_to_request(msg, "ok", len(self.factory.clients))

    def request_log_level(self, msg: Message) -> Answer:
        """Ask for or set the least level of log informs, for all clients: `?log-level [level]`."""
        if msg.arguments:
            level = msg.text(0)
            if level not in LOG_LEVELS:
                raise FailReply(f"{level[:100]!r} is not a log level: {', '.join(LOG_LEVELS)}")
            self.factory.log_level = level
        return Message.reply_to_request(msg, "ok", self.factory.log_level)

    def request_halt(self, msg: Message) -> Answer:
        """Stop the device: `?halt`."""
        self.factory.halt()
        return Message.reply_to_request(msg, "ok")

    def request_restart(self, msg: Message) -> Answer:
        """Close all connections and accept anew: `?restart`."""
        self.factory.restart()
        return Message.reply_to_request(msg, "ok")

    # Sensors.

    def request_sensor_list(self, msg: Message) -> Answer:
        """List sensors: `?sensor-list [name or /regex/]`.

        Informs: `#sensor-list name description units type [params]`, one for each sensor.
        """
        sensors = self._sensors_meant(msg)
        for sensor in sensors:
            about = sensor.description
            params = [about.katcp_type.encode(param, 5) for param in about.params]
            self.send_reply_inform(msg, about.name, about.description, about.units, about.type, *params)
        return Message.reply_to_request(msg, "ok", len(sensors))

    def request_sensor_value(self, msg: Message) -> Answer:
        """Read sensors: `?sensor-value [name or /regex/]`.

        Informs: `#sensor-value timestamp 1 name status value`, one for each sensor.
        """
        sensors = self._sensors_meant(msg)
        readings = [present_reading(sensor, self.factory.reactor) for sensor in sensors]
        if any(isinstance(reading, Deferred) for reading in readings):
            return Deferred.fromCoroutine(self._send_values_read_later(msg, sensors, readings))
        return self._send_values(msg, sensors, cast(list[Reading], readings))

    async def _send_values_read_later(
        self, msg: Message, sensors: list[Sensor], readings: "list[Reading | Deferred[Reading]]"
    ) -> Message:
        # Together, so that all are given up together with the request.
        waiting = [reading for reading in readings if isinstance(reading, Deferred)]
        try:
            late = iter(await gatherResults(waiting, consumeErrors=True))
        except FirstError as error:
            error.subFailure.raiseException()
        read = [reading if isinstance(reading, Reading) else next(late) for reading in readings]
        return self._send_values(msg, sensors, read)

    def _send_values(self, msg: Message, sensors: list[Sensor], readings: list[Reading]) -> Message:
        for sensor, reading in zip(sensors, readings, strict=True):
            timestamp, status, value = wire_form(sensor, reading)
            self.send_reply_inform(msg, timestamp, b"1", sensor.name, status, value)
        return Message.reply_to_request(msg, "ok", len(sensors))

    def request_sensor_sampling(self, msg: Message) -> Answer:
        """Ask for or set this client's strategy: `?sensor-sampling name[,name...] [strategy [params]]`.

        Informs: `#sensor-status timestamp 1 name status value`, at once and then whenever one is due, until
        the strategy is set to `none`.
        """
        if not msg.arguments:
            raise FailReply("No sensor name given")
        text = msg.text(0)
        # A comma separates names, and yet a device behind a proxy may have one in a name.
        names = [text] if text in self.factory.sensors else text.split(",")
        if len(set(names)) < len(names):
            raise FailReply("A sensor is named twice")
        sensors = [self._sensor_named(name) for name in names]
        if len(msg.arguments) > 1:
            self._set_strategy(sensors, [msg.text(i) for i in range(1, len(msg.arguments))])
        elif len(sensors) > 1:
            raise FailReply("Cannot query multiple sensors")
        strategy = self.sampling.strategy_of(sensors[0])
        return Message.reply_to_request(msg, "ok", msg.arguments[0], *strategy.arguments())

    def request_sensor_sampling_clear(self, msg: Message) -> Answer:
        """Set all of this client's strategies to none: `?sensor-sampling-clear`."""
        self.sampling.clear()
        return Message.reply_to_request(msg, "ok")

    def _set_strategy(self, sensors: Iterable[Sensor], words: list[str]) -> None:
        """All or nothing: a strategy that one sensor cannot have is set for none of them."""
        try:
            strategy = Strategy.parse(words)
            for sensor in sensors:
                strategy.check_type(sensor.description.katcp_type)
        except StrategyError as error:
            raise FailReply(str(error)) from None
        self.sampling.set(list(sensors), strategy)

    def _requests_meant(self, msg: Message) -> Mapping[str, Handler]:
        handlers = self.handlers()
        if not msg.arguments:
            return handlers
        name = msg.text(0)
        if name not in handlers:
            raise FailReply(f"Unknown request {name[:100]}")
        return {name: handlers[name]}

    def _sensors_meant(self, msg: Message) -> list[Sensor]:
        if not msg.arguments:
            return sorted(self.factory.sensors.values(), key=lambda sensor: sensor.name)
        name = msg.text(0)
        if not is_regex(name):
            return [self._sensor_named(name)]
        try:
            pattern = Pattern(name)
        except PatternError as error:
            raise FailReply(str(error)) from None
        return [sensor for known, sensor in sorted(self.factory.sensors.items()) if pattern.matches(known)]

    def _sensor_named(self, name: str) -> Sensor:
        sensor = self.factory.sensors.get(name)
        if sensor is None:
            # Client libraries look for these two words to see that a sensor has gone (katcp.md section 9).
            raise FailReply(f"Unknown sensor name {name[:100]!r}")
        return sensor
