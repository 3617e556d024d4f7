"""Where things are on a page."""

from typing import Final

from playwright.sync_api import Page

__all__ = ["ALL_IN_VIEW", "sticking_out"]

#: A page so high that all sensors of a small device are in view: the table keeps only those in the page.
ALL_IN_VIEW: Final = 5000

_STICKING_OUT: Final = """() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
    .map((element) => `${element.tagName}.${element.className}`);
}"""


def sticking_out(page: Page) -> list[str]:
    """Return the elements that make the whole page scroll sideways, if it does."""
    found: list[str] = page.evaluate(_STICKING_OUT)
    return found
