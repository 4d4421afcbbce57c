"""What a bot puts in a message: text, a photo or a document, each within Telegram's limits."""

import mimetypes
from typing import Any

from sandbox.files import StoredFile
from sandbox.telegram.entities import formatted
from sandbox.telegram.errors import ApiError
from sandbox.telegram.params import MAX_UPLOAD, Params
from sandbox.telegram.state import Telegram
from sandbox.telegram.view import file_json, photo_json

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_PHOTO = 10 * 1024 * 1024
Content = dict[str, Any]


def text_content(params: Params) -> Content:
    """`text` with its entities. Raises if it is empty or too long."""
    text, entities = formatted(
        params.text("text") or "", params.text("parse_mode"), params.data("entities"), MAX_TEXT, "message"
    )
    if not text:
        raise ApiError("message text is empty")
    content: Content = {"text": text} | ({"entities": entities} if entities else {})
    if preview := params.data("link_preview_options"):
        content["link_preview_options"] = preview
    return content


def caption_content(params: Params) -> Content:
    """`caption` with its entities; nothing if it is empty."""
    caption, entities = formatted(
        params.text("caption") or "",
        params.text("parse_mode"),
        params.data("caption_entities"),
        MAX_CAPTION,
        "message caption",
    )
    content: Content = {"caption": caption} if caption else {}
    if entities:
        content["caption_entities"] = entities
    if caption and params.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def media_content(telegram: Telegram, params: Params, kind: str, field: str) -> Content:
    """A "photo" or "document" uploaded in `field`, attached elsewhere, or known by its file_id."""
    upload = params.upload(field)
    given = params.text(field)
    if upload is None and given and given.startswith("attach://"):
        upload = params.upload(given.removeprefix("attach://"))
        given = None
    if upload is None:
        if not given:
            raise ApiError(f"there is no {kind} in the request")
        return _known(telegram, kind, given)
    size = upload.file.seek(0, 2)
    upload.file.seek(0)
    if not size:
        raise ApiError("file must be non-empty")
    if size > MAX_UPLOAD:
        raise ApiError("Request Entity Too Large", 413)
    name = upload.filename or kind
    mime = mimetypes.guess_type(name)[0] or upload.content_type or "application/octet-stream"
    if kind == "photo" and size > MAX_PHOTO:
        most = f"the maximum size is {MAX_PHOTO} bytes"
        raise ApiError(f"file of size {size} bytes is too big for a photo; {most}")
    file = telegram.world.files.save(kind, name, mime, upload.file)
    return {"document": file_json(file)} if kind == "document" else photo_content(telegram, file)


def photo_content(telegram: Telegram, file: StoredFile) -> Content:
    """A stored picture as a photo of several sizes. Raises if it is no picture Telegram would take."""
    if not file.width and not telegram.world.files.measure(file):
        raise ApiError("IMAGE_PROCESS_FAILED")
    sides = sorted((file.width, file.height))
    if sides[0] < 1 or sum(sides) > 10_000 or sides[1] > 20 * sides[0]:
        raise ApiError("PHOTO_INVALID_DIMENSIONS")
    return {"photo": photo_json(telegram.world.files.photo_sizes(file))}


def _known(telegram: Telegram, kind: str, given: str) -> Content:
    if given.startswith(("http://", "https://")):  # There is no internet here.
        raise ApiError("failed to get HTTP URL content")
    file = telegram.world.files.get(given)
    if file is None:
        raise ApiError("wrong remote file identifier specified: Wrong string length")
    if file.kind != kind:
        raise ApiError(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return {"document": file_json(file)} if kind == "document" else photo_content(telegram, file)
