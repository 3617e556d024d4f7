"""Request handlers of every kind: typed, plain, decorated; at once, later, several at a time, and ended."""

import enum
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from twisted.internet.address import UNIXAddress
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.testing import MemoryReactorClock

from katgate.katcp import FailReply, Message, ProtocolFlags
from katgate.katcp.kattypes import Discrete, Float, Int, Str, request, request_timeout_hint, return_reply
from katgate.tx import AsyncReply, DeviceProtocol, DeviceServer, Request
from tests.support import Wire, outcome


class Band(enum.Enum):
    L_BAND = 1
    UHF = 2


class BenchProtocol(DeviceProtocol):
    factory: "Bench"

    async def request_track(self, req: Request, az: float, el: float = 45.0) -> float:
        """Go to a position: `?track azimuth [elevation]`."""
        req.inform("on my way", az)
        await self.factory.wait()
        return az + el

    def request_gain(
        self, req: Request, channel: Annotated[int, Int(min=0, max=3)], on: bool
    ) -> tuple[int, bool]:
        return channel, on

    def request_band(self, req: Request, band: Band) -> Band:
        return Band.UHF if band is Band.L_BAND else Band.L_BAND

    def request_switch(self, req: Request, way: Literal["on", "off"], note: str | None = None) -> str:
        return f"{way} {note}"

    def request_sum(self, req: Request, *numbers: int) -> int:
        return sum(numbers)

    def request_words(self, req: Request, *words: str) -> tuple[str, ...]:
        return words

    def request_raw(self, req: Request, blob: bytes) -> bytes:
        return blob[::-1]

    def request_free(self, req, what, more=1):  # type: ignore[no-untyped-def]
        return what, more

    def request_nothing(self, req: Request) -> None:
        return None

    def request_wrong(self, req: Request) -> int:
        return "three"  # type: ignore[return-value]

    def request_message(self, req: Request) -> Message:
        return req.make_reply("fail", "said", "by hand")

    def request_later(self, req: Request) -> None:
        req.reply("ok", "sooner")
        raise AsyncReply

    def request_wait(self, req: Request, n: int) -> "Deferred[int]":
        return self.factory.wait().addCallback(lambda _: n)

    @request_timeout_hint(120)
    @request(Int(min=1), Float(default=1.5), Discrete(["x", "y"], optional=True))
    @return_reply(Float(), Str())
    def request_scale(self, count: int, factor: float, axis: str | None) -> Any:
        """Multiply."""
        return ("fail", "too much") if count > 100 else ("ok", count * factor, str(axis))

    @request(Int(), include_msg=True)
    @return_reply(Int())
    async def request_double(self, req: Request, msg: Message, count: int) -> Any:
        req.inform(msg.name)
        await self.factory.wait()
        return "ok", 2 * count

    @return_reply(Str(multiple=True))
    def request_echo(self, msg: Message) -> Any:
        return ["ok", *(msg.text(i) for i in range(len(msg.arguments)))]


class Bench(DeviceServer):
    protocol = BenchProtocol

    def __init__(self, reactor: Any) -> None:
        super().__init__(7147, "127.0.0.1", reactor=reactor)
        self.waiting: list[Deferred[None]] = []

    def wait(self) -> "Deferred[None]":
        self.waiting.append(Deferred())
        return self.waiting[-1]

    def go_on(self) -> None:
        """Let the oldest of those that wait go on."""
        self.waiting.pop(0).callback(None)


@pytest.fixture
def bench() -> Bench:
    return Bench(MemoryReactorClock())


def connect(bench: Bench) -> Wire:
    wire = Wire(bench.buildProtocol(None))
    wire.heard()
    return wire


@pytest.fixture
def wire(bench: Bench) -> Wire:
    return connect(bench)


