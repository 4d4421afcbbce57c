"""Acts that another process does on command.

It reads a line of JSON for each act, `[name, arguments]`, and answers with one: `{"done": …}`, or
`{"refused": code}`.
"""

import asyncio
import json
import random
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from domain.codes import new_code
from domain.errors import DomainError
from domain.people import Actor, Role
from gateways.sepay_einvoice import SepayEinvoices, SepayEinvoiceSettings
from sandbox.einvoice.invoices import ACCOUNT
from sandbox.einvoice.server import CLIENT_ID, CLIENT_SECRET
from services.invoices.issuing import IssueInvoice, Series
from services.money.transfers import MatchTransfer
from services.operations import build_operations
from services.ordering import placing
from services.ports import RetryLater
from storage.database import Database
from tests.support.builders import CHANNELS, PAYEE, chat, enterprise_tax_code, person
from tests.support.clock import FixedClock
from tests.support.mixed_acts import Mixed
from tests.support.workbooks import JsonWorkbooks


class Acts:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FixedClock()
        self.operations = build_operations(database, self.clock, PAYEE, CHANNELS, JsonWorkbooks())

    async def draws(self, codes: int) -> None:
        """Draw codes of orders from this many from now on."""
        spread = random.SystemRandom()

        def few(below: int) -> int:
            return spread.randrange(codes) * (below // codes)

        setattr(placing, "new_code", partial(new_code, few))  # noqa: B010

    async def place(self, by: Sequence[Any]) -> int:
        """Place the open draft; returns the order's id."""
        actor = actor_of(by)
        view = await self.operations.view_draft(actor)
        return (await self.operations.place_order(actor, view.draft.id, view.total)).id

    async def place_draft(self, by: Sequence[Any], draft_id: int, total: int) -> int:
        return (await self.operations.place_order(actor_of(by), draft_id, total)).id

    async def register(self, external_id: str, number: int) -> int:
        """Register a firm by this chat, with a tax code of this number; returns the owner's id."""
        details = person(f"Người {external_id}", number)
        tax_code = enterprise_tax_code(70_000 + number)
        return (await self.operations.register_firm(chat(external_id), details, "Đại lý", tax_code)).id

    async def join(self, external_id: str, token: str) -> int:
        return (await self.operations.join_firm(chat(external_id), person(external_id), token)).id

    async def link(self, external_id: str, code: str) -> int:
        """Link a chat of Telegram, as a person's second one."""
        return (await self.operations.link_chat(chat(external_id), code)).id

    async def match(self, transfer_id: int) -> None:
        await MatchTransfer(self.database, self.clock, CHANNELS)(transfer_id)

    async def issue(self, invoice_id: int, url: str, at: str) -> str:
        """Have SePay at this address issue a document; returns why it is to be tried again, if it is."""
        self.clock.set(datetime.fromisoformat(at))
        year = self.clock.today().year
        series = Series("1", {year: f"C{year % 100}TAA"})
        async with SepayEinvoices(SepayEinvoiceSettings(url, CLIENT_ID, CLIENT_SECRET, ACCOUNT)) as sepay:
            try:
                await IssueInvoice(self.database, self.clock, sepay, series)(invoice_id)
            except RetryLater as later:
                return str(later)
        return ""

    async def mixed(
        self, seed: int, count: int, people: Sequence[Sequence[Any]], wanted: Sequence[str]
    ) -> Any:
        """Do at least so many random acts of these people, each wanted one among them; returns how often
        each was done, and the unforeseen."""
        mixed = Mixed(self.database, self.operations, self.clock, random.Random(seed))
        return await mixed.go(count, [actor_of(one) for one in people], {*wanted})


def actor_of(by: Sequence[Any]) -> Actor:
    accountant_id, firm_id, role = by
    return Actor(accountant_id, firm_id, Role(role))


async def _answer(acts: Acts, line: str) -> dict[str, Any]:
    name, arguments = json.loads(line)
    act: Callable[..., Awaitable[Any]] = getattr(acts, name)
    try:
        return {"done": await act(**arguments)}
    except DomainError as error:
        return {"refused": error.code}
    except Exception as error:
        return {"failed": repr(error)}


async def obey(url: str) -> None:
    """Do the acts that come by standard input, and answer each by standard output."""
    database = Database(url)
    acts = Acts(database)
    print(json.dumps({"done": "ready"}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await _answer(acts, line)), flush=True)
    await database.close()
