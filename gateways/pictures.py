"""Pictures of pushes, as the app that sends them takes them."""

import logging

from domain.chats import Channel
from domain.errors import DomainError
from domain.files import picture_file
from services.ports import Attachments

log = logging.getLogger(__name__)


async def picture_to_send(
    photo: bytes | str | None, channel: Channel, attachments: Attachments | None
) -> bytes | str | None:
    """A drawn picture as it is; of one that somebody sent, the file's id in `channel`, or from another app
    what it holds. `None` where it cannot be had any more: the words go without it. Raises `RetryLater` while
    its app is out of reach."""
    if not isinstance(photo, str):
        return photo
    file = picture_file(photo)
    if file.channel == channel:
        return file.file_id
    try:
        return await attachments.fetch(file) if attachments else None
    except DomainError as error:
        log.warning("a picture of %s is left out: %s", file.channel, error)
        return None
