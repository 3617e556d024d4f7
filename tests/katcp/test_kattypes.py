"""kattypes: arguments of requests, with limits and defaults; the decorators that use them."""

import math
import time
from typing import Any

import pytest

from katgate.errors import FailReply
from katgate.katcp import Message, kattypes
from katgate.katcp.kattypes import (
    Address,
    Bool,
    Bytes,
    Discrete,
    DiscreteMulti,
    Float,
    Int,
    KatType,
    Lru,
    Regex,
    Str,
    Struct,
    Timestamp,
    TimestampOrNow,
    inform,
    request,
    request_timeout_hint,
    return_reply,
)

GOOD: list[tuple[KatType, bytes, Any]] = [
    (Int(min=0, max=7), b"7", 7),
    (Int(), b"0xff", 255),
    (Float(min=0), b"0.5", 0.5),
    (Float(), b"-inf", -math.inf),
    (Bool(), b"1", True),
    (Str(), b"a b", "a b"),
    (Bytes(), b"\xff\x00", b"\xff\x00"),
    (Discrete(["on", "off"]), b"on", "on"),
    (Discrete(["on", "off"], case_insensitive=True), b"ON", "ON"),
    (DiscreteMulti(["a", "b", "c"]), b"a,c", ["a", "c"]),
    (DiscreteMulti(["a", "b"]), b"all", ["a", "b"]),
    (DiscreteMulti(["all", "b"], all_keyword=None, separator=";"), b"all;b", ["all", "b"]),
    (Regex(r"m\d{3}"), b"m001", "m001"),
    (Lru(), b"error", "error"),
    (Address(), b"10.0.0.1:7147", "10.0.0.1:7147"),
    (Address(), b"[::1]:80", "[::1]:80"),
    (Address(), b"10.0.0.1", "10.0.0.1"),
    (Timestamp(), b"1.5", 1.5),
    (Struct(">bh"), b"\x01\x00\x02", (1, 2)),
]


@pytest.mark.parametrize(("katcp_type", "raw", "value"), GOOD)
def test_argument_there_and_back(katcp_type: KatType, raw: bytes, value: object) -> None:
    """What is unpacked can be packed, and means the same."""
    assert value == katcp_type.unpack(raw)
    assert value == katcp_type.unpack(katcp_type.pack(value))


BAD: list[tuple[KatType, bytes, str]] = [
    (Int(min=0, max=7), b"8", "8 is not from 0 to 7"),
    (Int(max=7), b"8", "8 is not at most 7"),
    (Float(min=0), b"nan", "nan is not at least 0"),
    (Float(), b"warm", "'warm' is not a number"),
    (Bool(), b"true", "'true' is not a boolean: 1 or 0"),
    (Discrete(["on", "off"]), b"ON", "'ON' is not one of on, off"),
    (Discrete(["on"]), b"\xff", r"'\\xff' is not one of on"),
    (Discrete(["on"]), b"x" * 300, "'" + "x" * 100 + "'... is not one of on"),
    (DiscreteMulti(["a", "b"]), b"a,x", "'x' is not one of a, b"),
    (Regex(r"m\d{3}"), b"x", r"'x' does not match m\d{3}"),
    (Regex(r"."), b"\xff", r"'\\xff' does not match ."),
    (Lru(), b"fine", "'fine' is neither nominal nor error"),
    (Address(), b"localhost:1", "'localhost:1' is not an address such as 10.0.0.1:7147 or [::1]:7147"),
    (Address(), b"10.0.0.1:99999", "'10.0.0.1:99999' is not an address such as 10.0.0.1:7147 or [::1]:7147"),
    (Address(), b"[10.0.0.1", "'[10.0.0.1' is not an address such as 10.0.0.1:7147 or [::1]:7147"),
    (Timestamp(), b"now", "'now' is not a timestamp"),
    (Timestamp(), b"inf", "'inf' is not a timestamp"),
    (Struct(">bh"), b"\x01", "1 bytes where 3 belong"),
]


@pytest.mark.parametrize(("katcp_type", "raw", "sentence"), BAD)
def test_bad_argument_is_refused_with_a_sentence(katcp_type: KatType, raw: bytes, sentence: str) -> None:
    """Its sender reads what was wrong with it."""
    with pytest.raises(ValueError) as caught:
        katcp_type.unpack(raw)
    assert sentence == str(caught.value)


UNFIT: list[tuple[KatType, object]] = [
    (Int(), "3"),
    (Int(max=2), 3),
    (Timestamp(), "soon"),
    (Timestamp(), math.nan),
    (Struct(">b"), (1000,)),
    (Str(), object()),
    (Discrete(["on"]), "off"),
]


