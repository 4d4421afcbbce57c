"""Files that people sent to the bot, and the names by which pictures among them are kept."""

from dataclasses import dataclass

from domain.chats import CHATS, Channel


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file in a chat: where its channel has it. `size` is in bytes, 0 when unknown."""

    channel: str
    file_id: str
    name: str
    size: int = 0


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
