"""The database's content before the first life, made by the operations themselves."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from bot.clock import SystemClock
from domain.chats import Channel
from domain.packages import Package, sample_price_list
from domain.people import Actor
from gateways.workbooks.workbooks import CalamineReader
from services.housekeeping import EnsurePriceList
from services.invoices.closing import InvoiceRules
from services.operations import Operations, build_operations
from services.people.people import ChatIdentity
from services.ports import Clock
from storage.database import Database
from tests.support import builders


@contextlib.asynccontextmanager
async def operations_over(
    database_url: str,
    *channels: Channel,
    clock: Clock | None = None,
    prices: Sequence[Package] | None = None,
    invoice_rules: InvoiceRules | None = None,
    own_numbers: bool = False,
) -> AsyncIterator[Operations]:
    """Every operation on the lives' database, with the machine's time like theirs, or a `clock`."""
    database, clock = Database(database_url), clock or SystemClock()
    await EnsurePriceList(database, clock)(prices or sample_price_list())
    async with CalamineReader() as reader:
        more: dict[str, Any] = {"invoice_rules": invoice_rules, "own_numbers": own_numbers}
        yield build_operations(database, clock, builders.PAYEE, channels, reader, **more)
    await database.close()


async def register_person(operations: Operations, chat_id: int, channel: Channel = Channel.TELEGRAM) -> Actor:
    """A firm whose owner has this chat."""
    accountant = await operations.register_firm(
        ChatIdentity(channel, str(chat_id)),
        builders.person("Nguyễn Thị Lan"),
        "Kế toán Minh An",
        builders.enterprise_tax_code(80_000),
        builders.FIRM_ADDRESS,
    )
    return builders.actor_of(accountant)
