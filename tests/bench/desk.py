"""Each window of the desk, by the operation that reads it, and settling a transfer, in a large database."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Any

from sqlalchemy import func, select

from domain.calendar import day_of
from domain.people import Actor, FirmState
from domain.return_cases import CaseReason
from domain.sign_offs import AskedAct, SignedAct
from domain.transfers import Attention, Transfer, TransferState
from services.back_office.tables import TableFilter
from services.money.posting import take_in
from services.money.transfers import MatchTransfer
from services.operations import Operations
from services.ports import RowState, UnitOfWork
from storage.database import Database
from storage.rehearsal import rehearsal
from storage.tables.money import payment_requests, transfers
from storage.tables.orders import orders
from storage.tables.people import accountants
from tests.bench.catalogue import CLOCK
from tests.support.banks import add_back_office, reported
from tests.support.builders import CHANNELS

Act = Callable[[UnitOfWork], Awaitable[Any]]

Transaction = Callable[[], AbstractAsyncContextManager[Any]]

_PAYABLE = select(payment_requests.c.code, payment_requests.c.amount).limit(1)


async def add_transfers(database: Database, count: int) -> None:
    """A person of back office, and a day's transfers that wait for them, each tenth with a case, each
    hundredth with a sign-off of its return. A last one pays a request and is not looked at yet."""
    now, desk = CLOCK.now(), await add_back_office(database, CLOCK)
    async with database.write() as uow:
        for number in range(count):
            told = reported(f"cty tnhh hoa sen {number} ck", 1_950_000 + number, occurred_at=now)
            transfer_id = await take_in(uow, told, now)
            assert transfer_id is not None
            left = Transfer(transfer_id, told, TransferState.UNMATCHED, Attention.NO_CODE)
            await uow.transfers.save(left)
            if number % 10 == 0:
                await uow.return_cases.open(transfer_id, CaseReason.WRONG_TRANSFER, None, now)
            if number % 100 == 0:
                asked = AskedAct(SignedAct.RETURN, str(transfer_id), told.amount, f"FT-{number}")
                await uow.sign_offs.add(asked, told.currency, "Khách đòi lại", None, desk.accountant_id, now)
        code, amount = (await uow.connection.execute(_PAYABLE)).one()  # type: ignore[attr-defined]
        await take_in(uow, reported(code, amount, occurred_at=now), now)


async def windows(database: Database, operations: Operations) -> dict[str, tuple[Transaction, Act]]:
    """What the windows of the desk and of its page read, and one transfer that is settled from its first look
    to the comparison with the books, and then taken back."""
    async with database.reading() as connection:
        (person,) = (
            await connection.execute(select(accountants).where(accountants.c.role == "back_office"))
        ).all()
        found = select(payment_requests.c.code, orders.c.code, orders.c.firm_id)
        found = found.join(orders, orders.c.id == payment_requests.c.order_id)
        (code, order_code, firm_id) = (await connection.execute(found.limit(1))).one()
        to_settle = await connection.scalar(select(func.max(transfers.c.id)))
    actor = Actor(person.id, person.firm_id, person.role)
    desk, day = operations.desk, day_of(CLOCK.now())
    first, all_rows, of_orders = TableFilter(), TableFilter(RowState.ALL), TableFilter(RowState.OPEN)

    async def settle(_: Any) -> None:
        async with rehearsal(database) as units:
            await MatchTransfer(units, CLOCK, CHANNELS)(to_settle)

    reads: dict[str, Callable[[], Awaitable[Any]]] = {
        "menu": partial(desk.show_waiting, actor),
        "list of transfers": partial(desk.list_open_transfers, actor),
        "list of outgoing money": partial(desk.list_outgoing, actor),
        "transfer": partial(desk.view_transfer, actor, 1),
        "case of a transfer": partial(desk.find_case, actor, 1),
        "candidates of a transfer": partial(desk.list_candidates, actor, 1),
        "look at an assignment": partial(desk.preview_assignment, actor, 1, code),
        "parts to refund": partial(desk.list_refundable, actor, 1),
        "list of cases": partial(desk.list_cases, actor),
        "list of cases that are done": partial(desk.list_cases, actor, False),
        "case": partial(desk.view_case, actor, 1),
        "claims": partial(operations.list_claims, actor),
        "payment by hand": partial(desk.find_payable, actor, code),
        "sign-offs": partial(desk.list_sign_offs, actor),
        "colleagues": partial(desk.list_colleagues, actor),
        "firms that wait": partial(desk.list_firms, actor, FirmState.WAITING),
        "firms": partial(desk.list_firms, actor, FirmState.APPROVED),
        "held instructions": partial(desk.list_held, actor),
        "failed licences": partial(desk.list_failed_licences, actor),
        "licences by hand": partial(desk.list_by_hand, actor),
        "search by a code": partial(desk.search_anything, actor, order_code),
        "search by an amount": partial(desk.search_anything, actor, "1950007"),
        "firm": partial(desk.look_up_firm, actor, firm_id),
        "order": partial(desk.look_up_order, actor, order_code),
        "log of an order": partial(desk.view_order_log, actor, order_code),
        "balance of a day": partial(desk.compare_bank_day, actor, day),
        "page's table of transfers": partial(desk.list_transfer_rows, actor, first),
        "page's table of all transfers": partial(desk.list_transfer_rows, actor, all_rows),
        "page's table of cases": partial(desk.list_case_rows, actor, first),
        "page's table of orders": partial(desk.list_order_rows, actor, of_orders),
    }
    return {
        **{f"the desk's {name}": (nullcontext, _read(act)) for name, act in reads.items()},
        "settling a transfer": (nullcontext, settle),
    }


def _read(act: Callable[[], Awaitable[Any]]) -> Act:
    async def read(_: Any) -> Any:
        return await act()

    return read
