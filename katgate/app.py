"""The composition root: configuration and reactor in, one Service out. Every object is made here, in order."""

import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec
from twisted.application.service import Service
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

import katgate
from katgate.api.admin import AdminApi
from katgate.api.admission import Admission
from katgate.api.answers import Answers
from katgate.api.audit import AuditApi
from katgate.api.browsers import BrowsersApi
from katgate.api.dashboard import Dashboard
from katgate.api.described import Described
from katgate.api.descriptions import Descriptions
from katgate.api.devices import DevicesApi
from katgate.api.docs.resource import docs
from katgate.api.encoder import JsonEncoder
from katgate.api.events import EventsApi
from katgate.api.hosting import HostingApi
from katgate.api.identification import Standing
from katgate.api.informs import InformsApi
from katgate.api.leases import LeasesApi
from katgate.api.limits import Limits
from katgate.api.logins import LoginsApi
from katgate.api.metrics import Metrics, Watched
from katgate.api.requests import RequestsApi
from katgate.api.route_table import App
from katgate.api.routes import new_app
from katgate.api.sensors import SensorsApi
from katgate.api.session import Session
from katgate.api.site import ROUTES, KatgateSite
from katgate.api.surroundings import Surroundings
from katgate.api.visitors import Visitors
from katgate.api.websocket import BrowserFactory, BrowserProtocol
from katgate.api.wire import ReloadJson
from katgate.authority.audit import Audit
from katgate.authority.audit_file import AuditFile
from katgate.authority.authority import Authority
from katgate.authority.caller import Caller
from katgate.authority.leases import Leases
from katgate.authority.role import Role
from katgate.authority.rules import Rules
from katgate.config import Address, Config, DeviceConfig, DeviceDefaults, HostConfig, LogConfig, MetricsConfig
from katgate.device_options import device_options
from katgate.devices.device import Device
from katgate.devices.doorkeeper import Doorkeeper
from katgate.devices.fleet import Fleet
from katgate.devices.hosted_device import HostedDevice
from katgate.devices.loading import MakeServer, maker_of
from katgate.devices.proxying import KatcpProxy
from katgate.ending import Ending
from katgate.entrance import Entrance
from katgate.hub.hub import Hub
from katgate.katcp.patterns import Patterns
from katgate.logs import Levels
from katgate.reloading import Reloading

__all__ = ["Gateway"]

#: How often it is looked for browsers whose login has ended, in seconds.
_LOGINS_CHECKED_S: Final = 1.0


