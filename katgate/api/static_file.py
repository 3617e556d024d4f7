"""StaticFile: one built file as it is answered. Read, compressed and numbered once, when katgate starts."""

import gzip
import re
from collections.abc import Mapping
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Final, NamedTuple

from twisted.web.server import NOT_DONE_YET

from katgate.api.routes import without_body_for_head

__all__ = ["StaticFile"]

#: What is to be gained by compressing, at least; below that browsers are spared the work.
_WORTHWHILE: Final = 0.9

_ETAG: Final = re.compile(rb'"[^"]*"|\*')


class _Form(NamedTuple):
    """A file as it goes over the wire."""

    body: bytes
    etag: bytes
    headers: Mapping[bytes, bytes]


class StaticFile:
    """A file with its headers: plain, and compressed where that is worth while.

    `headers` go with each answer, besides those of every file. A browser that asks with the ETag of what it has is
    told to keep it.
    """

    def __init__(self, body: bytes, headers: Mapping[bytes, bytes]) -> None:
        self._headers = headers
        self._plain = _Form(body, _etag_of(body), {})
        zipped = gzip.compress(body, mtime=0)
        self._zipped = None
        if len(zipped) < _WORTHWHILE * len(body):
            self._zipped = _Form(zipped, _etag_of(zipped), {b"content-encoding": b"gzip"})

    @classmethod
    def read(cls, path: Path, headers: Mapping[bytes, bytes]) -> "StaticFile":
        """Return a file of the disk, of the type that its name says."""
        content_type = guess_type(path.name)[0] or "application/octet-stream"
        if content_type.startswith("text/"):
            content_type += "; charset=utf-8"
        return cls(path.read_bytes(), {b"content-type": content_type.encode("ascii"), **headers})

    def answer(self, request: Any) -> bytes | int:
        """Answer a GET or HEAD, as `Resource.render` does."""
        form = self._plain
        if self._zipped is not None:
            # Besides the Vary that an allowed origin makes.
            request.responseHeaders.addRawHeader(b"vary", b"Accept-Encoding")
            if _takes_gzip(request.getHeader(b"accept-encoding") or b""):
                form = self._zipped
        for name, value in (*self._headers.items(), *form.headers.items(), (b"etag", form.etag)):
            request.setHeader(name, value)
        known = _ETAG.findall(request.getHeader(b"if-none-match") or b"")
        if form.etag in known or b"*" in known:
            request.setResponseCode(304)
            request.finish()  # by ourselves: twisted.web would say that the length is 0
            return NOT_DONE_YET
        return without_body_for_head(request, form.body)


def _etag_of(body: bytes) -> bytes:
    return b'"%b"' % blake2b(body, digest_size=12).hexdigest().encode("ascii")


def _takes_gzip(accepted: bytes) -> bool:
    """Return whether an Accept-Encoding has gzip, and not as `gzip;q=0`."""
    for coding in accepted.lower().split(b","):
        name, _, weight = coding.partition(b";")
        if name.strip() == b"gzip":
            return not re.fullmatch(rb"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False
