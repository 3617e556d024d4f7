"""axe-core, by which a page is searched for what keeps people out: contrast, names, roles, sizes of targets.

It comes with what the page is built with (`npm ci` in web/), in the version that package.json names.
"""

from collections.abc import Sequence
from typing import Any, Final

from playwright.sync_api import Page

from tests.processes import ROOT

__all__ = ["AXE", "violations"]

AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

#: WCAG 2.2 AA, and what axe's authors think good besides.
_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, only: Sequence[str] = ()) -> list[str]:
    """Return what axe finds, a line for each rule and each element; the first line of a rule says where to read more.
    `only`: by these rules.

    What axe is not sure about (text over a picture, for instance) is left out, as it is from its own assertions.
    """
    # Evaluated, not loaded by the page: its Content-Security-Policy has no say.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    run_only = {"type": "rule", "values": only} if only else {"type": "tag", "values": _TAGS}
    found: Any = page.evaluate(
        "runOnly => axe.run(document, {runOnly, resultTypes: ['violations']})", run_only
    )
    return [line for violation in found["violations"] for line in _lines(violation)]


def _lines(violation: Any) -> list[str]:
    heading = f"{violation['id']} ({violation['impact']}): {violation['help']}: {violation['helpUrl']}"
    nodes = [f"  {node['target']}: {node['failureSummary']}: {node['html']}" for node in violation["nodes"]]
    return [heading, *nodes]
