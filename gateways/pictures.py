"""Pictures of pushes, as the sending app takes them."""

import logging

from domain.chats import Channel
from domain.errors import DomainError
from domain.files import is_photo_of, picture_file
from services.ports import Attachments

log = logging.getLogger(__name__)


async def picture_to_send(
    photo: bytes | str | None, channel: Channel, attachments: Attachments | None
) -> bytes | str | None:
    """The picture to hand to `channel`: drawn bytes as they are; for a picture that somebody sent, its file
    id in the same app, or its content from another app or a file.

    `None` when it is no longer there: the words then go without it. Raises `RetryLater` while its app is out
    of reach.
    """
    if not isinstance(photo, str):
        return photo
    file = picture_file(photo)
    if is_photo_of(photo, channel):
        return file.file_id
    try:
        return await attachments.fetch(file) if attachments else None
    except DomainError as error:
        log.warning("a picture of %s is left out: %s", file.channel, error)
        return None
