from domain.people import Actor
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.builders import enterprise, enterprise_tax_code
from tests.support.clock import FixedClock
from tests.support.working import Working

CODE = enterprise_tax_code(1)


async def with_customer(harness: Harness, **changes: object) -> Person:
    chat = await harness.person()
    data = enterprise(1, **({"name": "Công ty <Sen> & Em"} | changes))
    await harness.operations.add_customer(await chat.actor(), data)
    return chat


async def ordered(operations: Operations, actor: Actor, year: int) -> str:
    customer = await operations.find_by_tax_code(actor, CODE)
    assert customer is not None
    mode = RecipientMode.ACCOUNTANT
    order = await builders.placed_order(operations, actor, [customer], mode, fiscal_year=year)
    return order.code


async def test_every_year_is_told(
    harness: Harness, operations: Operations, clock: FixedClock, database: Database
) -> None:
    chat = await with_customer(harness)
    actor = await chat.actor()
    paid = await ordered(operations, actor, 2025)
    order_id = (await operations.list_orders(actor)).items[0].id
    working = Working(database, clock)
    run = await operations.open_activation(actor, order_id)
    await operations.start_run(actor, run.id)
    await working.work()
    clock.forward(days=4)
    newest = await ordered(operations, actor, 2026)
    await chat.text(CODE)
    lines = [line for line in chat.window.splitlines() if line]
    assert lines == [
        "Công ty <Sen> & Em",
        f"Doanh nghiệp · {CODE}",
        "Năm 2026 · Starter",
        "⚪️ chưa kích hoạt",
        f"Đơn {newest}, đặt 19/06/2026 · An",
        "Chưa trả 1.950.000 ₫",
        "Năm 2025 · Starter",
        "🟡 đang dùng, chưa trả tiền, còn 3 ngày",
        f"Đơn {paid}, đặt 15/06/2026 · An",
        "Kích hoạt 15/06/2026",
        "Chưa trả 1.950.000 ₫",
    ]
    assert chat.buttons == ["👤 Thông tin khách", f"📦 Đơn {newest}", "🛒 Mua năm 2027", "‹ Quay lại"]
    await chat.tap(f"Đơn {newest}")
    assert newest in chat.window
    await chat.text(CODE)
    await chat.tap("Thông tin khách")
    assert "Mã số thuế" in chat.window


async def test_the_next_year_is_bought_in_one_tap(harness: Harness, operations: Operations) -> None:
    chat = await with_customer(harness)
    await ordered(operations, await chat.actor(), 2026)
    await chat.text(CODE)
    await chat.tap("Mua năm 2027")
    view = await operations.view_draft(await chat.actor())
    assert (view.draft.fiscal_year, view.package and view.package.code) == (2027, "STARTER")
    assert [
        line.line.customer.tax_code for line in (await operations.review_lines(await chat.actor())).lines
    ] == [CODE]
    assert "Kiểm tra" in chat.window


async def test_who_never_bought_and_lacks_something_is_bought_for_too(
    harness: Harness, operations: Operations
) -> None:
    chat = await with_customer(harness, email="")
    await chat.text(CODE)
    await chat.tap("Mua năm 2026")
    assert "Starter" in str(chat.buttons)
    await chat.tap("Starter")
    assert "Kiểm tra" in chat.window
    assert len((await operations.review_lines(await chat.actor())).lines) == 1


async def test_an_open_draft_is_not_dropped_for_it(harness: Harness, operations: Operations) -> None:
    chat = await with_customer(harness)
    actor = await chat.actor()
    other = (await operations.add_customer(actor, enterprise(2))).customer
    await builders.answer_draft(operations, actor, [other])
    await chat.text(CODE)
    await chat.tap("Mua năm 2026")
    lines = (await operations.review_lines(actor)).lines
    assert [line.line.customer.id for line in lines] == [other.id]
    assert "đang có một đơn nháp" in chat.window


async def test_the_card_leads_there_and_back(harness: Harness) -> None:
    chat = await with_customer(harness)
    await chat.text("/khachhang")
    await chat.tap("🏢")
    card = chat.window
    await chat.tap("Việc khác")
    more = chat.window
    await chat.tap("Các năm đã mua")
    assert "Chưa mua năm nào" in chat.window
    await chat.tap("‹ Quay lại")
    assert chat.window == more
    for _ in range(10):  # The stack of dialogs must not grow.
        await chat.tap("Các năm đã mua")
        await chat.tap("Thông tin khách")
        assert chat.window == card
        await chat.tap("Việc khác")
