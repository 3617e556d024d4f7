"""The page: everything that both descriptions say, in one file of plain HTML."""

from html import escape
from typing import Any

from katgate.api.docs import http, socket
from katgate.api.docs.html import Html, block, code, prose, section, table
from katgate.api.docs.types import named_types
from katgate.api.problems import MEANINGS, STATUSES
from katgate.api.schemas import as_draft_7

__all__ = ["page"]


def page(openapi: dict[str, Any], asyncapi: dict[str, Any], base: str) -> str:
    """Return the page of a katgate that is at `base`, as `http://127.0.0.1:8147`."""
    components = as_draft_7(openapi["components"]["schemas"]) | asyncapi["components"]["schemas"]
    version = escape(openapi["info"]["version"])
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of katgate {version}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs.css">
</head>
<body>
<header>
<h1>The API of katgate {version}</h1>
<p><a href="./">Dashboard</a> · <a href="api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1) ·
<a href="api/v1/asyncapi.json">asyncapi.json</a> (AsyncAPI 3.0)</p>
</header>
<nav aria-label="Contents">
<h2>Over HTTP</h2>
<ul>{http.contents(openapi)}</ul>
<h2>On the WebSocket</h2>
<ul>{socket.contents(asyncapi)}</ul>
<p><a href="#problems">What can go wrong</a> · <a href="#types">Types</a></p>
</nav>
<main>
<h2>Over HTTP</h2>
<p>{prose(openapi["info"]["description"])}</p>
{_security(openapi)}
{http.routes(openapi, base)}
<h2>On the WebSocket</h2>
<p>{prose(asyncapi["info"]["description"])}</p>
{block(_opened(base, asyncapi))}
{socket.messages(asyncapi)}
<h2 id="problems">What can go wrong</h2>
<p>A problem is {code("application/problem+json")}; on the WebSocket it is the {code("data")} of an error.</p>
{table(["code", "status", "when"], _problems())}
<h2 id="types">Types</h2>
{named_types(components)}
</main>
</body>
</html>
"""


def _security(openapi: dict[str, Any]) -> Html:
    schemes = openapi["components"]["securitySchemes"]
    bearer = f"{code('Authorization: Bearer TOKEN')}: {escape(schemes['bearer']['description'])}"
    cookie = f"The cookie {code(schemes['cookie']['name'])}: {escape(schemes['cookie']['description'])}"
    without = "Where katgate has no logins, none of this is needed."
    return section("security", "Who asks", f"<ul><li>{bearer}</li><li>{cookie}</li></ul><p>{without}</p>")


def _opened(base: str, asyncapi: dict[str, Any]) -> str:
    address = base.replace("http", "ws", 1) + asyncapi["channels"]["socket"]["address"]
    protocol = asyncapi["channels"]["socket"]["bindings"]["ws"]["headers"]["properties"]
    return f'new WebSocket("{address}", "{protocol["Sec-WebSocket-Protocol"]["const"]}")'


def _problems() -> list[tuple[Html, Html, Html]]:
    return [(code(name), code(status), prose(MEANINGS[name])) for name, status in sorted(STATUSES.items())]
