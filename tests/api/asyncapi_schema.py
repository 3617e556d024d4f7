"""The JSON schema of AsyncAPI 3.0, as its authors publish it; `npm ci` in web/ brings it."""

import json
from functools import cache
from typing import Any, Final

from jsonschema import Draft7Validator

from tests.processes import ROOT

__all__ = ["ASYNCAPI_SCHEMA", "asyncapi_errors"]

ASYNCAPI_SCHEMA: Final = ROOT / "web" / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"


def asyncapi_errors(description: Any) -> list[str]:
    """Return what is wrong with a description."""
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(description)]


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(json.loads(ASYNCAPI_SCHEMA.read_text(encoding="utf-8")))
