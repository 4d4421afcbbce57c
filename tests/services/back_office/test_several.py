"""Several decided at once: each by itself, and each with its outcome."""

import pytest

from domain.orders import Order
from domain.people import Actor, FirmState
from domain.transfers import TransferState
from services.back_office.several import MOST
from services.operations import Operations, build_operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE, register_owner
from tests.support.workbooks import JsonWorkbooks


async def test_ignored_together_but_for_what_somebody_settled_meanwhile(
    operations: Operations, desk: Actor, bank: Bank, database: Database
) -> None:
    for amount in (1, 2, 3):
        await bank.tells("lai tien gui", amount)
    found = await operations.desk.read_several(desk, [1, 2, 3, 1])
    assert [one.transfer.id for one in found] == [1, 2, 3]
    await operations.desk.return_transfer(desk, 2, "FT1")
    outcomes = await operations.desk.ignore_several(desk, [1, 2, 3], "Lãi tiền gửi")
    assert [(one.id, one.refusal and one.refusal.code) for one in outcomes] == [
        (1, None),
        (2, "transfer_settled"),
        (3, None),
    ]
    async with unchanged(database):
        assert await operations.desk.ignore_several(desk, [1, 3], "Lãi tiền gửi") == [
            outcomes[0],
            outcomes[2],
        ]


async def test_assigned_together_where_the_content_names_one_customer(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    await bank.tells("cty hoa sen 2 ck", 1_950_000)
    await bank.tells("hoa sen 1 va hoa sen 3", 1_950_000)
    await bank.tells("khong ro", 1_950_000)
    found = await operations.desk.read_several(desk, [1, 2, 3])
    assert [one.named is not None for one in found] == [True, False, False]
    assert found[0].named is not None
    code = found[0].named.codes
    outcomes = await operations.desk.assign_several(desk, [(1, code), (2, code), (3, code)])
    assert [one.refusal and one.refusal.code for one in outcomes] == [None, "no_one_named", "no_one_named"]
    async with database.read() as uow:
        assert [one.left for one in await uow.payments.of_order(order.id)] == [1_950_000, 0, 1_950_000]
        (settled, *_) = [await uow.transfers.get(1)]
    assert settled is not None
    assert settled.state is TransferState.MATCHED
    async with unchanged(database):
        assert (await operations.desk.assign_several(desk, [(1, code)]))[0].refusal is None


async def test_firms_are_approved_together(operations: Operations, desk: Actor, database: Database) -> None:
    clock = operations.who_is.clock
    approving = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), approval=True)
    firms = [(await register_owner(approving, number)).firm_id for number in (5, 6)]
    outcomes = await operations.desk.approve_firms(desk, [*firms, 999])
    assert [one.refusal and one.refusal.code for one in outcomes] == [None, None, "firm_unknown"]
    assert (await operations.desk.list_firms(desk, FirmState.WAITING)).total == 0


@pytest.mark.parametrize(("number", "code"), [(0, "none_chosen"), (MOST + 1, "too_many_at_once")])
async def test_neither_none_nor_too_many(operations: Operations, desk: Actor, number: int, code: str) -> None:
    with refusal(code):
        await operations.desk.ignore_several(desk, range(1, number + 1), "Vì")
    with refusal(code):
        await operations.desk.read_several(desk, range(1, number + 1))
