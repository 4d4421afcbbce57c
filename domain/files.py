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


_AS_FILE = "+file"


def picture_reference(channel: Channel, file_id: str, as_file: bool = False) -> str:
    """The reference of a picture: `<channel>:<file id>`, or `<channel>+file:<file id>` for one that was sent
    as a file."""
    return f"{channel}{_AS_FILE if as_file else ''}:{file_id}"


def picture_file(reference: str) -> FileRef:
    """The picture that a reference names."""
    channel, _, file_id = reference.partition(":")
    return FileRef(channel.removesuffix(_AS_FILE), file_id, "")


def is_photo_of(reference: str, channel: Channel) -> bool:
    """Whether an app may send this picture as a photo by its id: one that was sent as a file it may not."""
    return reference.startswith(f"{channel}:")
