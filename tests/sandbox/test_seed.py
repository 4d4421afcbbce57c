"""The demo firm of a fresh world."""

from pathlib import Path

from sandbox.app import SandboxServer, seed_demo
from sandbox.seed import FIRM_NAME
from storage.database import Database
from tests.support.rows import dump


async def test_a_fresh_world_has_a_firm_with_customers(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    async with SandboxServer(tmp_path / "world") as server:
        assert server.world.fresh
        await seed_demo(server, url)
        waiting = server.telegram.updates.waiting
        people = {str(p.telegram_id): p.role for p in server.world.people}
    database = Database(url)
    rows = await dump(database)
    await database.close()
    assert [firm["name"] for firm in rows["firms"]] == [FIRM_NAME]
    assert [people[chat["external_id"]] for chat in rows["chats"]] == ["owner", "staff"]
    kinds = [customer["kind"] for customer in rows["customers"]]
    assert (kinds.count("enterprise"), kinds.count("household")) == (30, 20)
    # Both greet the bot, so that it may write to them.
    assert waiting == 2
