"""A file is fetched from the app that has it."""

import pytest

from domain.chats import Channel
from domain.errors import DomainError
from domain.files import FileRef
from gateways.files_by_channel import FilesByChannel


class Named:
    """`Attachments` whose files contain the app's name and their own."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def fetch(self, file: FileRef) -> bytes:
        return f"{self.name} {file.file_id}".encode()


async def test_each_app_is_asked_for_its_own() -> None:
    files = FilesByChannel({Channel.TELEGRAM: Named("T"), Channel.ZALO: Named("Z")})
    assert await files.fetch(FileRef("telegram", "1", "a.xlsx")) == b"T 1"
    assert await files.fetch(FileRef("zalo", "2", "a.xlsx")) == b"Z 2"


@pytest.mark.parametrize("channel", ["zalo", "email", "fax", ""])
async def test_an_app_that_is_off_has_nothing(channel: str) -> None:
    files = FilesByChannel({Channel.TELEGRAM: Named("T")})
    with pytest.raises(DomainError) as refusal:
        await files.fetch(FileRef(channel, "1", "a.xlsx"))
    assert refusal.value.code == "file_not_fetched"
