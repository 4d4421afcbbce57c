"""Files that people sent to the bot, and the references by which their pictures are stored."""

from dataclasses import dataclass

from domain.chats import Channel

FILE_LIMIT_MB = 20
"""The largest file that is accepted, in MB. It is Telegram's limit for bots
(https://core.telegram.org/bots/api#getfile), and holds in every app."""

UPLOADED = "web:"
"""The beginning of the id of a file that came by our upload page."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file in a chat of `channel`, by the id it has there. `size` is in bytes, 0 if unknown."""

    channel: str
    file_id: str
    name: str
    size: int = 0


def picture_reference(channel: Channel, file_id: str) -> str:
    """The reference of a picture: `<channel>:<file id>`."""
    return f"{channel}:{file_id}"


def picture_file(reference: str) -> FileRef:
    """The picture that a reference names."""
    channel, _, file_id = reference.partition(":")
    return FileRef(channel, file_id, "")