DIALOGUES = [
    ("?gain[1] 3 1", "!gain[1] ok 3 1"),
    ("?gain 4 1", "!gain fail channel\\_(argument\\_1):\\_4\\_is\\_not\\_from\\_0\\_to\\_3"),
    ("?gain x 1", "!gain fail channel\\_(argument\\_1):\\_'x'\\_is\\_not\\_an\\_integer"),
    ("?gain 3 yes", "!gain fail on\\_(argument\\_2):\\_'yes'\\_is\\_not\\_a\\_boolean:\\_1\\_or\\_0"),
    ("?gain 3", "!gain fail on\\_(argument\\_2)\\_is\\_missing:\\_?gain\\_channel\\_on"),
    ("?gain 3 1 2", "!gain fail too\\_many\\_arguments:\\_?gain\\_takes\\_2\\_arguments,\\_not\\_3"),
    ("?band l-band", "!band ok uhf"),
    ("?band L-BAND", "!band fail band\\_(argument\\_1):\\_'L-BAND'\\_is\\_not\\_one\\_of\\_l-band,\\_uhf"),
    ("?switch on", "!switch ok on\\_None"),
    ("?switch off now", "!switch ok off\\_now"),
    ("?switch out", "!switch fail way\\_(argument\\_1):\\_'out'\\_is\\_not\\_one\\_of\\_on,\\_off"),
    ("?sum", "!sum ok 0"),
    ("?sum 1 0x10 3", "!sum ok 20"),
    ("?sum 1 x", "!sum fail numbers\\_(argument\\_2):\\_'x'\\_is\\_not\\_an\\_integer"),
    ("?words a \\@ \\_", "!words ok a \\@ \\_"),
    ("?words", "!words ok"),
    ("?raw a\\0\\r", "!raw ok \\r\\0a"),
    ("?free x", "!free ok x 1"),
    ("?nothing", "!nothing ok"),
    ("?nothing x", "!nothing fail too\\_many\\_arguments:\\_?nothing\\_takes\\_0\\_arguments,\\_not\\_1"),
    ("?wrong", "!wrong fail ?wrong\\_failed\\_inside\\_the\\_device;\\_its\\_log\\_tells\\_more"),
    ("?message[4]", "!message[4] fail said by\\_hand"),
    ("?later[4]", "!later[4] ok sooner"),
    ("?scale[7] 4", "!scale[7] ok 6.0 None"),
    ("?scale 4 2 y", "!scale ok 8.0 y"),
    ("?scale 0", "!scale fail count\\_(argument\\_1):\\_0\\_is\\_not\\_at\\_least\\_1"),
    ("?scale", "!scale fail count\\_(argument\\_1)\\_is\\_missing:\\_?scale\\_count\\_[factor]\\_[axis]"),
    ("?scale 101", "!scale fail too\\_much"),
    ("?echo a b", "!echo ok a b"),
]


@pytest.mark.parametrize(("said", "heard"), DIALOGUES)
def test_dialogue(wire: Wire, said: str, heard: str) -> None:
    """Arguments are decoded and results encoded by their types; a bad argument is named."""
    wire.say(f"{said}\n".encode())
    assert [heard] == wire.heard()


def test_coroutine_tells_its_way_and_replies_later(bench: Bench, wire: Wire) -> None:
    """Its informs carry the id of its own request, whatever is asked meanwhile."""
    wire.say(b"?track[5] 10\n?double[6] 4\n?watchdog[7]\n")
    assert ["#track[5] on\\_my\\_way 10.0", "#double[6] double", "!watchdog[7] ok"] == wire.heard()
    bench.go_on()
    bench.go_on()
    assert ["!track[5] ok 55.0", "!double[6] ok 8"] == wire.heard()


