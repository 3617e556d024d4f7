"""A gateway without a network: hub, fleet, site and sessions on a fake clock, devices as scripts."""

import json
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from klein import Klein
from msgspec.structs import asdict, replace
from twisted.internet.task import Clock

from katgate.api.access import Access
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
from katgate.api.identification import Identification
from katgate.api.informs import InformsApi
from katgate.api.leases import LeasesApi
from katgate.api.limits import Limits
from katgate.api.logins import LoginsApi
from katgate.api.metrics import Metrics, Watched
from katgate.api.requests import RequestsApi
from katgate.api.routes import new_app
from katgate.api.sensors import SensorsApi
from katgate.api.session import Session
from katgate.api.site import ROUTES, KatgateSite
from katgate.api.surroundings import Surroundings
from katgate.api.visitors import Visitors
from katgate.api.websocket import BrowserFactory
from katgate.authority.audit import Audit
from katgate.authority.authority import Authority
from katgate.authority.caller import Caller
from katgate.authority.leases import Leases
from katgate.authority.role import Role
from katgate.authority.rules import Rules
from katgate.authority.sessions import Sessions
from katgate.authority.tokens import Token, hash_of
from katgate.config import DeviceDefaults, LimitsConfig
from katgate.device_options import device_options
from katgate.devices.device import Device
from katgate.devices.fleet import Fleet
from katgate.hub.hub import Hub
from tests.api.browser_json import read_json
from tests.support import V5, FakeEndpoint, Wire

HELP = [b"#help[1] watchdog Ping.\n", b"#help[1] capture-start Start.\n", b"!help[1] ok 2\n"]
SENSORS = [
    b"#sensor-list[2] wind.speed Wind m/s float 0.0 20.0\n",
    b"#sensor-list[2] mode Mode \\@ discrete on off\n",
    b"#sensor-list[2] a/b Odd \\@ string\n",
    b"!sensor-list[2] ok 3\n",
]
READINGS = b"#sensor-status 1000.5 1 wind.speed nominal 3.5\n#sensor-status 1001 1 mode warn on\n"
SAMPLED = b"!sensor-sampling[3] ok x auto\n"
#: Not all readings came by themselves, so they were asked for.
ASKED = b"!sensor-value[4] ok 0\n"

#: Who asks where there are no logins.
LOCAL = Caller("local", Role.ADMIN, "open", "127.0.0.1")

#: A token as `katgate token` makes them.
API_TOKEN = "kg_" + "a" * 43


