"""Request handlers of every kind: typed, plain, decorated, odd; what they say, and mistakes in them."""

from typing import Annotated, Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.testing import MemoryReactorClock

from katgate.katcp import FailReply, Message, ProtocolFlags
from katgate.katcp.kattypes import Int
from katgate.tx import DeviceProtocol, DeviceServer, Request
from tests.support import Wire
from tests.tx.bench import Bench, connect


@pytest.fixture
def bench() -> Bench:
    return Bench(MemoryReactorClock())


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