def test_replies_without_ids_come_in_order(bench: Bench, wire: Wire) -> None:
    """A client that sent no ids matches the replies of one name by their order; other names do not wait."""
    wire.say(b"?wait 1\n?wait 2\n?wait x\n?wait 3\n?watchdog\n?wait[9] 4\n")
    assert ["!watchdog ok"] == wire.heard()
    assert 2 == len(bench.waiting)  # the first, and the one that has an id
    bench.waiting.pop(1).callback(None)
    assert ["!wait[9] ok 4"] == wire.heard()
    bench.go_on()
    assert ["!wait ok 1"] == wire.heard()
    bench.go_on()
    assert ["!wait ok 2", "!wait fail n\\_(argument\\_1):\\_'x'\\_is\\_not\\_an\\_integer"] == wire.heard()
    bench.go_on()
    assert ["!wait ok 3"] == wire.heard()
    assert [] == bench.waiting


@pytest.mark.parametrize("mid", [lambda n: f"[{n}]", lambda n: ""], ids=["ids", "no ids"])
def test_too_many_requests_under_way_pause_the_client(
    bench: Bench, wire: Wire, mid: Callable[[int], str]
) -> None:
    """What one client may have under way is bounded; nothing is lost, and others are served."""
    wire.protocol.max_pending = 3
    wire.say("".join(f"?wait{mid(n)} {n}\n" for n in range(1, 11)).encode() + b"?watchdog\n")
    assert [] == wire.heard()
    assert "paused" == wire.transport.producerState
    other = connect(bench)
    other.say(b"?watchdog\n")
    assert ["!watchdog ok"] == other.heard()
    while bench.waiting:
        bench.go_on()
    replies = [f"!wait{mid(n)} ok {n}" for n in range(1, 11)]
    heard = wire.heard()
    assert replies == [line for line in heard if line.startswith("!wait")]
    assert "!watchdog ok" in heard
    assert "producing" == wire.transport.producerState


def test_request_goes_on_when_its_client_leaves(bench: Bench, wire: Wire) -> None:
    """What was commanded is carried out; what had not begun is not."""
    wire.say(b"?wait 1\n?wait 2\n")
    wire.cut()
    bench.go_on()
    assert [] == bench.waiting


def test_stop_ends_what_is_under_way(bench: Bench, wire: Wire) -> None:
    """Whoever waits is told, before the farewell; a restart begins with a clean table."""
    wire.say(b"?track[1] 5\n?wait[2] 1\n?wait 3\n?wait 4\n")
    wire.heard()
    stopped = outcome(bench.stop())
    bench.reactor.advance(0)
    why = "was\\_ended:\\_the\\_device\\_is\\_shutting\\_down"
    assert [
        f"!track[1] fail ?track\\_{why}",
        f"!wait[2] fail ?wait\\_{why}",
        f"!wait fail ?wait\\_{why}",
        f"!wait fail ?wait\\_{why}",
        "#disconnect the\\_device\\_is\\_shutting\\_down",
    ] == wire.heard()
    assert [None] == stopped
    assert [] == bench.reactor.getDelayedCalls()


def test_service_lives_and_dies_with_the_server(bench: Bench, logged: list[Any]) -> None:
    """A coroutine that the server runs is ended with it; one that breaks is in the log, and breaks nothing."""
    told: list[str] = []

    async def service() -> None:
        try:
            await bench.wait()
        finally:
            told.append("ended")

    async def broken() -> None:
        raise OSError("no bus")

    bench.add_service(service())
    bench.add_service(broken())
    assert ["no bus"] == [e["log_failure"].getErrorMessage() for e in logged if "log_failure" in e]
    bench.restart()
    bench.reactor.advance(0)
    assert [] == told
    bench.stop()
    bench.reactor.advance(0)
    assert ["ended"] == told


def test_timeout_hints(wire: Wire) -> None:
    """Flag T: without a name those that have one; a name that has none gets 0."""
    wire.say(b"?request-timeout-hint\n?request-timeout-hint[2] watchdog\n?request-timeout-hint nope\n")
    assert [
        "#request-timeout-hint scale 120.0",
        "!request-timeout-hint ok 1",
        "#request-timeout-hint[2] watchdog 0.0",
        "!request-timeout-hint[2] ok 1",
        "!request-timeout-hint fail Unknown\\_request\\_nope",
    ] == wire.heard()


