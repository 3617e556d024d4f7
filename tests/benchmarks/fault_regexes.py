"""Browsers that ask for sensors by regular expressions built to run for ever: the next once they are answered.

Over WebSockets and REST. No two questions are the same, so that nothing is remembered from the one before.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from threading import Event
from typing import Final
from urllib.parse import urlencode

from tests.benchmarks.at_once import at_once
from tests.benchmarks.faulty_browser import FaultyBrowser, Tally, join

__all__ = ["regexes"]

#: Exponential, quadratic or vast in engines that go back. No sensor's name has what they end in, and none can tell
#: that without a look at the whole name.
_BUILT_TO_RUN: Final = (
    r"^(([a-z0-9.])+)+[!#]{%d}$",
    r"(a*)*[!#]{%d}",
    r"(.*.*.*.*)*[!#]{%d}$",
    r"(([a-z.0-9-]?){10}){10}[!#]{%d}$",
    r"(.{1,10}){1,10}[!#]{%d}",
    r"([a-z.0-9-]*[0-9.]*)*[!#]{%d}",
    r"(x+x+)+[!#]{%d}",
)
#: What is larger than katgate takes, and is to be refused. One of these would spoil a question with many patterns.
_TOO_LARGE: Final = (r"(.{1,1000}){1,1000}[!#]{%d}", r"(([a-z.0-9-]?){30}){30}[!#]{%d}")
#: The numbers in them, so that no two are the same for a while.
_NUMBERS: Final = 500
#: As many as katgate takes in one selection.
_MANY: Final = 50
#: How long an answer may take, in seconds.
_DEADLINE_S: Final = 20.0
#: How long one that is refused waits, in seconds.
_PAUSE_S: Final = 0.05


def regexes(port: int, tally: Tally, end: Event) -> None:
    """Ask: two browsers one at a time, two many at a time; over REST the same."""
    jobs = [partial(asks, port, patterns) for asks in (_subscribe, _get) for patterns in (1, _MANY)]
    at_once(2 * jobs, tally, end)


def _questions(patterns: int) -> Iterator[list[str]]:
    built = _BUILT_TO_RUN if patterns > 1 else _BUILT_TO_RUN + _TOO_LARGE
    each = (f"/{its % number}/" for number in cycle(range(1, _NUMBERS)) for its in built)
    while True:
        yield list(islice(each, patterns))


def _subscribe(port: int, patterns: int, tally: Tally, end: Event) -> None:
    questions = _questions(patterns)
    while not end.is_set():
        browser = join(port, tally)
        if browser is None:
            end.wait(_PAUSE_S)
            continue
        try:
            _subscribe_all(browser, questions, end)
        except OSError:
            tally["unanswered"] += 1
        browser.end(tally)


def _subscribe_all(browser: FaultyBrowser, questions: Iterator[list[str]], end: Event) -> None:
    for number, patterns in enumerate(questions):
        if end.is_set():
            return
        answer = browser.ask("sensors.subscribe", {"device": "big", "sensors": patterns}, 2 * number)
        found = re.search(rb'"result":\{"sub":(\d+)', answer)
        if found is not None:
            browser.ask("unsubscribe", {"sub": int(found[1])}, 2 * number + 1)


def _get(port: int, patterns: int, tally: Tally, end: Event) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=_DEADLINE_S)) as connection:
        for its in _questions(patterns):
            if end.is_set():
                return
            try:
                connection.request(
                    "GET", "/api/v1/devices/big/sensors?" + urlencode({"match": its}, doseq=True)
                )
                answer = connection.getresponse()
                answer.read()
            except (OSError, HTTPException):
                tally["unanswered"] += 1
                connection.close()
                continue
            tally["answers"] += 1
            tally["errors"] += answer.status != 200
