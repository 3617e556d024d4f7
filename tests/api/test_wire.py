"""The value table of the contract. No bare NaN ever leaves; `test_odd_values.py` sees to that by every way out."""

import math

import msgspec
import pytest

from katgate.api.wire_in import katcp_arguments
from katgate.katcp.json_values import Base64, JsonValue, json_value
from katgate.katcp.values import Value

OUT = [
    (2**53 - 1, b"9007199254740991"),
    (2**53, b'"9007199254740992"'),
    (2**53 + 1, b'"9007199254740993"'),
    (-(2**53), b'"-9007199254740992"'),
    (2**63, b'"9223372036854775808"'),
    (2**64, b'"18446744073709551616"'),
    (10**30, b'"1000000000000000000000000000000"'),
    (math.nan, b'"nan"'),
    (math.inf, b'"inf"'),
    (-math.inf, b'"-inf"'),
    (0.1, b"0.1"),
    (1732248000.123456, b"1732248000.123456"),
    (True, b"true"),
    (False, b"false"),
    ("é\n", '"é\\n"'.encode()),
    (b"\xff\x00", b'{"base64":"/wA="}'),
]


@pytest.mark.parametrize(("value", "json"), OUT)
def test_value_in_json(value: Value, json: bytes) -> None:
    """JavaScript gets every value without rounding it."""
    assert json == msgspec.json.encode(json_value(value))


def test_text_that_utf8_cannot_hold_is_refused() -> None:
    """JSON can spell half a surrogate pair; the wire cannot."""
    values: list[JsonValue] = ["\ud800"]
    with pytest.raises(ValueError):
        katcp_arguments(values)
    assert [b"x"] == katcp_arguments([Base64(b"x")])