def test_handler_that_an_object_has_by_itself(bench: Bench, wire: Wire) -> None:
    """A request may be added to one connection, as proxies of old did."""
    wire.protocol.request_extra = lambda msg: Message.reply("extra", "ok", "here")
    wire.say(b"?extra[3]\n")
    assert ["!extra[3] ok here"] == wire.heard()


def test_failure_that_utf8_cannot_hold(wire: Wire) -> None:
    """A file name of another encoding in the sentence does not swallow the reply."""

    def fail(msg: Message) -> Message:
        raise FailReply("no file \udcff")

    wire.protocol.request_open = fail
    wire.say(b"?open\n")
    assert ["!open fail no\\_file\\_\\\\udcff"] == wire.heard()


def test_annotation_without_katcp_type_is_found_at_the_start(bench: Bench) -> None:
    """The programmer learns of it before any client does."""

    class Wrong(DeviceProtocol):
        def request_wrong(self, req: Request, what: dict[str, int]) -> None:
            """Take what cannot be."""

    bench.protocol = Wrong  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"request_wrong: dict\[str, int\] has no KATCP type"):
        bench.start()


# Clients that are paused, and servers that stop.


def test_replies_without_ids_come_in_order_also_after_a_pause(bench: Bench, wire: Wire) -> None:
    """What was read before the client was paused is handled before what was read after it."""
    wire.protocol.max_pending = 4
    wire.say(b"?wait 0\n" + b"".join(b"?wait x%d\n" % n for n in range(1, 10)))
    bench.go_on()
    replies = [
        "!wait ok 0",
        *(f"!wait fail n\\_(argument\\_1):\\_'x{n}'\\_is\\_not\\_an\\_integer" for n in range(1, 10)),
    ]
    assert replies == wire.heard()
    assert "producing" == wire.transport.producerState


def test_client_that_does_not_take_its_replies_is_not_read_from(bench: Bench, wire: Wire) -> None:
    """Its requests wait, rather than their replies pile up until it is cut off."""
    wire.protocol.pauseProducing()
    wire.say(b"?watchdog[1]\n?watchdog[2]\n")
    assert [] == wire.heard()
    assert "paused" == wire.transport.producerState
    wire.protocol.resumeProducing()
    assert ["!watchdog[1] ok", "!watchdog[2] ok"] == wire.heard()
    assert "producing" == wire.transport.producerState


def test_handler_that_halts_the_server_sends_its_reply(bench: Bench, wire: Wire) -> None:
    """Whoever asks for the end hears that it comes."""

    def off(msg: Message) -> Message:
        bench.halt()
        return Message.reply("off", "ok")

    wire.protocol.request_off = off
    wire.say(b"?off[1]\n?watchdog[2]\n")
    bench.reactor.advance(0)
    assert [
        "!off[1] ok",
        "!watchdog[2] fail ?watchdog\\_was\\_ended:\\_the\\_device\\_is\\_shutting\\_down",
        "#disconnect the\\_device\\_is\\_shutting\\_down",
    ] == wire.heard()


def test_service_that_takes_its_time_to_end_is_awaited(bench: Bench, logged: list[Any]) -> None:
    """For two seconds; then the server stops all the same, and says so."""

    async def service() -> None:
        try:
            await bench.wait()
        finally:
            await bench.wait()

    bench.add_service(service())
    stopped = outcome(bench.stop())
    bench.reactor.advance(0)
    assert [] == stopped
    bench.waiting.pop().callback(None)
    assert [None] == stopped
    bench.add_service(service())
    stopped = outcome(bench.stop())
    bench.reactor.pump([0, 2])
    assert [None] == stopped
    assert 1 == len([e for e in logged if "do not end" in str(e.get("log_format"))])


class Slow:
    """An endpoint that takes its time to listen."""

    def __init__(self) -> None:
        self.attempts: list[Deferred[Any]] = []

    def listen(self, factory: object) -> "Deferred[Any]":
        self.attempts.append(Deferred())
        return self.attempts[-1]


