"""twisted.web's "hello": one Resource that returns ready bytes whatever the path. No log.

`python -m tests.benchmarks.twisted_hello` prints its port.
"""

from typing import Any

from twisted.web.resource import IResource, Resource
from twisted.web.server import Site

from katgate.tx.deferreds import global_reactor
from tests.benchmarks.hello import BODY


class QuietSite(Site):
    """A Site without an access log: it would format a line that nobody takes."""

    def log(self, request: Any) -> None:
        """Log nothing."""


class Hello(Resource):
    """The only page."""

    isLeaf = True

    def render_GET(self, request: Any) -> bytes:
        request.setHeader(b"content-type", b"application/json")
        return BODY


def serve(resource: IResource) -> None:
    """Serve a page, and say where."""
    reactor = global_reactor()
    listening = reactor.listenTCP(0, QuietSite(resource), interface="127.0.0.1")
    print(listening.getHost().port, flush=True)
    reactor.run()


if __name__ == "__main__":
    serve(Hello())
