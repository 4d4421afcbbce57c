"""What most tests begin with, put into a database once in a run by the operations themselves."""

import json
from collections.abc import Sequence
from pathlib import Path

from domain.packages import sample_price_list
from domain.people import Actor, Role
from services.housekeeping import EnsurePriceList
from services.operations import build_operations
from storage.database import Database
from tests.support.banks import add_back_office
from tests.support.builders import CHANNELS, PAYEE, join_staff, register_owner
from tests.support.clock import FixedClock
from tests.support.workbooks import JsonWorkbooks


async def price_list(url: str) -> None:
    """The sample price list on sale."""
    database = Database(url)
    await EnsurePriceList(database, FixedClock())(sample_price_list())
    await database.close()


class People:
    """The sample price list, and those people of `NAMES` that are named."""

    NAMES = ("owner", "colleague", "stranger", "back_office")

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.__name__ = "_".join(("people", *names))
        self._names = names
        self._path = folder / f"{self.__name__}.json"

    def actor(self, name: str) -> Actor:
        firm_id, accountant_id, role = json.loads(self._path.read_text())[name]
        return Actor(accountant_id, firm_id, Role(role))

    async def __call__(self, url: str) -> None:
        await price_list(url)
        database, clock = Database(url), FixedClock()
        # Nobody of them sends a file.
        operations = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())
        made: dict[str, Actor] = {}
        for name in self._names:
            match name:
                case "owner":
                    made[name] = await register_owner(operations, 1)
                case "colleague":
                    made[name] = await join_staff(operations, made["owner"], 1)
                case "stranger":
                    made[name] = await register_owner(operations, 2)
                case "back_office":
                    made[name] = await add_back_office(database, clock)
        await database.close()
        known = {name: (actor.firm_id, actor.accountant_id, actor.role) for name, actor in made.items()}
        self._path.write_text(json.dumps(known))
