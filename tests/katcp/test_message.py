"""Message and Parser: the wire form, both ways, whole and one byte at a time."""

import katcp_codec
import pytest

from katgate.errors import MessageError
from katgate.katcp.message import Message, MessageType, Parser, _head, inform_line

# wire line <-> message; the grammar is in the KATCP guidelines rev 5.1, section 3.
BOTH_WAYS = [
    (b"?watchdog\n", Message.request("watchdog")),
    (b"?help[12] capture-start\n", Message.request("help", "capture-start", mid=12)),
    (b"!help[2147483647] ok 1\n", Message.reply("help", "ok", 1, mid=2147483647)),
    (b"#log warn 1.5 dev a\\_b\\nc\n", Message.inform("log", "warn", 1.5, "dev", "a b\nc")),
    (b"!x ok \\@\n", Message.reply("x", "ok", "")),
    (b"#x \\0\\r\\e\\t\\\\\n", Message.inform("x", b"\0\r\x1b\t\\")),
    (b"#x \xff\xfe\n", Message.inform("x", b"\xff\xfe")),
    (b"?x 1 0\n", Message.request("x", True, False)),
]

ONE_WAY = [
    (b"?watchdog\r\n", [Message.request("watchdog")]),
    (b"?a  \t b \n", [Message.request("a", "b")]),
    (b"?a\\@b\n", ["error"]),
    (b"?x a\\@b\n", [Message.request("x", "ab")]),
    (b"\n   \n\t\n?a\n", [Message.request("a")]),
    (b"garbage\n?a\n", ["error", Message.request("a")]),
    (b"?a[0]\n", ["error"]),
    (b"?a[2147483648]\n", ["error"]),
    (b"?a \\q\n", ["error"]),
    (b" ?a\n", ["error"]),
]


def parse(wire: bytes, *, size: int) -> list[object]:
    parser = Parser()
    parsed = [m for at in range(0, len(wire), size) for m in parser.append(wire[at : at + size])]
    return ["error" if isinstance(m, ValueError) else m for m in parsed]


@pytest.mark.parametrize(("wire", "message"), BOTH_WAYS)
def test_message_and_its_wire_form(wire: bytes, message: Message) -> None:
    """What is written is what the grammar says, and is read back as it was."""
    assert wire == bytes(message)
    assert [message] == parse(wire, size=len(wire))
    assert [message] == parse(wire, size=1)


@pytest.mark.parametrize(("wire", "expected"), ONE_WAY)
def test_what_else_comes_over_the_wire(wire: bytes, expected: list[object]) -> None:
    """Other legal forms are read, illegal lines are an error each and nothing else."""
    assert expected == parse(wire, size=len(wire))
    assert expected == parse(wire, size=1)


@pytest.mark.parametrize("name", ["", "1a", "a b", "a\n?halt", "é", "a_b"])
def test_illegal_name_cannot_be_sent(name: str) -> None:
    """Nobody can smuggle a second message in through a name."""
    with pytest.raises(MessageError, match="cannot be sent"):
        bytes(Message.request(name))


def test_text_form_for_people() -> None:
    """`str` is the line without its end, also for bytes that are no text."""
    assert "?x[3] a\\_b \\xff" == str(Message.request("x", "a b", b"\xff", mid=3))


def test_over_long_line_is_skipped_and_the_next_one_read() -> None:
    """A line over the limit costs that line only."""
    parser = Parser(max_line_length=100)
    assert [] == parser.append(b"?x " + b"y" * 1000)
    assert parser.is_skipping
    error, message = parser.append(b"yy\n?ok\n")
    assert isinstance(error, ValueError)
    assert Message.request("ok") == message
    assert not parser.is_skipping


def test_argument_without_wire_form_is_refused() -> None:
    """None is not the text `None`."""
    with pytest.raises(TypeError, match="no KATCP form"):
        Message.request("x", None)


def test_lines_are_as_the_codec_writes_them() -> None:
    """What is written without it, because nothing needs escaping, is the same."""
    arguments = [b"", b"a", b"a b", b"\\", b"\0\n\r\t\x1b", b"\xff", b"x" * 5000]
    for name in ("x", "sensor-status", "n" * 100):
        for mid in (None, 1, 2**31 - 1):
            for count in range(4):
                given = arguments[count : count + count]
                expected = bytes(katcp_codec.Message(MessageType.INFORM, name.encode(), mid, given))
                assert expected == bytes(Message.inform(name, *given, mid=mid))
                if mid is None:
                    assert expected == inform_line(name, given)


def test_names_from_outside_are_not_kept() -> None:
    """A peer that invents long names does not fill the memory with them."""
    before = _head.cache_info().currsize
    bytes(Message.reply("n" * 65, "invalid"))
    assert before == _head.cache_info().currsize
