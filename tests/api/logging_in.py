"""Logging in at a gateway of the rig, by a token or on the page."""

import json
from typing import Any

from tests.api.asking import Answer, ask
from tests.api.rig import Rig

__all__ = ["OWN", "bearer", "cookie", "log_in"]

OWN = "http://localhost"


def bearer(name: str) -> dict[str, Any]:
    """Return what a program sends that has the token kg_NAME."""
    return {"authorization": f"Bearer kg_{name}"}


def log_in(rig: Rig, name: str, **headers: str) -> Answer:
    """Log in by the token kg_NAME; return the answer."""
    return ask(rig, "POST", "/api/v1/login", json.dumps({"token": f"kg_{name}"}).encode(), **headers)


def cookie(rig: Rig, name: str) -> dict[str, Any]:
    """Log in, and return what a page of ours sends from then on."""
    return {"cookie": log_in(rig, name).headers["set-cookie"].partition(";")[0], "origin": OWN}
