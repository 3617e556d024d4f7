"""Driven: a program in a process of its own that a test tells what to do, one call at a time.

The program prints the port where it takes calls. A call is a line of JSON, `[name, argument...]`; so is its answer,
`{"result": ...}` or `{"error": "..."}`. The clients in katcp_python_client.py and katgate_client.py are driven so.
"""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.processes import DEADLINE_S, Process, running

__all__ = ["Driven", "driven", "needs_katcp_python"]

needs_katcp_python = pytest.mark.skipif(
    sys.version_info >= (3, 12),
    reason="katcp-python 0.9.3 stands on tornado 4.5, which Python 3.12 cannot import",
)


class Driven:
    """A program that takes calls."""

    def __init__(self, process: Process, control: socket.socket) -> None:
        self.process = process
        self._lines = control.makefile("rw", encoding="utf-8")

    def call(self, name: str, *arguments: object) -> Any:
        """Let it do something, and return what came of it; what it raised fails the test."""
        self._lines.write(json.dumps([name, *arguments]) + "\n")
        self._lines.flush()
        line = self._lines.readline()
        assert line, f"it ended during {name}:\n{self.process.log}"
        answer = json.loads(line)
        assert "error" not in answer, f"{name}{arguments}: {answer['error']}\n{self.process.log[-2000:]}"
        return answer["result"]

    def ask(self, number: int, name: str, *words: str) -> list[str]:
        """Let its client of that number make a request; return the words of the reply."""
        return list(self.call("request", number, name, words)["reply"])

    def readings(self, number: int, sensor: str) -> list[list[Any]]:
        """Return what its client of that number has seen of a sensor so far, oldest first."""
        return list(self.call("readings", number, sensor))

    def close(self) -> None:
        """Take leave of it."""
        self._lines.close()


@contextmanager
def driven(module: str, log: Path) -> Iterator[Driven]:
    """Start a module of this folder as a program, to be told what to do; end it whatever happens."""
    with running(Process(["-m", f"tests.interop.{module}"], log)) as process:
        port = int(process.first_line())
        with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S) as control:
            program = Driven(process, control)
            yield program
            program.close()
