"""The last screen of a new firm says what will be held, and back office lets it go in one tap."""

import pytest

from dialogs.desk_states import DeskFirms
from dialogs.states import Ordering
from domain.messaging.budgets import FirstBudget
from services.operations import Operations, build_operations
from storage.database import Database
from tests.dialogs.conftest import TypedWorkbooks
from tests.dialogs.harness import Harness
from tests.support.builders import CHANNELS, PAYEE, add_customers, ready_draft
from tests.support.clock import FixedClock
from tests.support.rows import rows_of


@pytest.fixture
def operations(database: Database, clock: FixedClock, workbooks: TypedWorkbooks) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, workbooks, budget=FirstBudget(2))


@pytest.mark.parametrize("count", [2, 5])
async def test_what_will_be_held_is_said_before_and_released_by_one_tap(
    count: int, harness: Harness, operations: Operations
) -> None:
    chat = await harness.person()
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, count))
    await chat.open(Ordering.place)
    if count == 2:
        assert "Em sẽ gửi 4 tin" in chat.window
        assert "giữ lại" not in chat.window
        return
    assert "em gửi ngay cho 2 người nhận, còn 3 người em giữ lại" in chat.window
    await chat.tap("Đặt hàng")
    await chat.tap("Mở đơn")
    assert "✋ Em giữ hướng dẫn cho 3 người nhận" in chat.window
    assert "Mỗi người nhận có hướng dẫn" not in chat.window
    office = await harness.back_office()
    await office.open(DeskFirms.waiting)
    await office.tap("Tin đang giữ")
    await office.tap("Kế toán An (3)")
    assert "cho 3 người nhận" in office.window
    await office.tap("Cho gửi")
    assert "Em đang gửi cho 3 người nhận" in office.window
    assert "Không có tin nào đang giữ" in office.window
    await chat.tap("Lịch sử")
    await chat.tap("Về đơn")
    assert "✋" not in chat.window
    assert "Mỗi người nhận có hướng dẫn" in chat.window


async def test_a_firm_that_may_write_to_nobody_yet_reads_that_all_is_held(
    harness: Harness, operations: Operations
) -> None:
    chat = await harness.person()
    actor = await chat.actor()
    customers = await add_customers(operations, actor, 5)
    await ready_draft(operations, actor, customers[:2])
    await chat.open(Ordering.place)
    await chat.tap("Đặt hàng")
    await ready_draft(operations, actor, customers[2:])
    await chat.open(Ordering.place)
    assert "nên em giữ lại tin của cả 3 người nhận. Em gửi khi" in chat.window
    assert "em gửi ngay" not in chat.window


async def test_the_payments_of_an_order_say_what_is_held_and_offer_no_sending_again(
    harness: Harness, operations: Operations, database: Database
) -> None:
    chat = await harness.person()
    actor = await chat.actor()
    await ready_draft(operations, actor, await add_customers(operations, actor, 3))
    await chat.open(Ordering.place)
    await chat.tap("Đặt hàng")
    await chat.tap("Mở đơn")
    await chat.tap("Thanh toán")
    assert "✋ Em đang giữ hướng dẫn của 1 khách" in chat.window
    # The first budget is used up: nobody can be told again before the firm has paid.
    assert not any("Gửi lại" in label for label in chat.buttons)
    [held] = [row["code"] for row in await rows_of(database, "held_instructions")]
    names = {one.payment.code: one.name for one in (await operations.list_payments(actor, 1)).items}
    for code, name in names.items():
        await chat.tap(name)
        assert ("✋ Em đang giữ hướng dẫn này, chưa gửi" in chat.window) is (code == held)
        assert not any("Gửi lại" in label for label in chat.buttons)
        await chat.tap("Các khoản")
    office = await harness.back_office()
    await operations.desk.release_held(await office.actor(), actor.firm_id)
    await chat.tap(names[held])
    assert "giữ" not in chat.window
    assert any("Gửi lại hướng dẫn" in label for label in chat.buttons)
    await chat.tap("Các khoản")
    assert any("Gửi lại cho 3 khách" in label for label in chat.buttons)
