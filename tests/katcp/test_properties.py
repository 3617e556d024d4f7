"""What must hold for every message and every text, not only for those in the tables."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from katgate.errors import PatternError
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message, MessageType, Parser
from katgate.katcp.pattern import Pattern

steady = settings(derandomize=True, deadline=None, database=None, max_examples=200)

names = st.from_regex(re.compile(r"[A-Za-z][A-Za-z0-9-]{0,20}", re.ASCII), fullmatch=True)
# What is no Unicode text (half a surrogate pair) has no UTF-8.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
arguments = st.binary(max_size=20) | texts | st.integers() | st.floats() | st.booleans()
messages = st.builds(
    Message,
    st.sampled_from(MessageType),
    names,
    st.lists(arguments, max_size=6),
    st.none() | st.integers(1, 2**31 - 1),
)


@steady
@given(messages)
def test_message_is_read_back_as_it_was_written(message: Message) -> None:
    """Whatever is in the arguments: NUL, CR, ESC, blanks, backslashes, nothing at all."""
    assert [message] == Parser().append(bytes(message))


@steady
@given(messages, messages)
def test_message_is_one_line(first: Message, second: Message) -> None:
    """No argument ends its own line, or begins another message."""
    assert [first, second] == Parser().append(bytes(first) + bytes(second))


_POSITION = re.compile(r" at character \d+")


def parsed(wire: bytes, sizes: list[int], limit: int) -> list[object]:
    """Parse `wire` in chunks of these sizes, again and again. Errors are compared without the position: where an
    id was found too large depends on the chunks.
    """
    parser, seen, at, turn = Parser(limit), [], 0, 0
    while at < len(wire):
        size = sizes[turn % len(sizes)]
        seen += parser.append(wire[at : at + size])
        at, turn = at + size, turn + 1
    return [_POSITION.sub("", str(one)) if isinstance(one, ValueError) else one for one in seen]


near_katcp = st.lists(
    st.sampled_from([bytes([byte]) for byte in b"?!#ab1[]0 \t\\@_n\n\r\0\x1b\xff"]), max_size=80
).map(b"".join)
streams = (
    near_katcp
    | st.binary(max_size=80)
    | st.lists(messages, max_size=4).map(lambda m: b"".join(map(bytes, m)))
)


@steady
@given(streams, st.lists(st.integers(1, 9), min_size=1, max_size=4), st.sampled_from([5, 12, 1000]))
def test_what_is_parsed_does_not_depend_on_the_chunks(wire: bytes, sizes: list[int], limit: int) -> None:
    """Good lines, bad lines, and lines over the limit."""
    assert parsed(wire, [1000], limit) == parsed(wire, sizes, limit)


flags = st.builds(
    ProtocolFlags,
    st.integers(0, 999_999_999),
    st.integers(0, 999_999_999),
    st.frozensets(st.sampled_from(string.ascii_letters)),
)


@steady
@given(flags)
def test_protocol_flags_are_read_back_as_they_were_written(said: ProtocolFlags) -> None:
    """Whatever letters are to come."""
    assert said == ProtocolFlags.parse(str(said))


@steady
@given(st.text() | st.from_regex(re.compile(r"[0-9]+\.[0-9]+(-[A-Z]*)?"), fullmatch=True))
def test_any_text_is_a_protocol_or_is_refused(said: str) -> None:
    """By ValueError, and no other way."""
    try:
        read = ProtocolFlags.parse(said)
    except ValueError:
        return
    assert read == ProtocolFlags.parse(str(read))


near_patterns = st.text("ab.*?[]!^$-/\\(){}|+,09", max_size=30)
regexes = near_patterns.map(lambda inside: f"/{inside}/")


@steady
@given(st.text() | near_patterns | regexes, texts)
def test_any_text_is_a_pattern_or_is_refused(text: str, name: str) -> None:
    """By PatternError, and no other way; a pattern then takes any name."""
    try:
        pattern = Pattern(text)
    except PatternError:
        return
    assert pattern.matches(name) in (True, False)


@steady
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="*?[/"), min_size=1, max_size=20))
def test_name_matches_itself_and_globs_made_of_it(name: str) -> None:
    """No character of a name means something else in a glob."""
    assert Pattern(name).matches(name)
    assert Pattern(name + "*").matches(name + "x")
    assert Pattern("?" + name).matches("x" + name)
    assert not Pattern(name + "*").matches("x" + name) or name.startswith("x")


@pytest.mark.parametrize("text", ["/\ud800/", "*\ud800"])
def test_half_a_character_is_refused(text: str) -> None:
    """Python's text can hold it, and UTF-8 cannot."""
    with pytest.raises(PatternError):
        Pattern(text)