def test_endpoint_that_takes_its_time(bench: Bench) -> None:
    """It is awaited, or given up when the server stops meanwhile."""
    endpoint: Any = Slow()
    server = DeviceServer(endpoint=endpoint, reactor=bench.reactor)
    with pytest.raises(RuntimeError, match="use listen"):
        server.start()
    listening = outcome(server.listen())
    stopped = outcome(server.stop())
    bench.reactor.advance(0)
    assert [None] == stopped
    assert [CancelledError] == [type(error) for error in listening]
    assert not server.is_listening
    server.restart()
    server.restart()
    bench.reactor.advance(0)
    assert 3 == len(endpoint.attempts)


def test_clients_whose_address_is_the_same(bench: Bench) -> None:
    """As all are on a UNIX socket: each has a name of its own, and hears what is said to all."""
    wires = [Wire(bench.buildProtocol(None), peer=UNIXAddress(None)) for _ in range(3)]
    assert 3 == len(bench.clients)
    for wire in wires:
        wire.heard()
    bench.mass_inform(Message.inform("x"))
    assert [["#x"]] * 3 == [wire.heard() for wire in wires]
    wires[1].cut()
    assert 2 == len(bench.clients)


# Methods of every kind.


class OddProtocol(DeviceProtocol):
    request_timeout = 5.0
    request_watchdog = None  # type: ignore[assignment]

    @staticmethod
    def request_static(msg: Message) -> Message:
        return Message.reply("static", "ok")

    @classmethod
    def request_class(cls, req: Request, n: int) -> int:
        return n + 1

    def request_slash(self, req: Request, /, n: int) -> int:
        return n

    def request_katcp_python(self, req: Request, msg: Message) -> Message:
        return req.make_reply("ok", msg.name)

    def request_optional(self, req: Request, n: Annotated[int, Int(default=4)]) -> int | None:
        return n if n else None

    def request_text(self, asked: "Request", n: "int") -> "int":
        return n

    def request_bare(self, req: Request) -> Deferred:  # type: ignore[type-arg]
        return succeed(3)


ODD = [
    ("?static", "!static ok"),
    ("?class 1", "!class ok 2"),
    ("?slash 1", "!slash ok 1"),
    ("?katcp-python", "!katcp-python ok katcp-python"),
    ("?optional", "!optional ok 4"),
    ("?optional 0", "!optional ok"),
    ("?text 7", "!text ok 7"),
    ("?bare", "!bare ok 3"),
    ("?watchdog", "!watchdog invalid Unknown\\_request\\_watchdog"),
    ("?timeout", "!timeout invalid Unknown\\_request\\_timeout"),
]


@pytest.mark.parametrize(("said", "heard"), ODD)
def test_odd_handler(bench: Bench, said: str, heard: str) -> None:
    """Whatever Python lets one write as a method is called as one."""
    bench.protocol = OddProtocol  # type: ignore[assignment]
    wire = connect(bench)
    wire.say(f"{said}\n".encode())
    assert [heard] == wire.heard()


def test_handler_that_is_called_otherwise_is_found_at_the_start(bench: Bench) -> None:
    """As aiokatcp has it: its context has another name here."""

    class Aiokatcp(DeviceProtocol):
        def request_add(self, ctx: Any, a: int) -> int:
            return a

    bench.protocol = Aiokatcp  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"Aiokatcp.request_add: .* first a request called `req`"):
        bench.start()


# Replies that handlers send by themselves.


class RepliesProtocol(DeviceProtocol):
    factory: "Bench"

    def request_now(self, msg: Message) -> Message:
        self.send_message(Message.reply("now", "ok"))
        raise AsyncReply

    def request_later(self, msg: Message) -> Message:
        self.factory.wait().addCallback(
            lambda _: self.send_message(Message.reply("later", "ok", *msg.arguments))
        )
        raise AsyncReply

    def request_twice(self, req: Request) -> None:
        req.reply("ok", 1)

    async def request_twice_later(self, req: Request) -> int:
        await self.factory.wait()
        req.reply("ok", 1)
        return 2

    def request_say(self, req: Request) -> None:
        self.log.warn("the mast %s", "shakes")


