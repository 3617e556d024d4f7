"""What the page is written with: text is escaped here, and only here."""

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final

__all__ = ["Html", "block", "code", "link", "prose", "section", "table"]

#: Text that is HTML already.
Html = str

_CODE: Final = re.compile(r"`([^`]+)`")


def code(text: object) -> Html:
    """Return a word of a program."""
    return f"<code>{escape(str(text))}</code>"


def prose(text: str) -> Html:
    """Return sentences, with what is between backticks as words of a program."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def link(anchor: str, shown: Html) -> Html:
    """Return a link to another place of the page."""
    return f'<a href="#{escape(anchor)}">{shown}</a>'


def block(what: Any) -> Html:
    """Return lines of a program: text, or JSON."""
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False)
    return f"<pre><code>{escape(text)}</code></pre>"


def section(anchor: str, title: Html, *parts: Html) -> Html:
    """Return a part of the page that can be linked to."""
    name = escape(anchor)
    return f'<section id="{name}"><h3><a href="#{name}">{title}</a></h3>{"".join(parts)}</section>\n'


def table(headings: Sequence[str], rows: Iterable[Sequence[Html]]) -> Html:
    """Return a table, or nothing if it has no rows. The first cell of a row is what the others are about."""
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else ""
