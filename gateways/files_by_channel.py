"""Files that people sent, whichever app has them."""

from collections.abc import Mapping

from domain.chats import Channel
from domain.errors import DomainError
from domain.files import FileRef
from services.ports import Attachments


class FilesByChannel:
    """`Attachments` of all apps. Raises `DomainError("file_not_fetched")` for an app that is off."""

    def __init__(self, files: Mapping[Channel, Attachments]) -> None:
        self._files = {channel.value: attachments for channel, attachments in files.items()}

    async def fetch(self, file: FileRef) -> bytes:
        attachments = self._files.get(file.channel)
        if attachments is None:
            raise DomainError("file_not_fetched")
        return await attachments.fetch(file)