def test_replies_that_handlers_send_by_themselves(bench: Bench) -> None:
    """With the id of the request, as katcp.tx's programs expect it; later ones in the order they were asked."""
    bench.protocol = RepliesProtocol  # type: ignore[assignment]
    wire = connect(bench)
    wire.say(b"?now[4]\n?now\n")
    assert ["!now[4] ok", "!now ok"] == wire.heard()
    wire.say(b"?later[5] a\n?later[6] b\n?watchdog[7]\n")
    assert ["!watchdog[7] ok"] == wire.heard()
    bench.go_on()
    bench.go_on()
    assert ["!later[5] ok a", "!later[6] ok b"] == wire.heard()
    assert {} == wire.protocol._answered_later


def test_reply_is_sent_once(bench: Bench) -> None:
    """What a handler returns after it has replied is no second reply: a client without ids would be lost."""
    bench.protocol = RepliesProtocol  # type: ignore[assignment]
    wire = connect(bench)
    wire.say(b"?twice[1]\n?twice-later[2]\n")
    bench.go_on()
    assert ["!twice[1] ok 1", "!twice-later[2] ok 1"] == wire.heard()


def test_log_of_a_handler(bench: Bench) -> None:
    """`self.log` is the device's."""
    bench.protocol = RepliesProtocol  # type: ignore[assignment]
    wire = connect(bench)
    wire.say(b"?say[1]\n")
    log, reply = wire.heard()
    assert (["root", "the\\_mast\\_shakes"], "!say[1] ok") == (log.split()[3:], reply)


# Mistakes that are found before any client comes.


class RequestOnTheServer(DeviceServer):
    def request_mode(self, msg: Message) -> Message:
        return Message.reply("mode", "ok")


class VersionAsTuple(DeviceServer):
    VERSION = ("pump", 0, 1)  # type: ignore[assignment]


class OldProtocol(DeviceServer):
    PROTOCOL_INFO = ProtocolFlags(4, 0, frozenset("M"))


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (RequestOnTheServer, "RequestOnTheServer.request_mode: requests are methods of the protocol class"),
        (VersionAsTuple, "the version of katcp-device must be text"),
        (OldProtocol, "PROTOCOL_INFO is 4.0-M, and a DeviceServer speaks version 5"),
    ],
)
def test_mistake_is_found_at_the_start(server: type[DeviceServer], sentence: str) -> None:
    """The programmer learns of it before any client does."""
    with pytest.raises((TypeError, ValueError), match=sentence):
        server(reactor=MemoryReactorClock()).start()


def test_port_comes_first() -> None:
    """As in katcp.tx; the Python libraries have it the other way."""
    with pytest.raises(TypeError, match="the port comes first"):
        DeviceServer("", 7147, reactor=MemoryReactorClock())  # type: ignore[arg-type]


def test_stop_while_a_restart_lets_its_clients_go(bench: Bench, wire: Wire) -> None:
    """Then the services end too, and nothing comes back."""
    told: list[str] = []

    async def service() -> None:
        try:
            await bench.wait()
        finally:
            told.append("ended")

    bench.add_service(service())
    wire.transport.is_stuck = True
    bench.restart()
    bench.reactor.advance(0)
    stopped = outcome(bench.stop())
    bench.reactor.advance(2)
    assert ([None], ["ended"], False) == (stopped, told, bench.is_listening)


def test_early_reply_of_a_coroutine_is_not_kept(bench: Bench) -> None:
    """Nor does a later reply of that name go out with its id."""
    bench.protocol = RepliesProtocol  # type: ignore[assignment]
    wire = connect(bench)
    for mid in range(1, 4):
        wire.say(b"?twice-later[%d]\n" % mid)
        bench.go_on()
    assert 3 == len(wire.heard())
    assert {} == wire.protocol._answered_later
