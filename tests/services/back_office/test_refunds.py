"""Refunds: money that is booked already is given back, as a case with reason, order, owner and reference."""

from domain.chats import Channel
from domain.events import Verb
from domain.messaging.claim_contents import RefundContent
from domain.orders import Order, OrderState
from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor
from domain.return_cases import CaseReason, CaseState
from domain.transfers import Attention, TransferState
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working


async def requests_of(database: Database, order: Order) -> list[PaymentRequest]:
    async with database.read() as uow:
        return list(await uow.payments.of_order(order.id))


async def test_money_of_one_customer_is_refunded_and_the_others_stay_paid(
    operations: Operations, desk: Actor, order: Order, bank: Bank, working: Working, database: Database
) -> None:
    first, second, third = await requests_of(database, order)
    total = first.amount + second.amount + third.amount
    await bank.tells(order.code, total)
    working.sent.clear()
    found = await operations.desk.list_refundable(desk, 1)
    assert (found.total, {one.payment.code: one.amount for one in found.items}[second.code]) == (
        *(3, second.amount),
    )
    case = await operations.desk.open_refund(desk, 1, second.code, "Khách không mua nữa")
    assert (case.case.reason, case.state, case.amount) == (CaseReason.REFUND, CaseState.OPEN, second.amount)
    assert (case.owner, case.case.why) == ("Lê Thu Hà", "Khách không mua nữa")
    assert case.order is not None
    assert case.order.code == order.code
    assert case.transfer.attention is Attention.REFUND
    # Until the money has left, it is where it was.
    assert [one.state for one in await requests_of(database, order)] == [PaymentState.PAID] * 3
    async with unchanged(database):
        await operations.desk.open_refund(desk, 1, second.code, "Khách không mua nữa")
        with refusal("refund_waits"):
            await operations.desk.open_refund(desk, 1, third.code, "Khác")

    await operations.desk.return_transfer(desk, 1, "FT26333999")

    states = {one.code: (one.state, one.received) for one in await requests_of(database, order)}
    assert states[second.code] == (PaymentState.AWAITING, 0)
    assert {states[one.code][0] for one in (first, third)} == {PaymentState.PAID}
    async with database.read() as uow:
        placed = await uow.orders.get(order.id)
        transfer = await uow.transfers.get(1)
        paid = {one.line.payment_code: one.licence.paid for one in await uow.licences.of_order(order.id)}
    assert placed is not None
    assert transfer is not None
    assert placed.state is OrderState.PARTLY_PAID
    assert (transfer.state, transfer.attention, transfer.surplus) == (TransferState.MATCHED, None, 0)
    assert paid == {first.code: True, second.code: False, third.code: True}
    (done,) = (await operations.desk.list_cases(desk, False)).items
    assert (done.state, done.case.reference, done.amount) == (CaseState.RETURNED, "FT26333999", second.amount)
    about = (Verb.REFUND_OPENED, Verb.TRANSFER_RETURNED)
    done_by = [row for row in await rows_of(database, "events") if row["verb"] in about]
    assert [(row["verb"], row["accountant_id"]) for row in done_by] == [
        (verb, desk.accountant_id) for verb in about
    ]
    await working.work()
    (told,) = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, RefundContent)]
    assert [(one.payment.code, one.amount) for one in told.parts] == [(second.code, second.amount)]
    assert (told.order.code, told.case.returned, told.left) == (order.code, second.amount, second.amount)


