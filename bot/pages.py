"""Answers with pages and files: nobody may cache them, and they may not load or run anything."""

import base64
import functools
import hashlib
from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from domain.errors import DomainError
from domain.text import clean_line, without_diacritics
from texts.pages import STYLE
from texts.uploads import UNNAMED

NAME_LIMIT = 100
"""The most characters of a file's name; a longer one keeps its ending."""

_ENDING_LIMIT = 10
_LOOKED_AT = 1_000
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How the content of a picture begins that a page shows, and its type."""

_INLINE = tuple(PICTURES.values())
_ATTRIBUTE_CHARS = "!#$&+-.^_`|~"
"""The characters that a name may hold unquoted beside letters and digits (RFC 5987, attr-char)."""
_UNQUOTABLE = str.maketrans('"\\', "__")

_PRIVATE = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_OF_FILES = {"Content-Security-Policy": "default-src 'none'; sandbox"}


@functools.cache
def _policy(style: str, pictures: bool) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rest = "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    rest += "; img-src 'self'" if pictures else ""
    return {"Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; {rest}"}


def page(
    html: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    style: str = STYLE,
    pictures: bool = False,
) -> web.Response:
    """A page of ours, which may have this one style and run nothing; it shows `pictures` only if it says
    so."""
    more = _PRIVATE | _policy(style, pictures) | dict(headers or {})
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=more)


def file(content: bytes, name: str, mime: str) -> web.Response:
    """A picture is shown; any other file is saved as `name`."""
    kind, name = "inline" if mime in _INLINE else "attachment", file_name(name)
    plain = without_diacritics(name).translate(_UNQUOTABLE)
    saved_as = f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE_CHARS)}"
    more = {"Content-Type": mime, "Content-Disposition": f"{kind}; {saved_as}"}
    return web.Response(body=content, headers=_PRIVATE | _OF_FILES | more)


def file_name(given: str) -> str:
    """A name to show and to save under: without a path, in one line of at most `NAME_LIMIT` characters."""
    try:
        line = clean_line(given[-_LOOKED_AT:], _LOOKED_AT)
    except DomainError:
        line = ""
    line = line.replace("\\", "/").rpartition("/")[2].strip()
    if not line.strip("."):
        return UNNAMED
    stem, dot, ending = line.rpartition(".")
    if not stem or len(ending) > _ENDING_LIMIT:
        return line[:NAME_LIMIT].rstrip()
    return f"{stem[: NAME_LIMIT - len(ending) - 1].rstrip()}{dot}{ending}"
