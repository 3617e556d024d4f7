"""nginx before katgate, as operators have it: the page is below a path of a site that katgate knows nothing of."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.end_to_end.dashboard.proxy_process import NGINX, free_port, nginx_of

__all__ = ["NGINX", "nginx_before"]

#: `$request_uri` is what the browser sent: nginx's own `$uri` has `%2F` turned into a slash, and a sensor's name may
#: have either. `Host` is the browser's, or its `Origin` would be foreign to katgate.
_CONFIGURATION: Final = """
map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
server {{
    listen 127.0.0.1:{port};
    location {prefix}/ {{
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_buffering off;
{directives}
    }}
}}
"""

#: The prefix is taken away.
_UNSEEN: Final = """
            rewrite ^ $request_uri;
            rewrite ^{prefix}(/.*) $1 break;
            proxy_pass http://127.0.0.1:{katgate_port}$uri;
            proxy_set_header Host $http_host;
"""


@contextmanager
def nginx_before(katgate_port: int, prefix: str, folder: Path, directives: str = _UNSEEN) -> Iterator[str]:
    """Run nginx; its files are in the folder. The directives are those for the prefix, by default such that katgate
    does not see it. Yields the address of its root, without a slash at the end.
    """
    port = free_port()
    configuration = _CONFIGURATION.format(
        port=port, prefix=prefix, directives=directives.format(prefix=prefix, katgate_port=katgate_port)
    )
    with nginx_of(configuration, folder, port) as site:
        yield site