async def test_an_order_that_was_refunded_whole_may_be_cancelled(
    operations: Operations, owner: Actor, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    asked = await requests_of(database, order)
    await bank.tells(order.code, sum(one.amount for one in asked))
    await operations.desk.open_refund(desk, 1, order.code, "Hủy đơn")
    with refusal("order_not_cancellable"):
        await operations.cancel_order(owner, order.id)
    await operations.desk.return_transfer(desk, 1, "FT9")
    assert {one.received for one in await requests_of(database, order)} == {0}
    async with database.read() as uow:
        transfer = await uow.transfers.get(1)
    assert transfer is not None
    assert transfer.state is TransferState.RETURNED
    assert (await operations.cancel_order(owner, order.id)).state is OrderState.CANCELLED


async def test_a_licence_without_its_money_is_suspended_when_its_days_are_over(
    operations: Operations,
    owner: Actor,
    desk: Actor,
    order: Order,
    bank: Bank,
    working: Working,
    clock: FixedClock,
    database: Database,
) -> None:
    asked = await requests_of(database, order)
    run = await operations.open_activation(owner, order.id)
    await operations.pick_all_licences(owner, run.id, True)
    await operations.start_run(owner, run.id)
    await working.work()
    await bank.tells(order.code, sum(one.amount for one in asked))
    clock.forward(days=30)
    await operations.desk.open_refund(desk, 1, asked[0].code, "Khách giải thể")
    await working.work()
    assert not await suspended(database, order)
    await operations.desk.return_transfer(desk, 1, "FT9")
    await working.work()
    assert await suspended(database, order) == [asked[0].code]


async def suspended(database: Database, order: Order) -> list[str]:
    async with database.read() as uow:
        found = await uow.licences.of_order(order.id)
    return [one.line.payment_code for one in found if one.licence.suspended]


async def test_a_refund_that_is_given_up_leaves_all_as_it_was_and_may_be_opened_again(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, second, *_ = await requests_of(database, order)
    await bank.tells(f"{first.code} {second.code}", first.amount + second.amount)
    await operations.desk.open_refund(desk, 1, first.code, "Khách đòi lại")
    await operations.desk.ignore_transfer(desk, 1, "Khách đổi ý")
    (closed,) = (await operations.desk.list_cases(desk, False)).items
    assert closed.state is CaseState.CLOSED
    assert {one.received for one in (await requests_of(database, order))[:2]} == {first.amount}
    again = await operations.desk.open_refund(desk, 1, second.code, "Khách kia đòi lại")
    assert (again.case.id, again.case.why, again.state) == (
        closed.case.id,
        "Khách kia đòi lại",
        CaseState.OPEN,
    )
    await operations.desk.return_transfer(desk, 1, "FT1")
    # What was given back stays a case of its own.
    third = await operations.desk.open_refund(desk, 1, first.code, "Khách đầu cũng đòi")
    assert third.case.id != again.case.id
    await operations.desk.return_transfer(desk, 1, "FT2")
    found = (await operations.desk.list_cases(desk, False)).items
    assert [(one.case.reference, one.state) for one in found] == [
        ("FT2", CaseState.RETURNED),
        ("FT1", CaseState.RETURNED),
    ]
    assert {one.transfer.state for one in found} == {TransferState.RETURNED}


async def test_a_refund_goes_to_another_request_instead(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, second, *_ = await requests_of(database, order)
    await bank.tells(first.code, first.amount)
    await operations.desk.open_refund(desk, 1, first.code, "Ghi nhầm khách")
    await operations.desk.assign_transfer(desk, 1, second.code)
    states = {one.code: one.state for one in await requests_of(database, order)}
    assert (states[first.code], states[second.code]) == (PaymentState.AWAITING, PaymentState.PAID)
    (case,) = (await operations.desk.list_cases(desk, False)).items
    assert case.state is CaseState.CLOSED


async def test_what_may_not_be_refunded(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, second, *_ = await requests_of(database, order)
    await bank.tells(first.code, first.amount)
    await bank.tells("khong ro", 900)
    async with unchanged(database):
        for transfer_id, code, why in (
            (1, second.code, "refund_nothing"),
            (1, "KHONGCO", "refund_nothing"),
            (2, first.code, "refund_waits"),
            (3, first.code, "transfer_unknown"),
        ):
            with refusal(why):
                await operations.desk.open_refund(desk, transfer_id, code, "Vì sao")
