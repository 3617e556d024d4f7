"""kattypes: the KATCP types and the decorators that use them, under the name that ported code imports.

from katgate.katcp.kattypes import Int, request, return_reply
"""

from katgate.katcp.argument_types import Bytes, DiscreteMulti, Regex, Struct, TimestampOrNow
from katgate.katcp.decorators import inform, request, request_timeout_hint, return_reply
from katgate.katcp.types import Address, Bool, Discrete, Float, Int, KatType, Lru, Str, Timestamp

__all__ = [
    "Address",
    "Bool",
    "Bytes",
    "Discrete",
    "DiscreteMulti",
    "Float",
    "Int",
    "KatType",
    "Lru",
    "Regex",
    "Str",
    "Struct",
    "Timestamp",
    "TimestampOrNow",
    "inform",
    "request",
    "request_timeout_hint",
    "return_reply",
]
