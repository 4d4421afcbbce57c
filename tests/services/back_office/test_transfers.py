"""Transfers that a person settles: assigned, returned or left alone. Each tap may come twice."""

from datetime import date

import pytest

from domain.chats import Channel
from domain.messaging.contents import TransferContent
from domain.orders import Order, OrderState
from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor
from domain.transfers import Attention, TransferState
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.rows import rows_of
from texts.back_office.log import table
from texts.orders.timeline import event_words

UNMATCHED, MATCHED = TransferState.UNMATCHED, TransferState.MATCHED
PAID, AWAITING, OVERPAID = PaymentState.PAID, PaymentState.AWAITING, PaymentState.OVERPAID


async def requests_of(database: Database, order: Order) -> list[PaymentRequest]:
    async with database.read() as uow:
        return list(await uow.payments.of_order(order.id))


async def states(database: Database, order: Order) -> list[PaymentState]:
    return [request.state for request in await requests_of(database, order)]


async def only_open(operations: Operations, desk: Actor) -> int:
    (transfer,) = (await operations.desk.list_open_transfers(desk)).items
    return transfer.id


async def verbs(database: Database) -> list[str]:
    return [row["verb"] for row in await rows_of(database, "events") if row["verb"].startswith("transfer")]


async def test_without_a_code_then_assigned(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, *_ = await requests_of(database, order)
    await bank.tells("chuyen tien", first.amount)
    transfer_id = await only_open(operations, desk)
    view = await operations.desk.view_transfer(desk, transfer_id)
    assert (view.transfer.state, view.transfer.attention, view.parts) == (UNMATCHED, Attention.NO_CODE, ())
    settled = await operations.desk.assign_transfer(desk, transfer_id, f" {first.code.lower()} ")
    assert (settled.state, settled.attention) == (MATCHED, None)
    assert await states(database, order) == [PAID, AWAITING, AWAITING]
    async with unchanged(database):
        await operations.desk.assign_transfer(desk, transfer_id, first.code)
        with refusal("transfer_settled"):
            await operations.desk.return_transfer(desk, transfer_id, "FT9")
    await bank.working.work()
    assert sum(isinstance(one, TransferContent) for one in bank.working.to(Channel.TELEGRAM)) == 1
    assert await verbs(database) == ["transfer_assigned"]
    assert (await operations.desk.show_waiting(desk)).transfers == 0


async def test_to_a_whole_order_by_its_code(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    await bank.tells("chuyen tien", order.total)
    payable = await operations.desk.find_payable(desk, order.code)
    assert (payable.count, payable.left, payable.order.id) == (3, order.total, order.id)
    transfer_id = await only_open(operations, desk)
    await operations.desk.assign_transfer(desk, transfer_id, order.code)
    assert await states(database, order) == [PAID] * 3
    async with unchanged(database):
        await operations.desk.assign_transfer(desk, transfer_id, order.code)


async def test_a_surplus_moves_to_another_request(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, second, _ = await requests_of(database, order)
    await bank.tells(first.code, first.amount + second.amount // 2)
    transfer_id = await only_open(operations, desk)
    assert await states(database, order) == [OVERPAID, AWAITING, AWAITING]
    async with unchanged(database):
        with refusal("payment_settled"):
            await operations.desk.assign_transfer(desk, transfer_id, first.code)
        with refusal("code_unknown"):
            await operations.desk.assign_transfer(desk, transfer_id, "KTM7R4Q2X")
        with refusal("code_missing"):
            await operations.desk.assign_transfer(desk, transfer_id, "tất cả")
        with refusal("code_missing"):
            await operations.desk.assign_transfer(desk, transfer_id, f"{first.code} {second.code}")
    await operations.desk.assign_transfer(desk, transfer_id, second.code)
    assert await states(database, order) == [PAID, PaymentState.PARTLY_PAID, AWAITING]
    async with unchanged(database):
        await operations.desk.assign_transfer(desk, transfer_id, second.code)


@pytest.mark.parametrize("paid_before", [False, True], ids=["too much", "paid twice"])
async def test_what_was_too_much_is_sent_back(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database, paid_before: bool
) -> None:
    first, *_ = await requests_of(database, order)
    if paid_before:
        await bank.tells(first.code, first.amount)
    await bank.tells(first.code, first.amount if paid_before else first.amount + 1000)
    transfer_id = await only_open(operations, desk)
    returned = await operations.desk.return_transfer(desk, transfer_id, " FT2612300 ")
    assert returned.state is (TransferState.RETURNED if paid_before else MATCHED)
    assert (returned.attention, returned.surplus, returned.note) == (None, 0, "FT2612300")
    assert await states(database, order) == [PAID, AWAITING, AWAITING]
    assert (await requests_of(database, order))[0].received == first.amount
    async with unchanged(database):
        await operations.desk.return_transfer(desk, transfer_id, "FT2612300")
        with refusal("transfer_settled"):
            await operations.desk.return_transfer(desk, transfer_id, "FT-other")
        with refusal("transfer_settled"):
            await operations.desk.assign_transfer(
                desk, transfer_id, (await requests_of(database, order))[1].code
            )
    assert await verbs(database) == ["transfer_returned"]


async def test_money_for_a_cancelled_order_is_sent_back(
    operations: Operations, owner: Actor, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, *_ = await requests_of(database, order)
    await operations.cancel_order(owner, order.id)
    await bank.tells(first.code, first.amount)
    transfer_id = await only_open(operations, desk)
    with refusal("payment_cancelled"):
        await operations.desk.assign_transfer(desk, transfer_id, first.code)
    returned = await operations.desk.return_transfer(desk, transfer_id, "FT1")
    assert (returned.state, returned.attention) == (TransferState.RETURNED, None)
    async with database.read() as uow:
        found = await uow.orders.get(order.id)
    assert found is not None
    assert found.state is OrderState.CANCELLED


@pytest.mark.parametrize("booked", [False, True], ids=["unmatched", "surplus"])
async def test_left_alone_for_a_reason(
    operations: Operations, desk: Actor, order: Order, bank: Bank, database: Database, booked: bool
) -> None:
    first, *_ = await requests_of(database, order)
    await bank.tells(first.code if booked else "lai tien gui", first.amount + 500)
    before = await states(database, order)
    transfer_id = await only_open(operations, desk)
    ignored = await operations.desk.ignore_transfer(desk, transfer_id, "Tiền lãi ngân hàng")
    assert ignored.state is (MATCHED if booked else TransferState.IGNORED)
    assert (ignored.attention, ignored.note) == (None, "Tiền lãi ngân hàng")
    assert await states(database, order) == before
    async with unchanged(database):
        await operations.desk.ignore_transfer(desk, transfer_id, "Tiền lãi ngân hàng")
    assert await verbs(database) == ["transfer_ignored"]


async def test_money_that_left_is_listed_apart(operations: Operations, desk: Actor, bank: Bank) -> None:
    for number in range(10):
        await bank.tells("hoan tien", 1000 + number, outgoing=True)
    assert (await operations.desk.list_open_transfers(desk)).total == 0
    page = await operations.desk.list_outgoing(desk, 1)
    assert ([one.reported.amount for one in page.items], page.total) == ([1003, 1002, 1001, 1000], 10)


async def test_the_log_says_reference_reason_transfer_and_order(
    operations: Operations, owner: Actor, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, second, third = await requests_of(database, order)
    await bank.tells("khong ro", first.amount, reference="FT-A")
    await operations.desk.assign_transfer(desk, 1, first.code)
    await bank.tells(first.code, 700, reference="FT-B")
    await operations.desk.return_transfer(desk, 2, "FT-BACK")
    await bank.tells("lai tien gui", 5, reference="FT-C")
    await operations.desk.ignore_transfer(desk, 3, "Lãi tiền gửi")
    await operations.desk.enter_payment(desk, second.code, second.amount, "FT-HAND")
    for number, note in ((1, "Ảnh mờ"), (2, "FT-SEEN")):
        await operations.claim_transfer(owner, third.code, "telegram:photo")
        await operations.settle_claim(desk, number, number == 2, note, 9)
    today = date(2026, 6, 15)
    events = await operations.desk.export_log(desk, today, today)
    said = {str(row[2]).split(" · ")[0]: tuple(row[2:]) for row in table(events).rows}
    firm = "Đại lý thuế 1"
    assert said["Xếp khoản tiền vào đơn"] == (
        f"Xếp khoản tiền vào đơn · 1.950.000 ₫ · nội dung {first.code} · khoản về FT-A",
        *(firm, order.code, "FT-A", "", "không có mã"),
    )
    assert said["Trả lại tiền"] == (
        "Trả lại tiền · 700 ₫ · mã giao dịch FT-BACK · khoản về FT-B",
        *(firm, order.code, "FT-B", "FT-BACK", "trả hai lần"),
    )
    assert said["Bỏ qua khoản tiền"] == (
        "Bỏ qua khoản tiền · 5 ₫ · khoản về FT-C · lý do: Lãi tiền gửi",
        *("", "", "FT-C", "", "Lãi tiền gửi"),
    )
    assert said["Ghi nhận thanh toán"][-2] == "FT-HAND"
    assert said["Xác nhận đã nhận tiền"] == (
        f"Xác nhận đã nhận tiền · 9 ₫ · nội dung {third.code} · mã giao dịch FT-SEEN",
        *(firm, order.code, "", "FT-SEEN", ""),
    )
    assert said["Chưa thấy tiền về"][-1] == "Ảnh mờ"
    # What only back office may read does not stand in the order's own history.
    history = [
        event_words(entry.event) for entry in (await operations.view_timeline(owner, order.id)).entries
    ]
    assert not any("lý do" in words or "khoản về" in words for words in history)


async def test_a_return_for_a_cancelled_order_names_the_order(
    operations: Operations, owner: Actor, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    first, *_ = await requests_of(database, order)
    await operations.cancel_order(owner, order.id)
    await bank.tells(first.code, first.amount)
    await operations.desk.return_transfer(desk, 1, "FT1")
    (event,) = [row for row in await rows_of(database, "events") if row["verb"] == "transfer_returned"]
    assert event["order_id"] == order.id
