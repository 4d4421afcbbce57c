"""Pictures that people sent, shown in a window: also in another app than that which has them."""

import logging
from typing import Any

from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.types import BufferedInputFile, InputFile
from aiogram_dialog import DialogManager
from aiogram_dialog.api.entities import MediaAttachment, MediaId
from aiogram_dialog.context.media_storage import MediaIdStorage
from aiogram_dialog.manager.message_manager import MessageManager

from domain.chats import channel_of
from domain.errors import DomainError
from domain.files import picture_file
from services.ports import Attachments, RetryLater

ATTACHMENTS = "attachments"
"""The `Attachments` of all apps, in the data of a handler."""

SENT = "sent:"
"""What the id of a sent picture begins with in an app that keeps none: it cannot be sent by it again."""

_NAME = "anh.jpg"

log = logging.getLogger(__name__)


class _Fetched(MediaAttachment):
    """A picture of the other app. aiogram-dialog remembers by the path what this one calls it afterwards."""

    def __init__(self, reference: str, content: bytes) -> None:
        super().__init__(ContentType.PHOTO, path=reference)
        self.content = content


class PictureManager(MessageManager):
    """Sends those too."""

    async def get_media_source(self, media: MediaAttachment, bot: Bot) -> InputFile | str:
        if isinstance(media, _Fetched) and not media.file_id:
            return BufferedInputFile(media.content, _NAME)
        return await super().get_media_source(media, bot)


class LastingIds(MediaIdStorage):
    """Remembers ids of pictures by which they can be sent again, and no others."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    async def save_media_id(self, path: Any, url: str | None, type: ContentType, media_id: MediaId) -> None:
        if not media_id.file_id.startswith(SENT):
            await super().save_media_id(path, url, type, media_id)


async def picture_to_show(manager: DialogManager, reference: str) -> MediaAttachment | None:
    """The picture of this reference (`domain.files`) for the window's chat; `None` where it cannot be
    had."""
    file = picture_file(reference)
    if file.channel == channel_of(manager.middleware_data["event_chat"].id):
        return MediaAttachment(ContentType.PHOTO, file_id=MediaId(file.file_id))
    attachments: Attachments | None = manager.middleware_data.get(ATTACHMENTS)
    if attachments is None:
        return None
    try:
        return _Fetched(reference, await attachments.fetch(file))
    except (DomainError, RetryLater) as error:
        log.warning("a picture of %s cannot be shown: %s", file.channel, error)
        return None
