"""Files behind links to the program's own web: making the links, and handing the files out."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import quote

from aiohttp import web

from bot.pages import file, file_name, page
from bot.uploads import Uploads, add_upload_routes
from domain.chats import Channel
from domain.retention import KEPT, Kept
from storage.shared_files import SqlSharedFiles
from texts import uploads as texts

SHARED_FOR = KEPT[Kept.LINKED_FILES]
UPLOAD_FOR = timedelta(minutes=30)

log = logging.getLogger(__name__)


class Links:
    """Makes links. `public_url` is the address of the program's web, which may have a path."""

    def __init__(self, files: SqlSharedFiles, public_url: str) -> None:
        self._files, self._base = files, public_url.rstrip("/")

    async def share(self, content: bytes, name: str, mime: str, chat_id: int | None = None) -> str:
        """A link that hands out this file of a chat for `SHARED_FOR`."""
        name = file_name(name)
        token = await self._files.share(content, name, mime, SHARED_FOR, chat_id)
        return f"{self._base}/files/{token}/{quote(name, safe='')}"

    async def upload(self, chat_id: int) -> str:
        """A link to the page that takes one file into a chat, for `UPLOAD_FOR`. The links before stay valid,
        since a chat may show several, but only the latest few (`LIVE_TICKETS`)."""
        return f"{self._base}/upload/{await self._files.open_ticket(chat_id, UPLOAD_FOR)}"


def add_file_routes(
    app: web.Application,
    files: SqlSharedFiles,
    uploads: Mapping[Channel, Uploads],
    disk_has_room: Callable[[], bool] = lambda: True,
) -> None:
    """`GET /files/{token}/{name}`, and the page that takes a file into a chat of the apps in `uploads`."""

    async def hand_out(request: web.Request) -> web.Response:
        try:
            found = await files.read(request.match_info["token"])
        except Exception:
            log.exception("a file behind a link cannot be read")
            return page(texts.FAILED, web.HTTPServiceUnavailable.status_code)
        if found is None:
            return page(texts.NO_FILE_HERE, web.HTTPNotFound.status_code)
        return file(found.content, found.name, found.mime)

    app.router.add_get("/files/{token:[^/]+}/{name:[^/]+}", hand_out)
    if uploads:
        add_upload_routes(app, files, uploads, disk_has_room)
