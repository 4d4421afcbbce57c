"""Pictures that people sent to the bot, named so that it is known which app has them."""

from domain.entries import FileRef
from domain.pushes import CHATS, Channel


def picture_reference(channel: Channel, file_id: str) -> str:
    """The name of a picture that the app has under `file_id`: `<channel>:<file id>`."""
    return f"{channel}:{file_id}"


def picture_file(reference: str) -> FileRef:
    """Where that picture is. A reference without an app is of the time when Telegram was the only one, whose
    ids have no colon."""
    channel, _, file_id = reference.partition(":")
    if channel in CHATS:
        return FileRef(channel, file_id, "")
    return FileRef(Channel.TELEGRAM.value, reference, "")
