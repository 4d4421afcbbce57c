"""Shows pictures that people sent in a window, also those sent in another app."""

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
from domain.files import is_photo_of, picture_file
from services.ports import Attachments, RetryLater

ATTACHMENTS = "attachments"
"""The `Attachments` of all apps, in the data of a handler."""

SENT = "sent:"
"""The beginning of a picture's id in an app that keeps no sent pictures: it cannot be sent again by its
id."""

_NAME = "anh.jpg"

log = logging.getLogger(__name__)


class _Fetched(MediaAttachment):
    """A picture from another app. aiogram-dialog remembers by `path` the id that this app gives it."""

    def __init__(self, reference: str, content: bytes) -> None:
        super().__init__(ContentType.PHOTO, path=reference)
        self.content = content


class PictureManager(MessageManager):
    """Also sends pictures from another app."""

    async def get_media_source(self, media: MediaAttachment, bot: Bot) -> InputFile | str:
        if isinstance(media, _Fetched) and not media.file_id:
            return BufferedInputFile(media.content, _NAME)
        return await super().get_media_source(media, bot)


class LastingIds(MediaIdStorage):
    """Remembers only ids by which a picture can be sent again."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    async def save_media_id(self, path: Any, url: str | None, type: ContentType, media_id: MediaId) -> None:
        if not media_id.file_id.startswith(SENT):
            await super().save_media_id(path, url, type, media_id)


async def picture_to_show(manager: DialogManager, reference: str) -> MediaAttachment | None:
    """The picture of a reference (`domain.files`) for the chat of the window; `None` if it cannot be
    fetched, or there is none."""
    if not reference:
        return None
    file = picture_file(reference)
    if is_photo_of(reference, channel_of(manager.middleware_data["event_chat"].id)):
        return MediaAttachment(ContentType.PHOTO, file_id=MediaId(file.file_id))
    attachments: Attachments | None = manager.middleware_data.get(ATTACHMENTS)
    if attachments is None:
        return None
    try:
        return _Fetched(reference, await attachments.fetch(file))
    except (DomainError, RetryLater) as error:
        log.warning("a picture of %s cannot be shown: %s", file.channel, error)
        return None