class Rig:
    """One device `cbf`, not connected at first, treated as these defaults say; the dashboard's files are those of
    the folder `static`.
    """

    def __init__(
        self, defaults: DeviceDefaults | None = None, static: Path = Path("nothing-is-here")
    ) -> None:
        self.clock = Clock()
        self.hub = Hub(self.clock, self.wall_clock, JsonEncoder())
        self.rules = Rules()
        self.fleet = Fleet(self.clock, self.rules)
        self.endpoint = FakeEndpoint()
        self.leases = Leases(self.clock, self.wall_clock)
        self.leases.watch(lambda device, *_: self.fleet.changed(self.fleet[device]))
        self.audit = Audit(self.clock, self.wall_clock)
        self.add_device(defaults)
        self.authority = Authority(self.rules, self.leases, self.audit, self.clock)
        self.requests = RequestsApi(self.fleet, self.authority)
        self.identification = Identification(
            (), Sessions(b"key of the tests", 3600.0, self.wall_clock), self.wall_clock
        )
        self.access = Access(self.identification, allowed_origins=["https://grafana.example"])
        self.limits = Limits(
            **asdict(LimitsConfig(message=1024, sensors=30_000, browsers=4, browsers_per_address=3))
        )
        self.admission = Admission(self.limits.browsers, self.limits.browsers_per_address)
        self.answers = Answers()
        self.around = Surroundings(
            self.hub,
            self.fleet,
            self.requests,
            "e1",
            self.wall_clock,
            self.clock,
            self.limits,
            self.identification.by_token,
            self.audit,
            self.answers,
        )
        self.is_ready = True
        self.visitors = Visitors(self.wall_clock)
        self.sockets = BrowserFactory(
            lambda browser, caller: Session(browser, self.around, caller),
            self.limits,
            self.admission,
            self.visitors,
            self.answers,
        )
        self.site = KatgateSite(
            self.access,
            self.audit,
            self.app(),
            self.sockets,
            Dashboard(static),
            is_ready=lambda: self.is_ready,
            answers=self.answers,
            body_limit=1000,
            pages=docs(self.descriptions),
        )

    def add_device(self, defaults: DeviceDefaults | None = None) -> None:
        device = Device(
            "cbf",
            "10.0.0.1:7147",
            self.endpoint,
            self.hub,
            device_options(replace(defaults or DeviceDefaults(), watchdog_s=0)),
            reactor=self.clock,
            random=Random(1),
            wall_clock=self.wall_clock,
            changed=self.fleet.changed,
            informed=self.fleet.informs.add,
            lease_of=self.leases.of,
        )
        self.fleet.add(device)

    def wall_clock(self) -> float:
        return 1e9 + self.clock.seconds()

    def app(self) -> Klein:
        app = new_app()
        DevicesApi(self.fleet, self.hub, "e1").add_routes(app)
        SensorsApi(self.fleet, self.hub).add_routes(app)
        self.requests.add_routes(app)
        InformsApi(self.fleet).add_routes(app)
        HostingApi(self.fleet, self.audit, self.leases).add_routes(app)
        LeasesApi(self.fleet, self.authority).add_routes(app)
        AuditApi(self.audit).add_routes(app)
        LoginsApi(self.access, self.audit, self.end_expired_logins).add_routes(app)
        BrowsersApi(self.visitors, self.audit).add_routes(app)
        self.events = EventsApi(
            self.hub, "e1", self.clock, self.admission, self.visitors, self.fleet.hidden_from
        )
        self.events.add_routes(app)
        watched = Watched(self.hub, self.fleet, self.visitors, self.answers)
        self.metrics = Metrics(watched, self.clock, self.wall_clock())
        self.metrics.add_routes(app)
        self.descriptions = Descriptions(ROUTES, lambda: Described("1.2.3"))
        self.descriptions.add_routes(app)
        return app

    def with_tokens(self, *tokens: Token) -> None:
        """Have logins from now on; nobody else's count any more. The token of NAME is `kg_NAME`."""
        self.identification.change(tokens)
        self.end_expired_logins()

    def end_expired_logins(self) -> None:
        self.sockets.throw_out(self.identification.standing)
        self.events.throw_out(self.identification.standing)

    def connect(
        self, helped: Iterable[bytes] = HELP, listed: Iterable[bytes] = SENSORS, readings: bytes = READINGS
    ) -> Wire:
        """Let the device come up, list, and send its first readings."""
        wire = self.endpoint.accept()
        wire.say(V5, *helped, *listed, readings + SAMPLED, ASKED)
        wire.heard()
        return wire


def token(name: str, role: Role | None = None, expires: float | None = None) -> Token:
    """Return the token `kg_NAME`, of the role that is called so if none is said."""
    return Token(name, role or Role(name), hash_of(f"kg_{name}"), expires)


#: One token for each role.
ROLES = tuple(token(role.value) for role in Role)


class FakeSocket:
    """A browser's socket: what a session sends is kept, decoded."""

    browser = "test"
    address = "127.0.0.1"

    def __init__(self, rig: Rig, caller: Caller | None = LOCAL) -> None:
        self.is_let_in = self.is_closed_unknown = False
        self.sent: list[Any] = []
        self.is_reading = True
        self.is_cut = False
        self.is_closed_slow = False
        self.is_closed_at_shutdown = False
        self.session = Session(self, rig.around, caller)
        self.session.opened()

    #: Text at which the browser has had enough.
    pause_on: bytes | None = None

    def send_text(self, payload: bytes) -> None:
        self.sent.append(read_json(payload))
        if self.pause_on is not None and self.pause_on in payload:
            self.session.paused()

    def let_in(self) -> None:
        self.is_let_in = True

    def close_unknown(self) -> None:
        self.is_closed_unknown = True

    def close_slow(self) -> None:
        self.is_closed_slow = True

    def close_at_shutdown(self) -> None:
        self.is_closed_at_shutdown = True

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True

    def cut(self) -> None:
        self.is_cut = True

    def take(self) -> list[Any]:
        sent, self.sent = self.sent, []
        return sent

    def say(self, message: Any) -> list[Any]:
        """Send a message; return what came at once."""
        raw = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.session.received(raw, is_binary=False)
        return self.take()

    def call(self, method: str, call_id: Any = 1, **params: Any) -> list[Any]:
        """Make a call; return what came at once."""
        return self.say({"jsonrpc": "2.0", "id": call_id, "method": method, "params": params})


def short(messages: list[Any]) -> list[Any]:
    """Return messages as (what, the parts that matter)."""
    shown: list[Any] = []
    for message in messages:
        if "error" in message:
            shown.append(("error", message["id"], message["error"]["code"], message["error"]["data"]["code"]))
        elif "method" in message:
            shown.append((message["method"], message["params"]))
        else:
            shown.append(("result", message["id"], message["result"]))
    return shown