@pytest.mark.parametrize(("katcp_type", "value"), UNFIT)
def test_value_that_the_type_does_not_have_is_not_packed(katcp_type: KatType, value: object) -> None:
    """A handler that returns nonsense is a defect, and is not sent."""
    with pytest.raises((TypeError, ValueError)):
        katcp_type.pack(value)


def test_now() -> None:
    """The word stands for the moment in which it is read."""
    before = time.time()
    assert before <= TimestampOrNow().unpack(b"now") <= time.time()
    assert 2.5 == TimestampOrNow().unpack(b"2.5")


class Handling:
    """Handlers as ported code has them."""

    def make_request(self, msg: Message) -> str:
        return f"request {msg.name}"

    @request(Int(), Str(default="all"))
    def request_plain(self, count: int, what: str) -> object:
        return count, what

    @request(Int(multiple=True))
    def request_many(self, req: object, *counts: int) -> object:
        return req, counts

    @request(Timestamp(), include_msg=True, major=4)
    def request_old(self, msg: Message, at: float) -> object:
        return msg.name, at

    @request(Int(), has_req=False)
    def request_named(self, req: int) -> object:
        return req

    @request(Int(optional=True), Int(optional=True))
    def request_few(self, *given: int | None) -> object:
        return given

    @inform(Str(), Float())
    def inform_level(self, name: str, level: float) -> object:
        return name, level

    @request_timeout_hint(30)
    @return_reply(Int(min=0), Str(optional=True))
    def request_reply(self, msg: Message) -> object:
        """Reply."""
        return eval(msg.text(0))


CALLS = [
    ("plain", [b"3"], (3, "all")),
    ("plain", [b"3", b"x"], (3, "x")),
    ("many", [], ("request many", ())),
    ("many", [b"1", b"2"], ("request many", (1, 2))),
    ("old", [b"1500"], ("old", 1.5)),
    ("named", [b"7"], 7),
    ("few", [], (None, None)),
    ("few", [b"1"], (1, None)),
]


@pytest.mark.parametrize(("name", "arguments", "result"), CALLS)
def test_request_decorator(name: str, arguments: list[bytes], result: object) -> None:
    """Arguments are decoded, with their defaults; the request and the message come first where wanted."""
    assert result == getattr(Handling(), f"request_{name}")(Message.request(name, *arguments))


def test_inform_decorator() -> None:
    """The same for what a client is told."""
    assert ("x", 0.5) == Handling().inform_level(Message.inform("level", "x", 0.5))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "count (argument 1) is missing: ?plain count [what]"),
        ([b"x"], "count (argument 1): 'x' is not an integer"),
        ([b"1", b"2", b"3"], "too many arguments: ?plain takes 2 arguments, not 3"),
    ],
)
def test_request_decorator_names_the_bad_argument(arguments: list[bytes], sentence: str) -> None:
    """It fails as a handler does, by FailReply."""
    with pytest.raises(FailReply) as caught:
        Handling().request_plain(Message.request("plain", *arguments))
    assert sentence == str(caught.value)


REPLIES = [
    ('"ok", 3, "x"', "!reply ok 3 x"),
    ('("fail", "no power")', "!reply fail no\\_power"),
    ('("invalid",)', "!reply invalid"),
    ('Message.reply("reply", "ok", "as", "it is")', "!reply ok as it\\_is"),
]


@pytest.mark.parametrize(("returned", "line"), REPLIES)
def test_return_reply_decorator(returned: str, line: str) -> None:
    """What the handler returns becomes the reply of its name."""
    assert line == str(Handling().request_reply(Message.request("reply", returned)))


@pytest.mark.parametrize(
    "returned", ["3", "()", '("maybe", 1)', '("ok",)', '("ok", -1, "x")', '("ok", "x", "y")']
)
def test_return_reply_decorator_refuses_what_is_no_reply(returned: str) -> None:
    """A defect of the handler is an error, not a wrong reply."""
    with pytest.raises((TypeError, ValueError)):
        Handling().request_reply(Message.request("reply", returned))


def test_decorated_handlers_keep_their_words() -> None:
    """`?help` and the timeout hint come from the method beneath."""
    handler: Any = Handling.request_reply
    assert ("Reply.", 30.0, "request_reply") == (handler.__doc__, handler.timeout_hint_s, handler.__name__)


def test_decorators_that_cannot_be_used_so() -> None:
    """Found when the class is made, not when a client asks."""
    with pytest.raises(TypeError, match="request_<name>"):
        return_reply(Int())(lambda self: None)
    with pytest.raises(ValueError, match="more than 0"):
        request_timeout_hint(0)


def test_names_of_ported_imports() -> None:
    """`from katgate.katcp.kattypes import request, return_reply, Int, ...`"""
    assert set(kattypes.__all__) <= set(vars(kattypes))
