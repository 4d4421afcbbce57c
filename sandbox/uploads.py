"""Files that come with a request of the World API."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from sandbox.errors import NotPossible

Form = Mapping[str, Any]


def upload_in(form: Form) -> web.FileField:
    """The file in the field `file`. Raises NotPossible."""
    value = form.get("file")
    if not isinstance(value, web.FileField):
        raise NotPossible("a multipart field `file` with a file is expected")
    return value


def caption_in(form: Form) -> str:
    """The text in the field `caption`."""
    value = form.get("caption")
    return value if isinstance(value, str) else ""


def file_name(upload: web.FileField) -> str:
    """The file's name; aiohttp's own client quotes it as in an address, browsers do not."""
    name = upload.filename or "file"
    if " " in name or not name.isascii():
        return name
    try:
        return unquote(name, errors="strict")
    except UnicodeDecodeError:
        return name