class Gateway(Service):
    """katgate, whole. `hosted` makes device servers to run inside this process, besides those of the configuration:
    what is called the same there goes before.

    Start it with `startService`; `url` is where it serves. `reload` asks `read_again` for the configuration, and
    changes what is logged in `levels`. `app` has the routes of the API, `descriptions` what there is to say of them.
    """

    log = Logger()
    running = False

    def __init__(
        self,
        config: Config,
        reactor: Any,
        hosted: Mapping[str, MakeServer] | None = None,
        *,
        read_again: Callable[[], Config] | None = None,
        levels: Levels | None = None,
    ) -> None:
        self._config = config
        self._levels = levels
        self.reload = Reloading(config, read_again or (lambda: config), self).reload
        self._reactor = reactor
        configured = {device.name for device in config.device} | {host.name for host in config.host}
        self._hosted = {name: make for name, make in (hosted or {}).items() if name not in configured}
        self._random = Random(secrets.randbits(64))
        # Changes with each start, so that a browser knows that its numbers are void.
        epoch = f"{time.time_ns():x}"

        limits = Limits(**msgspec.structs.asdict(config.limits))
        self._hub = Hub(reactor, time.time, JsonEncoder(), limits.flush_interval_s)
        self._rules = Rules(rule.rule for rule in config.rule)
        self._entrance = Entrance(config, reactor)
        self._access = self._entrance.access
        self._watching_logins = LoopingCall(self._end_logins)
        self._watching_logins.clock = reactor
        self._fleet = Fleet(reactor, self._rules)
        self._leases = Leases(reactor, time.time)
        self._leases.watch(lambda device, *_: self._fleet.changed(self._fleet[device]))
        self._audit = self._new_audit()
        self._authority = Authority(self._rules, self._leases, self._audit, reactor)
        self._proxy = self._new_proxy()
        self._visitors, self._answers = Visitors(time.time), Answers()
        self._admission = Admission(limits.browsers, limits.browsers_per_address)
        self._requests = RequestsApi(self._fleet, self._authority)
        self._sockets = self._new_sockets(limits, epoch)
        self._events = EventsApi(
            self._hub, epoch, reactor, self._admission, self._visitors, self._fleet.hidden_from
        )
        self._metrics = Metrics(
            Watched(self._hub, self._fleet, self._visitors, self._answers), reactor, time.time()
        )
        self.descriptions = Descriptions(ROUTES, self._described)
        self.app = self._new_app(epoch)
        self._site = KatgateSite(
            self._access,
            self._audit,
            self.app,
            self._sockets,
            Dashboard(),
            is_ready=lambda: self.running,
            connections=Admission(limits.connections, limits.connections_per_address, "connections"),
            prefixes=config.server.prefixes,
            hsts_days=config.tls.hsts_days,
            answers=self._answers,
            pages=docs(self.descriptions),
        )

    def _new_sockets(self, limits: Limits, epoch: str) -> BrowserFactory:
        identify, audit, answers = self._access.identification.by_token, self._audit, self._answers
        hub, fleet, requests, clock = self._hub, self._fleet, self._requests, self._reactor
        around = Surroundings(hub, fleet, requests, epoch, time.time, clock, limits, identify, audit, answers)

        def new_session(browser: BrowserProtocol, caller: Caller | None) -> Session:
            return Session(browser, around, caller)

        return BrowserFactory(new_session, limits, self._admission, self._visitors, answers)

    def _new_app(self, epoch: str) -> App:
        app = new_app()
        for part in (
            DevicesApi(self._fleet, self._hub, epoch),
            SensorsApi(self._fleet, self._hub),
            self._requests,
            InformsApi(self._fleet),
            AdminApi(self.reload, self._audit),
            HostingApi(self._fleet, self._audit, self._leases),
            LeasesApi(self._fleet, self._authority),
            AuditApi(self._audit),
            LoginsApi(self._access, self._audit, self._end_logins),
            BrowsersApi(self._visitors, self._audit),
            self._events,
            self._metrics,
            self.descriptions,
        ):
            part.add_routes(app)
        return app

    def _described(self) -> Described:
        return Described(
            katgate.__version__,
            port=self._entrance.port,
            prefix=("/", *self._config.server.prefixes)[-1],
            has_logins=self._access.identification.has_logins,
        )

    def startService(self) -> None:
        """Listen, host and connect. Raises CannotListenError if a port cannot be had."""
        self.log_as(self._config.log)
        self.watch_as(self._config.metrics)
        self._metrics.start()
        self._entrance.open(self._site)
        watching = self._watching_logins.start(_LOGINS_CHECKED_S, now=False)
        watching.addErrback(lambda failure: self.log.failure("! logins are not watched any more", failure))
        self.running = True
        if self._proxy is not None:
            self._proxy.start()
        for name, make in self._hosted.items():
            self._add_server(name, make, ("127.0.0.1", 0), self._config.defaults)
        for device in self._config.device:
            self.add(device)
        for host in self._config.host:
            self.add(host)
        self.log.info(
            "= serving at {url}; devices: {names}",
            url=self.url,
            names=", ".join(device.name for device in self._fleet) or "none",
        )

    async def _stop(self) -> None:
        if self._watching_logins.running:
            self._watching_logins.stop()
        await self._entrance.close()
        self._events.close_all()
        self._metrics.stop()
        proxy = self._proxy
        await Ending(
            (self._sockets, self._site),
            self._fleet.drain,
            (proxy.stop if proxy is not None else lambda: succeed(None), self._fleet.stop),
            self._reactor,
        ).run(self._config.server.drain_s)
        self._hub.stop()
        self._leases.stop()
        self._audit.stop()
        self.log.info("= ended")

    def stopService(self) -> "Deferred[None]":
        """Let browsers and devices go. The Deferred fires when all that is done."""
        self.running = False
        self.log.info(
            "= shutting down: {browsers} browsers, {requests} requests under way, which may take {drain_s:g} s",
            browsers=len(self._sockets.browsers),
            requests=self._fleet.under_way,
            drain_s=self._config.server.drain_s,
        )
        return Deferred.fromCoroutine(self._stop())

    @property
    def url(self) -> str:
        """Where browsers find it, once it is started."""
        return self._entrance.url

    def reload_unasked(self) -> "Deferred[ReloadJson]":
        """Reload for nobody in particular: who has the machine sent a signal."""
        return Deferred.fromCoroutine(self._reload_unasked())

    async def _reload_unasked(self) -> ReloadJson:
        with self._audit.doing("reload", None):
            return await self.reload()

    # What `reload` changes.

    def add(self, one: DeviceConfig | HostConfig) -> None:
        """Take a device in, or host one."""
        if not self.running:
            return  # stopped while a device before it went
        if isinstance(one, DeviceConfig):
            self._add_device(one.name, Address.parse(one.address), one)
        else:
            self._add_host(one)

    def remove(self, name: str) -> "Deferred[None]":
        """Let a device go. The Deferred fires when its connection is closed."""
        if self._proxy is not None:
            self._proxy.remove(name)
        self._leases.forget(name)
        return self._fleet.remove(name)

    def adjust(self, one: DeviceConfig | HostConfig) -> None:
        """Treat a device otherwise from now on."""
        self._fleet[one.name].configure(device_options(one))

    def log_as(self, log: LogConfig) -> None:
        """Log more or less."""
        self._site.logs_good = log.level_of("api.site") == "debug"
        if self._levels is not None:
            self._levels.change(log.level, log.rooms)

    def check(self, config: Config) -> None:
        """Raise ConfigurationError for what another configuration names and cannot be used."""
        self._entrance.check(config)

    def admit_as(self, config: Config) -> None:
        """Know other tokens and rules from now on; who is in by what has changed must come again. The audit log goes
        on in a new file if the old one was moved away.
        """
        self._audit.reopen()
        for name in self._entrance.change(config):
            self._leases.forget_holder(name)
        self._end_logins()
        if self._rules.change([rule.rule for rule in config.rule]):
            if self._proxy is not None:
                self._proxy.rules_changed()
            self._end_logins(lambda caller: Standing.GOOD if caller.role is Role.ADMIN else Standing.CHANGED)

    def _end_logins(self, standing_of: Callable[[Caller], Standing] | None = None) -> None:
        """Throw out whose login has ended, or makes them another."""
        standing_of = standing_of or self._access.identification.standing
        self._sockets.throw_out(standing_of)
        self._events.throw_out(standing_of)

    def watch_as(self, metrics: MetricsConfig) -> None:
        """Show Prometheus other sensors."""
        self._metrics.choose(metrics.selections, metrics.max_sensors)

    def _add_host(self, host: HostConfig) -> None:
        listen = (host.address.host, host.address.port) if host.address is not None else None
        self._add_server(host.name, maker_of(host.server, host.arguments), listen, host)

    def _add_server(
        self, name: str, make: MakeServer, listen: tuple[str, int] | None, options: DeviceDefaults
    ) -> None:
        device = HostedDevice(
            name, make, listen, self._hub, device_options(options), **self._around_devices()
        )
        self._take_in(device)

    def _add_device(self, name: str, address: Address, options: DeviceDefaults) -> None:
        where = (address.host, address.port)
        device = Device(
            name, str(address), where, self._hub, device_options(options), **self._around_devices()
        )
        self._take_in(device)

    def _around_devices(self) -> dict[str, Any]:
        """Return what each device is given of the house it stands in."""
        return {
            "reactor": self._reactor,
            "random": self._random,
            "wall_clock": time.time,
            "changed": self._fleet.changed,
            "informed": self._fleet.informs.add,
            "lease_of": self._leases.of,
        }

    def _take_in(self, device: Device) -> None:
        self._fleet.add(device)
        if self._proxy is not None:
            self._proxy.add(device)

    def _new_proxy(self) -> KatcpProxy | None:
        where = self._config.katcp.address
        if where is None:
            return None
        katcp = self._config.katcp
        doorkeeper = Doorkeeper(self._authority, Role(katcp.role), lets_dangerous=katcp.dangerous)
        return KatcpProxy(where.port, where.host, doorkeeper, reactor=self._reactor)

    def _new_audit(self) -> Audit:
        access = self._config.access
        path, size, count = access.audit_file, access.audit_bytes, access.audit_files
        file = AuditFile(Path(path), size, count) if path else None
        return Audit(self._reactor, time.time, file, Patterns.of(access.audit_without_arguments))
