"""Klein's "hello": a route with one name in its path that returns ready bytes. No log.

`python -m tests.benchmarks.klein_hello` prints its port.
"""

from typing import Any

from klein import Klein

from tests.benchmarks.hello import BODY, PATH
from tests.benchmarks.twisted_hello import serve

app = Klein()


@app.route(f"{PATH}<name>")
def hello(request: Any, name: str) -> bytes:
    request.setHeader(b"content-type", b"application/json")
    request.setHeader(b"content-length", b"%d" % len(BODY))
    return BODY


if __name__ == "__main__":
    serve(app.resource())
