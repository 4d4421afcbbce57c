"""What must hold once the bot has come to rest, however often it was killed."""

from storage.database import Database
from tests.crash.lives import Lives
from tests.support.rows import Dump, dump
from tests.support.world import Chat

REPEATED = "(Có thể em đã gửi tin này rồi.)"


async def rows_of(database_url: str) -> Dump:
    """Every row of every table."""
    database = Database(database_url)
    rows = await dump(database)
    await database.close()
    return rows


async def said(chat: Chat) -> list[str]:
    """All that stands in the chat from the bot. A window whose sending was cut off may stand there twice."""
    return [message["text"] for message in await chat.messages() if message["from"] == "bot"]


def check_pushes(lives: Lives, messages: list[str], *texts: str) -> None:
    """Each has come. Further copies say so; each stems from a kill between sending and settling."""
    repeats = 0
    for text in texts:
        copies = [message for message in messages if text in message]
        assert copies, f"{text!r} never came"
        assert all(copy.startswith(REPEATED) for copy in copies[1:])
        repeats += len(copies) - 1
    assert repeats <= lives.pushes_cut_off()


def check_at_rest(rows: Dump) -> None:
    """Everything that was promised is done."""
    assert {push["state"] for push in rows["pushes"]} == {"sent"}
    assert all(job["settled_at"] and not job["given_up"] for job in rows["jobs"])
    # A kill is no failed try.
    assert all(job["attempts"] == 1 for job in rows["jobs"])
