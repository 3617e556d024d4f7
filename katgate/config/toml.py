"""Values as TOML writes them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

__all__ = ["written"]

#: What is shown of a value that is wrong.
_LONGEST: Final = 200


def written(value: Any) -> str:
    """Return a value as it stands in a file; a long one is cut short."""
    text = _written(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_written(one)}" for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_written, value))}]"
    return str(value)


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else json.dumps(key)
