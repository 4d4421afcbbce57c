"""Invoices stand on the customer of an order, in the customer's history and in the order's workbook."""

import io

import pytest
from aiogram.types import BufferedInputFile
from openpyxl import load_workbook

from dialogs.states import Orders, Timeline
from domain.invoices import InvoiceState
from domain.orders import Order
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.documents import add_document, number_of


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person()


@pytest.fixture
async def order(chat: Person, operations: Operations) -> Order:
    actor = await chat.actor()
    return await builders.placed_order(operations, actor, await builders.add_customers(operations, actor, 3))


@pytest.fixture
async def documents(database: Database, order: Order) -> None:
    """The first customer paid in two parts, the second waits for its document, the third has none."""
    await add_document(database, order, 1)
    paid = {"state": InvoiceState.DELIVERED, "number": number_of(7)}
    await add_document(database, order, 1, group="rest", **paid)
    await add_document(database, order, 2, state=InvoiceState.SENT)


async def test_the_customer_of_an_order_names_them(chat: Person, order: Order, documents: None) -> None:
    await chat.open(Orders.card, {"order_id": order.id})
    await chat.tap("Khách trong đơn")
    await chat.tap("1")
    for at in (1, 7):
        assert f"🧾 Hóa đơn số 0000000{at} ký hiệu C26TAA ngày 15/06/2026" in chat.window
    await chat.tap("Danh sách")
    await chat.tap("2")
    assert "⏳ Hóa đơn đang chờ xuất" in chat.window
    await chat.tap("Danh sách")
    await chat.tap("3")
    assert "🧾" not in chat.window


async def test_the_history_of_a_customer_names_them(
    chat: Person, order: Order, documents: None, operations: Operations, database: Database
) -> None:
    async with database.read() as uow:
        lines = await uow.orders.lines(order.id, 0, None)
    await chat.open(Timeline.customer, {"customer_id": lines[0].customer_id})
    for at in (1, 7):
        assert f"🧾 Hóa đơn số 0000000{at} ký hiệu C26TAA ngày 15/06/2026" in chat.window
    await chat.open(Timeline.customer, {"customer_id": lines[1].customer_id})
    assert "⏳ Hóa đơn đang chờ xuất" in chat.window


async def test_the_workbook_has_their_codes_as_texts(
    chat: Person, order: Order, documents: None, harness: Harness
) -> None:
    await chat.open(Orders.more, {"order_id": order.id})
    await chat.tap("Xuất Excel")
    (sent,) = harness.bot.documents
    assert isinstance(sent.document, BufferedInputFile)
    (sheet,) = load_workbook(io.BytesIO(sent.document.data)).worksheets
    headings, *rows = sheet.iter_rows()
    at = [cell.value for cell in headings].index("Số hóa đơn")
    assert [cell.value for cell in headings[at:]] == ["Số hóa đơn", "Ngày hóa đơn", "Mã tra cứu"]
    assert [[cell.value for cell in row[at:]] for row in rows] == [
        ["00000001, 00000007", "15/06/2026, 15/06/2026", "2QTB1, 2QTB7"],
        [None] * 3,
        [None] * 3,
    ]
    assert rows[0][at].data_type == "s"
