"""The form of the upload page as a browser posts it (RFC 7578): one part, one file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

BOUNDARY_LIMIT = 70
_HEADERS_LIMIT = 8 * 1024
_BOUNDARY = re.compile(
    rf"""multipart/form-data *;.*?\bboundary=("?)([\w'()+,./:=? -]{{1,{BOUNDARY_LIMIT}}})\1 *(?:;|$)""",
    re.IGNORECASE | re.ASCII,
)
_DISPOSITION = re.compile(r"content-disposition *: *form-data *;(.*)", re.IGNORECASE)
_PARAMETER = re.compile(r'; *(name|filename) *= *"([^"]*)"', re.IGNORECASE)
_QUOTED = {"%22": '"', "%0A": "\n", "%0D": "\r"}
"""How browsers write these characters in a name (https://html.spec.whatwg.org/#multipart-form-data)."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """The file of a form; its name is empty when no file was chosen."""

    name: str
    content: bytes


class BrokenForm(Exception):
    """Not the form of the upload page."""


def file_of_form(content_type: str, body: bytearray) -> SentFile:
    """The content of the form's only part, `file`. Raises `BrokenForm` for any other form."""
    found = _BOUNDARY.match(content_type)
    if found is None:
        raise BrokenForm
    parts = list(islice(_parts(body, b"--" + found[2].encode()), 2))
    if len(parts) != 1:
        raise BrokenForm
    ((headers, start, end),) = parts
    named = _names(headers)
    if named.get("name") != "file" or "filename" not in named:
        raise BrokenForm
    with memoryview(body) as view:
        return SentFile(named["filename"], bytes(view[start:end]))


def _parts(body: bytearray, boundary: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The headers of each part, and where its content begins and ends."""
    if not body.startswith(boundary):
        raise BrokenForm
    at, between = len(boundary), b"\r\n" + boundary
    while body[at : at + 2] != b"--":
        headers_end = body.find(b"\r\n\r\n", at, at + _HEADERS_LIMIT)
        if body[at : at + 2] != b"\r\n" or headers_end < 0:
            raise BrokenForm
        start = headers_end + 4
        end = body.find(between, start)
        if end < 0:
            raise BrokenForm
        yield bytes(body[at + 2 : headers_end]), start, end
        at = end + len(between)


def _names(headers: bytes) -> dict[str, str]:
    """`name` and `filename` of a part, as they were before the browser escaped them."""
    for line in headers.decode("utf-8", "replace").split("\r\n"):
        if found := _DISPOSITION.match(line):
            return {name.lower(): _unquoted(value) for name, value in _PARAMETER.findall(";" + found[1])}
    return {}


def _unquoted(value: str) -> str:
    return re.sub("%22|%0[AD]", lambda found: _QUOTED[found[0]], value)
