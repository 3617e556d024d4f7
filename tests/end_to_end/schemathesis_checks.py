"""A check of our own for schemathesis: a problem has one of the codes that are described for its status."""

from typing import Any

import schemathesis

__all__ = ["problem_code"]


@schemathesis.check
def problem_code(ctx: Any, response: Any, case: Any) -> None:
    """Assert that the code of a problem is one of `x-codes`."""
    described = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    if "x-codes" in described:
        code = response.json()["code"]
        assert code in described["x-codes"], f"{code} is not among {', '.join(described['x-codes'])}"
