"""Lists in chats: files of a test, read by the program's own job when the test says so."""

import pytest

from bot.screens import DialogScreens
from domain.chats import Channel
from domain.files import FileRef
from services.catalogue.registry import LookUp
from services.intakes.reading import ReadIntake
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.builders import enterprise_tax_code
from tests.support.clock import FixedClock
from tests.support.lists import JsonLists, Row, list_file
from tests.support.registry import ScriptedRegistry
from tests.support.working import Working

FULL = {
    "name": "Công ty Một",
    "address": "1 Lê Lợi, Quận 1",
    "representative": "Trần Văn Bình",
    "email": "binh@motcong.vn",
    "phone": "0912345678",
}
"""Everything that an order needs of a customer, except the tax code."""


def full(number: int, **changes: str) -> dict[str, str]:
    """A row of an enterprise that lacks nothing. Fields that are changed to empty are left out."""
    own = {"email": f"binh{number}@congty.vn", "phone": f"0987{number:06d}", "name": f"Công ty Số {number}"}
    row = {"tax_code": enterprise_tax_code(number), **FULL, **own, **changes}
    return {name: text for name, text in row.items() if text}


class ChatFiles:
    """`Attachments` that people of the harness sent."""

    def __init__(self, harness: Harness) -> None:
        self._files = harness.bot.files

    async def fetch(self, file: FileRef) -> bytes:
        return self._files[file.file_id]


class Lists:
    """Sends lists and reads them."""

    def __init__(
        self, harness: Harness, database: Database, clock: FixedClock, registry: ScriptedRegistry
    ) -> None:
        screens = DialogScreens({Channel.TELEGRAM: harness.bot}, harness.dispatcher, ())
        look_up = LookUp(database, clock, registry)
        self.read_intake = ReadIntake(database, clock, JsonLists(), ChatFiles(harness), screens, look_up)
        self._working = Working(database, clock, self.read_intake)

    async def read(self) -> None:
        """Run the job that reads the sent file and draws the window again."""
        await self._working.work()

    async def send(self, chat: Person, *rows: Row, name: str = "khach.xlsx") -> None:
        """Send a file with these rows and have it read."""
        await chat.file(list_file(*rows), name)
        await self.read()

    async def paste(self, chat: Person, text: str) -> None:
        """Paste a list and have its names looked up if any are missing."""
        await chat.text(text)
        await self.read()


@pytest.fixture
def lists(harness: Harness, database: Database, clock: FixedClock, registry: ScriptedRegistry) -> Lists:
    return Lists(harness, database, clock, registry)


async def opened(harness: Harness) -> Person:
    """An accountant in the window that asks for a list."""
    chat = await harness.person()
    await chat.text("/khachhang")
    await chat.tap("Thêm nhiều khách")
    return chat


async def catalogue_size(chat: Person) -> int:
    return (await chat.harness.operations.find_customers(await chat.actor())).total
