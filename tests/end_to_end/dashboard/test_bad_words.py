"""The words of a device that means no good, on every page: text that can be seen, and nothing else."""

from typing import Final
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.end_to_end.dashboard.chromium import WatchedPages
from tests.end_to_end.dashboard.hostile_words import FOREIGN, NAMES
from tests.end_to_end.dashboard.layout import ALL_IN_VIEW, sticking_out
from tests.processes import Katgate

#: What is in what is seen, or heard, and cannot be seen: control characters and those that turn the text around.
UNSEEN: Final = r"""() => {
  const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    for (const name of ["title", "aria-label", "alt", "placeholder"]) {
      const text = element.getAttribute(name) ?? "";
      if (unseen.test(text)) found.push(`${name}: ${JSON.stringify(text)}`);
    }
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && unseen.test(node.data)) {
        found.push(`${element.tagName}.${element.className}: ${JSON.stringify(node.data)}`);
      }
    }
  }
  return found;
}"""

#: As katgate has them. Left out: blanks at an end are taken for typed by mistake, what looks like a pattern is one,
#: and no browser asks for a path that ends with two dots.
NAMED: Final = [
    name
    for name in (raw.decode("utf-8", "backslashreplace") for raw in NAMES)
    if name == name.strip() and not name.startswith("/") and name != ".."
]


def hash_of(*fields: tuple[str, str]) -> str:
    """Return the address of a place."""
    return f"#{urlencode([('device', 'bad'), *fields])}"


def troubles(page: Page) -> list[str]:
    """Return what a page has that it must not have."""
    foreign = [f"foreign: {page.locator(FOREIGN).count()}"] if page.locator(FOREIGN).count() else []
    return [*page.evaluate(UNSEEN), *sticking_out(page), *foreign]


def test_each_name_in_detail(page: Page, bad: Katgate) -> None:
    """Whatever a sensor is called, it is found by a link, and told in words that can be seen."""
    found = {}
    for name in NAMED:
        page.goto(bad.url + hash_of(("sensor", f"bad:{name}")))
        expect(page.locator(".detail [data-detail-value]")).to_have_text("1")
        found[name] = troubles(page)
    assert {} == {name: trouble for name, trouble in found.items() if trouble}


def test_plot_and_comparison_of_bad_names(page: Page, bad: Katgate) -> None:
    """Some, all, and the longest alone."""
    for names in (NAMED[:8], NAMED[8:16], NAMED[16:]):
        page.goto(bad.url + hash_of(("page", "plot"), *(("plot", f"bad:{name}") for name in names)))
        expect(page.locator(".plot tbody tr")).to_have_count(len(names))
        expect(page.locator(".plot tbody [data-cell=status]")).to_have_count(len(names))
        assert [] == troubles(page)
    page.goto(
        bad.url + hash_of(("page", "compare"), ("over", "bad"), *(("compared", name) for name in NAMED))
    )
    expect(page.locator('[data-row="bad"] td')).to_have_count(len(NAMED))
    assert [] == troubles(page)


def test_tree_and_table_of_bad_names(pages: WatchedPages, bad: Katgate) -> None:
    """All of them at once."""
    page = pages.open(height=ALL_IN_VIEW)
    page.goto(bad.url + hash_of())
    expect(page.locator('[data-subsystem="value"]')).to_be_visible()
    expect(page.locator('[data-sensor="value.nan"]')).to_be_visible()
    assert [] == troubles(page)


def test_requests_that_mean_no_good(page: Page, bad: Katgate) -> None:
    """Traps for scripts as names of requests, long and empty help, an answer of markup, 2,000 informs."""
    for request in ("__proto__", "constructor", "toString", "long-help", "empty-help"):
        page.goto(bad.url + hash_of(("page", "requests"), ("request", request)))
        expect(page.locator(".request-panel h2")).to_contain_text(request)
        assert [] == troubles(page)
    page.goto(bad.url + hash_of(("page", "requests"), ("request", "mischief"), ("args", "\u202e \\e[2J")))
    page.locator('[data-button="send"]').click()
    sent = page.locator('[data-sent="mischief"]')
    expect(sent).to_have_attribute("data-outcome", "failed")
    expect(sent.locator(".problem")).to_contain_text("<script>")
    assert [] == troubles(page)
    page.goto(bad.url + hash_of(("page", "requests"), ("request", "torrent")))
    page.locator('[data-button="send"]').click()
    sent = page.locator('[data-sent="torrent"]')
    expect(sent).to_have_attribute("data-outcome", "ok")
    assert sent.locator("[data-reply-inform]").count() < 100
    assert [] == troubles(page)
