"""References to pictures of either app."""

import pytest

from domain.chats import Channel
from domain.files import FileRef, picture_file, picture_reference


@pytest.mark.parametrize(
    ("channel", "file_id"),
    [
        (Channel.TELEGRAM, "AgACAgUAAxkBAAIB-_x"),
        (Channel.ZALO, "https://photo.example/a:b.jpg?x=1"),
        (Channel.ZALO, "web:abc"),
    ],
)
def test_a_picture_is_found_where_it_was_sent(channel: Channel, file_id: str) -> None:
    assert picture_file(picture_reference(channel, file_id)) == FileRef(channel.value, file_id, "")
