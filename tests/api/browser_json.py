"""JSON as a browser reads it."""

import json
import math
from typing import Any

#: The largest integer that a browser does not round.
SAFE_INTEGER = 2**53 - 1


def read_json(raw: bytes) -> Any:
    """Read JSON as a browser does, and fail where that would: no NaN, no number that it would round to another
    integer or to infinity, nothing but UTF-8.
    """
    return json.loads(raw.decode("utf-8"), parse_constant=_refuse, parse_int=_integer, parse_float=_number)


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def _integer(digits: str) -> int:
    number = int(digits)
    assert -SAFE_INTEGER <= number <= SAFE_INTEGER, digits
    return number


def _number(digits: str) -> float:
    number = float(digits)
    assert math.isfinite(number), digits
    return number
