"""Cases of returns: opened with the money, taken by a person, done with the return."""

from domain.events import Verb
from domain.orders import Order
from domain.people import Actor
from domain.return_cases import CaseReason, CaseState
from domain.sign_offs import AskedAct, SignedAct
from services.back_office.people import EnsureBackOffice
from services.back_office.returns import CaseView
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.rows import rows_of


async def cases(operations: Operations, desk: Actor, is_open: bool = True) -> tuple[CaseView, ...]:
    return (await operations.desk.list_cases(desk, is_open)).items


async def test_what_nobody_asked_for_has_a_case_until_it_is_given_back(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    async with database.read() as uow:
        first, *_ = await uow.payments.of_order(order.id)
    await bank.tells(first.code, first.amount + 700)
    (case,) = await cases(operations, desk)
    assert (case.case.reason, case.state, case.amount, case.owner) == (
        CaseReason.SURPLUS,
        CaseState.OPEN,
        700,
        "",
    )
    assert case.order is not None
    assert case.order.code == order.code
    taken = await operations.desk.take_case(desk, case.transfer.id)
    assert taken.owner == "Lê Thu Hà"
    async with unchanged(database):
        await operations.desk.take_case(desk, case.transfer.id)
    await operations.desk.return_transfer(desk, case.transfer.id, "FT9")
    assert await cases(operations, desk) == ()
    (done,) = await cases(operations, desk, is_open=False)
    assert (done.state, done.amount, done.case.reference) == (CaseState.RETURNED, 700, "FT9")
    assert done.case.returned_by == desk.accountant_id
    (event,) = [row for row in await rows_of(database, "events") if row["verb"] == Verb.CASE_TAKEN]
    assert event["order_id"] == order.id
    async with unchanged(database):
        with refusal("transfer_settled"):
            await operations.desk.take_case(desk, case.transfer.id)


async def test_money_for_a_cancelled_order_and_a_wrong_transfer(
    operations: Operations, desk: Actor, owner: Actor, order: Order, bank: Bank, database: Database
) -> None:
    await operations.cancel_order(owner, order.id)
    async with database.read() as uow:
        first, *_ = await uow.payments.of_order(order.id)
    await bank.tells(first.code, 900)
    await bank.tells("chuyen nham", 800)
    (cancelled,) = await cases(operations, desk)
    assert (cancelled.case.reason, cancelled.order is not None) == (CaseReason.CANCELLED_ORDER, True)
    wrong = await operations.desk.take_case(desk, 2)
    assert (wrong.case.reason, wrong.order) == (CaseReason.WRONG_TRANSFER, None)
    # Left where it is, nothing is given back.
    await operations.desk.ignore_transfer(desk, 1, "Khách cho")
    assert [one.state for one in await cases(operations, desk, is_open=False)] == [CaseState.CLOSED]
    # What is given back without a case before has one, too.
    await bank.tells("nham nua", 700)
    await operations.desk.return_transfer(desk, 3, "FT9")
    (newest, _) = await cases(operations, desk, is_open=False)
    assert (newest.transfer.id, newest.state) == (3, CaseState.RETURNED)


async def test_a_case_waits_while_its_return_does(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    await EnsureBackOffice(database, bank.clock, "Nhà cung cấp")([(7, "Lê Thu Hà"), (8, "Hoa")], [8])
    async with database.read() as uow:
        first, *_ = await uow.payments.of_order(order.id)
    await bank.tells(first.code, first.amount + 700)
    asked = AskedAct(SignedAct.RETURN, "1", 700, "FT9")
    await operations.desk.ask_sign_off(desk, asked, "Khách đòi lại")
    (case,) = await cases(operations, desk)
    assert case.state is CaseState.WAITING
    assert (await operations.desk.show_waiting(desk)).cases == 1
